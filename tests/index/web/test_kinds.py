import pytest

from index.formats import known_suffixes
from index.web.kinds import kind_of
from index.web.refusal import Refusal
from tests.index.test_members import packed

DOCX = packed({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"})
XLSX = packed({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})
ZIP = packed({"a.txt": b"The lamp was lit."})
ANY = "application/octet-stream"


def stored(type_: str) -> bytes:
    """A ZIP file that says first what it is, as EPUB and ODT do."""
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", type_)
    return content.getvalue()


@pytest.mark.parametrize(
    ("type_", "path", "content", "kind"),
    [
        ("text/plain", "/a", b"Text.", ".txt"),
        ("TEXT/PLAIN; charset=utf-8", "/a.txt", b"Text.", ".txt"),
        ("text/plain", "/readme.md", b"# Text", ".md"),
        ("text/plain", "/rows.CSV", b"a,b", ".csv"),
        ("text/plain", "/a.docx", b"Text.", ".txt"),
        ("text/markdown", "/a", b"# Text", ".md"),
        ("text/csv; header=present", "/a", b"a,b", ".csv"),
        ("application/rtf", "/a", b"{\\rtf1 Text}", ".rtf"),
        ("text/plain", "/a.txt", b"{\\rtf1 Text}", ".rtf"),
        ("application/zip", "/a", ZIP, ".zip"),
        (ANY, "/a", ZIP, ".zip"),
        (ANY, "/a", DOCX, ".docx"),
        ("application/zip", "/a.docx", DOCX, ".docx"),
        (ANY, "/a", stored("application/epub+zip"), ".epub"),
        (ANY, "/a", stored("application/vnd.oasis.opendocument.text"), ".odt"),
        ("", "/a.txt", b"Text.", ".txt"),
        (ANY, "/a.jsonl", b"{}", ".jsonl"),
    ],
)
def test_a_kind_is_told(type_: str, path: str, content: bytes, kind: str) -> None:
    assert kind_of(type_, path, content) == kind


@pytest.mark.parametrize(
    ("type_", "content", "reason"),
    [
        ("image/png", b"\x89PNG", "it is 'image/png', which is no kind"),
        ("application/json", b"{}", "'application/json'"),
        ("video/mp4", b"", "'video/mp4'"),
        ("a" * 300, b"", "a…', which is no kind"),
        ("application/pdf", b"<html>Log in", "sent as 'application/pdf', but is none"),
        ("application/epub+zip", ZIP, "but is none"),
        (ANY, b"\x00\x01", "doesn't say what it is"),
        (ANY, XLSX, "doesn't say what it is"),
        (ANY, stored("application/vnd.oasis.opendocument.graphics"), "doesn't say what it is"),
        ("", b"Text.", "doesn't say what it is"),
    ],
)
def test_what_is_no_document_is_refused_by_name(type_: str, content: bytes, reason: str) -> None:
    with pytest.raises(Refusal, match=reason) as told:
        kind_of(type_, "/a", content)
    assert (".docx" in told.value.advice) != ("but is none" in reason)


@pytest.mark.parametrize(
    ("type_", "content", "kind"),
    [
        ("text/html", b"<p>Text", ".html"),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html/>", ".html"),
        (ANY, b"\xef\xbb\xbf \n<!-- a --><!DOCTYPE  HTML><p>", ".html"),
        ("", b"<HTML lang=en>", ".html"),
        ("application/pdf", b"%PDF-1.7", ".pdf"),
        ("text/html", b"%PDF-1.7", ".pdf"),
        ("message/rfc822", b"From: a", ".eml"),
        ("multipart/related; boundary=a", b"From: a", ".mhtml"),
    ],
)
def test_a_kind_is_stored_if_there_is_a_format_for_it(
    type_: str, content: bytes, kind: str
) -> None:
    if kind in known_suffixes():
        assert kind_of(type_, "/a", content) == kind
    else:
        with pytest.raises(Refusal, match="no kind of document"):
            kind_of(type_, "/a", content)
