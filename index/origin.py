"""Where a file was fetched from: a note beside it, `NAME.source.json`.

The note is a JSON object of texts: `url`, the address that answered; `asked`, the one that was
asked, if that led on to it; `retrieved`, when (ISO 8601, UTC); `sha256`, of the bytes that came, in
hexadecimal; `type`, as what they were sent. Other entries are left alone.
"""

import errno
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from index.names import showable

SUFFIX = ".source.json"

MOST_BYTES = 65_536
"""A note is a few lines."""

_URL = re.compile(r"https?://[^\s/?#]+\S*")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a note says."""

    url: str
    retrieved: str
    sha256: str
    type: str = ""
    asked: str = ""

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read a note.

        Raises:
            ValueError: It is none.
        """
        try:
            said = json.loads(content)
        except RecursionError as error:
            raise ValueError("it lies too deep in itself") from error
        if not isinstance(said, dict):
            raise ValueError("it is no object")  # noqa: TRY004 - as all else that is wrong with it
        return cls(
            _text(said, "url", _URL),
            _text(said, "retrieved", _TIME),
            _text(said, "sha256", _SHA256),
            said["type"] if isinstance(said.get("type"), str) else "",
            _text(said, "asked", _URL) if said.get("asked") else "",
        )

    def written(self) -> bytes:
        """The note."""
        said = {key: value for key, value in asdict(self).items() if value}
        return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()

    def metadata(self, digest: str) -> Mapping[str, str]:
        """What a document says by it, whose bytes have this digest.

        Only the bytes that came are said to be retrieved: of a file that was edited it is known
        merely what it was before.
        """
        if digest == self.sha256:
            return {"url": self.url, "retrieved": self.retrieved}
        return {"url": self.url, "altered_since": self.retrieved}


def _text(said: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = said.get(key)
    # An address could hold what steers a terminal, or half a character, which nobody can write.
    if not isinstance(value, str) or not pattern.fullmatch(value) or showable(value) != value:
        raise ValueError(f"its {key!r} is none")
    return value


def read_note(folder: Path, name: str) -> bytes | None:
    """Read a note of the folder; None if there is none.

    Raises:
        OSError: It can't be read.
        RuntimeError: It is a link that leads to itself.
        ValueError: It is no regular file of the folder, or too large for a note.
    """
    path = folder / name
    try:
        found = path.stat()
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            return None
        raise
    inside = path.resolve().is_relative_to(folder.resolve())
    if not inside or not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
        raise ValueError("it is no small file of this folder")
    return path.read_bytes()


def is_note(name: str) -> bool:
    """Whether a file is a note beside another, and no document."""
    return name.endswith(SUFFIX)
