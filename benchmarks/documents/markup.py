"""The words of DOCX, ODT, EPUB and web pages, by walking through their XML or HTML."""

import posixpath
from collections.abc import Collection, Iterator
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree, html

MOST_BYTES = 100_000_000
"""Of a part of a package; what unpacks to more is not looked into."""

_SHOWN_BY_WORD = frozenset({"document", "footnotes", "endnotes", "hdr", "ftr"})
"""Roots of the parts that hold what is on its pages, whatever these are called."""

_LETTERS_APART = frozenset({"p", "tab", "br", "cr", "tc", "noBreakHyphen", "ptab"})
_UNSEEN_IN_WORD = frozenset({"del", "moveFrom", "Fallback"})
_ODF_APART = frozenset({"p", "h", "tab", "line-break", "s", "table-cell"})
_ODF_UNSEEN = frozenset({"tracked-changes", "annotation", "note-citation", "desc", "forms"})
_SVG_TITLE = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title"
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object"})
_APART = {
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "dd",
    "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "img", "input", "label", "legend", "li",
    "main", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table",
    "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip


def docx_text(data: bytes) -> str:
    """What Word shows: its runs, without what was deleted; running heads once each."""
    with ZipFile(BytesIO(data)) as archive:
        parts = [_parsed(_part(archive, n)) for n in archive.namelist() if n.endswith(".xml")]
    shown = [part for part in parts if etree.QName(part).localname in _SHOWN_BY_WORD]
    return " ".join(dict.fromkeys(map(_docx_part, shown)))


def odt_text(data: bytes) -> str:
    """What LibreOffice shows: paragraphs, without what was deleted; running heads once each."""
    with ZipFile(BytesIO(data)) as archive:
        body = _parsed(_part(archive, "content.xml")).iter("{*}text")
        texts = [_odf_walked(next(body))]
        if "styles.xml" in archive.namelist():
            heads = _parsed(_part(archive, "styles.xml")).iter("{*}header", "{*}footer")
            texts += dict.fromkeys(map(_odf_walked, heads))
    return " ".join(texts)


def epub_text(data: bytes) -> str:
    """The bodies of all the pages that the book's spine names."""
    with ZipFile(BytesIO(data)) as archive:
        return " ".join(_walked_page(_parsed(page)) for page in _epub_pages(archive))


def html_text(data: bytes) -> str:
    """The body of a web page, without scripts and styles."""
    try:
        data.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None
    page = html.document_fromstring(data, parser=html.HTMLParser(encoding=encoding))
    return _walked_page(page)


def _docx_part(root: etree._Element) -> str:
    for run in list(root.iter("{*}r")):
        vanish = run.find("{*}rPr/{*}vanish")
        if vanish is not None and not {"0", "false", "off"} & set(map(str, vanish.attrib.values())):
            _emptied(run)
    return _walked(root, _UNSEEN_IN_WORD, _LETTERS_APART, only="t")


def _odf_walked(root: etree._Element) -> str:
    for title in list(root.iter(_SVG_TITLE)):
        _emptied(title)
    return _walked(root, _ODF_UNSEEN, _ODF_APART)


def _emptied(element: etree._Element) -> None:
    """Leave nothing of an element but what follows it."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _walked_page(root: etree._Element) -> str:
    return _walked(root, _UNSEEN, _APART)


def _epub_pages(archive: ZipFile) -> Iterator[bytes]:
    container = _parsed(_part(archive, "META-INF/container.xml"))
    path = next(str(one.get("full-path")) for one in container.iter("{*}rootfile"))
    book = _parsed(_part(archive, path))
    items = {str(item.get("id")): item for item in book.iter("{*}item")}
    for reference in book.iter("{*}itemref"):
        item = items.get(str(reference.get("idref")))
        if item is None or "html" not in str(item.get("media-type")):
            continue
        href = unquote(str(item.get("href")))
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
        if name in archive.namelist():
            yield _part(archive, name)


def _part(archive: ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise ValueError(f"{name} is too large to be looked into")
    return archive.read(name)


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, recover=True, huge_tree=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise ValueError("there is no XML in it")
    return root


def _walked(
    root: etree._Element, unseen: Collection[str], apart: Collection[str], only: str = ""
) -> str:
    """The text of an element; with `only`, of the elements of that name in it."""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start":
            pieces.append(" " if name in apart else "")
            if name in unseen:
                walk.skip_subtree()
            elif not only or name == only:
                pieces.append(element.text or "")
        else:
            pieces.append(" " if name in apart else "")
            if element is not root and not only:
                pieces.append(element.tail or "")
    return "".join(pieces)
