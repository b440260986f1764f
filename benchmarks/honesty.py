"""Compare citations with the source files, by code that shares nothing with the index."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Honesty:
    """Counts the citations that say what their source says, and keeps those that don't."""

    checked: int = 0
    faults: list[str] = field(default_factory=list)
    _texts: dict[Path, str] = field(default_factory=dict, repr=False)

    def check(self, source: Path, start: int, end: int, quote: str) -> None:
        """Compare one citation with the characters that it points at."""
        self.checked += 1
        if source not in self._texts:
            self._texts[source] = source_text(source)
        found = self._texts[source][start:end]
        if not quote.strip() or found != quote:
            self.faults.append(f"{source.name} [{start}:{end}] is {found!r}, quoted as {quote!r}")


def source_text(path: Path) -> str:
    """Read a UTF-8 file as the documentation says that it is stored."""
    text = path.read_bytes().decode("utf-8")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
