"""A PDF's bytes → an open document, or a sentence about why there is none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.errors import UnreadableDocumentError
from index.formats.limits import check_pages, check_unpacked
from index.formats.pdf.lines import Line, TextPage

_ONE_AT_A_TIME = threading.RLock()
"""PDFium may be used by one thread at a time."""


@contextmanager
def opened(name: str, content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF; no other thread has one open meanwhile.

    Raises:
        UnreadableDocumentError: It is locked, damaged, or no PDF.
    """
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise _unreadable(name, content, getattr(error, "err_code", None)) from error
        try:
            if len(document) < 1:
                raise damaged(name, "it has no pages")
            yield document
        finally:
            document.close()


def lines_of(name: str, document: pypdfium2.PdfDocument) -> list[list[Line]]:
    """The lines of each page.

    Raises:
        UnreadableDocumentError: A page is damaged, or there is more than the limits allow.
    """
    check_pages(name, len(document))
    pages = []
    characters = 0
    for number in range(len(document)):
        with page_of(name, document, number) as page, TextPage(page) as text:
            pages.append(list(text.lines()))
            characters += text.characters
            check_unpacked(name, characters)
    return pages


@contextmanager
def page_of(name: str, document: pypdfium2.PdfDocument, number: int) -> Iterator[object]:
    """Open a page.

    Raises:
        UnreadableDocumentError: It is damaged.
    """
    page = pdfium.FPDF_LoadPage(document.raw, number)
    if not page:
        raise damaged(name, f"page {number + 1} of it cannot be read")
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


def shows_pictures(name: str, document: pypdfium2.PdfDocument) -> bool:
    """Whether there is a picture on a page."""
    for number in range(len(document)):
        with page_of(name, document, number) as page:
            for place in range(pdfium.FPDFPage_CountObjects(page)):
                shown = pdfium.FPDFPage_GetObject(page, place)
                if pdfium.FPDFPageObj_GetType(shown) == pdfium.FPDF_PAGEOBJ_IMAGE:
                    return True
    return False


def damaged(name: str, reason: str) -> UnreadableDocumentError:
    """Say that a file is damaged, and how."""
    return UnreadableDocumentError(
        name,
        f"it is a damaged PDF ({reason})",
        "Get it again, or open it in a viewer and print it to a new PDF.",
    )


def _unreadable(name: str, content: bytes, code: int | None) -> UnreadableDocumentError:
    # After some failures PDFium has still the code of the one before.
    if b"/Encrypt" not in content:
        code = pdfium.FPDF_ERR_FORMAT
    if code == pdfium.FPDF_ERR_PASSWORD:
        return UnreadableDocumentError(
            name, "it is locked with a password", "Save a copy of it without the password."
        )
    if code == pdfium.FPDF_ERR_SECURITY:
        return UnreadableDocumentError(
            name, "it is encrypted in a way that is not known", "Print it to a new PDF."
        )
    return damaged(name, "its parts are not where it says that they are")
