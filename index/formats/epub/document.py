"""The parts of an EPUB file → text, title, metadata and blocks."""

from index.formats.content import Content
from index.formats.epub.book import Book, Chapter
from index.formats.flow import laid_out, title_at_top
from index.formats.html.body import parts_of
from index.formats.html.charset import decode
from index.formats.html.parse import parse
from index.formats.html.part import Element
from index.formats.package import Package
from index.formats.rows import Paragraph

_AROUND = frozenset({"toc", "landmarks", "page-list", "pagebreak", "lot", "loi", "index"})
"""What `epub:type` says of what helps to find something in a book."""


def read_document(name: str, content: bytes) -> Content:
    """Read an EPUB file.

    Raises:
        UnreadableDocumentError: It is damaged, protected against copying, or of another kind.
    """
    package = Package(name, content, "EPUB", "the program that made it")
    book = Book(package)
    chapters = book.chapters()
    pages = [(chapter, package.read(chapter.part)) for chapter in chapters]
    if not any(page is not None for _, page in pages):
        package.refuse_damaged()
    paragraphs = [
        one
        for chapter, page in pages
        if page is not None
        for one in _paragraphs(name, chapter, page)
    ]
    text, blocks = laid_out(paragraphs)
    title = book.title() or title_at_top(paragraphs)
    return Content(text, title, book.metadata(), blocks=blocks)


def _paragraphs(name: str, chapter: Chapter, page: bytes) -> list[Paragraph]:
    tree = parse(name, decode(name, page), is_xhtml=True)
    return [
        Paragraph(one.text, "furniture") if chapter.is_contents or _is_around(one.element) else one
        for one in (parts_of(tree.body) if tree.body else [])
    ]


def _is_around(element: Element | None) -> bool:
    while element is not None:
        if not _AROUND.isdisjoint((element.attributes.get("epub:type") or "").split()):
            return True
        element = element.parent
    return False
