"""One module per format: a file's bytes → its text, title, metadata and pages.

In come a file's name and bytes, out comes a `Content`, or an `UnreadableDocumentError` that says
why not. `index.load` and `index.sources` call it. A new format is a module with a `read`, and a
line in `_FORMATS`.
"""

from collections.abc import Callable
from pathlib import Path

from index.formats import markdown, text
from index.formats.content import Content

_FORMATS: dict[str, Callable[[str, bytes], Content]] = {".txt": text.read, ".md": markdown.read}


def known_suffixes() -> list[str]:
    """The suffixes of the names of files that can be read."""
    return sorted(_FORMATS)


def is_known(name: str) -> bool:
    """Whether there is a format for a file of this name."""
    return _suffix(name) in _FORMATS


def read(name: str, content: bytes) -> Content:
    """Read a file of a known format.

    Raises:
        UnreadableDocumentError: Its content is not of the format that its name says.
    """
    return _FORMATS[_suffix(name)](name, content)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()
