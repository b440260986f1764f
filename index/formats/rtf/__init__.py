"""RTF: what Word shows of it, in reading order; the README beside says what is left out."""

from index.errors import UnreadableDocumentError
from index.formats.content import Content
from index.formats.flow import furniture, laid_out, title_at_top
from index.formats.properties import author_of, date_of, known, language_of, title_of
from index.formats.rtf.body import MAX_DEPTH, Body, TooDeepError

_START = b"{\\rtf"


def read(name: str, content: bytes) -> Content:
    """Read an RTF file.

    Raises:
        UnreadableDocumentError: It is damaged, or of another kind.
    """
    if not is_rtf(content):
        raise UnreadableDocumentError(
            name,
            "it is no RTF file, though its name says so",
            "Give it the suffix of what it is, or remove it.",
        )
    body = Body()
    try:
        is_whole = body.read(_begun(content).decode("latin-1"))
    except TooDeepError:
        raise UnreadableDocumentError(
            name, f"it is nested more than {MAX_DEPTH} groups deep", "Remove it."
        ) from None
    if not is_whole:
        raise UnreadableDocumentError(
            name,
            "it is cut off: its end is missing",
            "Get it anew, or open it in Word or LibreOffice and save it again.",
        )
    paragraphs = body.close()
    beside = body.beside
    text, blocks = laid_out(
        [*furniture(beside["header"]), *paragraphs, *beside["note"], *furniture(beside["footer"])]
    )
    head = body.head
    title = title_of(head.said.get("title")) or body.title or title_at_top(paragraphs)
    metadata = known(
        author=author_of(head.said.get("author")),
        published=date_of(head.date("creatim")),
        modified=date_of(head.date("revtim")),
        language=language_of(head.language),
    )
    return Content(text, title, metadata, blocks=blocks)


def is_rtf(content: bytes) -> bool:
    """Whether a file begins as an RTF file does."""
    return _begun(content).startswith(_START)


def _begun(content: bytes) -> bytes:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()
