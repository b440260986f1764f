"""What a reading is compared with: its blocks as (kind, level, text), and its refusals."""

import pytest

from index import formats
from index.errors import UnreadableDocumentError
from index.formats.content import Content


def blocks_of(content: Content) -> list[tuple[str, int, str]]:
    """The blocks of a text, each with what it covers."""
    return [(one.kind, one.level, one.span.of(content.text)) for one in content.blocks]


def refusal_of(name: str, content: bytes) -> str:
    """What is said of a file that is refused."""
    with pytest.raises(UnreadableDocumentError, match=f"^Cannot use '{name}': ") as refused:
        formats.read(name, content)
    return str(refused.value)


def is_read_or_refused(name: str, content: bytes) -> bool:
    """Read a file and say whether it was read, after making sure that a refusal is of its own.

    What a library raises would be a refusal too, in words that nobody wrote for it.
    """
    reason = ""
    try:
        formats.read(name, content)
    except UnreadableDocumentError as error:
        reason = error.reason
    assert "it cannot be read (" not in reason
    return not reason
