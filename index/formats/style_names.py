"""What the names that word processors have for styles say of a paragraph."""

import re
from collections.abc import Iterable

from index.document import BlockKind

TITLE = "title"

_HEADING = re.compile(r"heading (\d)")
_CONTENTS = re.compile(r"(?:toc|index|table of figures)(?: \d)?")
_KINDS: dict[str, BlockKind] = {
    "caption": "caption",
    "quote": "quotation",
    "intense quote": "quotation",
    "block text": "quotation",
    "quotations": "quotation",
    "html preformatted": "code",
    "plain text": "code",
    "source code": "code",
    "preformatted text": "code",
    "macro text": "code",
}


def heading_of_name(name: str) -> int | None:
    """The level in the outline, from 0, that a style of this name has."""
    found = _HEADING.fullmatch(name)
    return int(found[1]) - 1 if found else None


def kind_of_names(names: Iterable[str]) -> BlockKind | None:
    """What a paragraph is whose style has these names, in small letters, nearest first."""
    for name in names:
        if _CONTENTS.fullmatch(name):
            return "furniture"
        if name in _KINDS:
            return _KINDS[name]
    return None
