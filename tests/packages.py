"""Small DOCX, ODT and EPUB files, made of their parts; and files with faults, made of whole ones."""

import random
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{where}:1.0"'
    for name, where in {
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "meta": "meta",
        "office": "office",
        "style": "style",
        "table": "table",
        "text": "text",
    }.items()
)
_ODT = "application/vnd.oasis.opendocument.text"
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'

Parts = dict[str, str | bytes | None]


def packed(parts: Parts) -> bytes:
    """Make a ZIP of parts; those that are None are left out."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return file.getvalue()


def docx(body: str, parts: Parts | None = None, **properties: str) -> bytes:
    """Make a DOCX file of the content of its body; `properties` are those of core.xml."""
    said = "".join(f"<{name}>{value}</{name}>" for name, value in properties.items())
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    related = ["styles", "footnotes", "endnotes", "header", "footer"]
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>'
        for kind in related
    )
    whole: Parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"<Relationships {_RELATIONS}>{relations}</Relationships>",
        "word/document.xml": f"<w:document {W} {R}><w:body>{body}</w:body></w:document>",
        "docProps/core.xml": f"<coreProperties>{said}</coreProperties>",
    }
    return packed(whole | (parts or {}))


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """Make a paragraph of a DOCX file."""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{styled}{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def styles(**names: str) -> str:
    """Make styles of a DOCX file: what is in each, by its name."""
    each = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name.replace("_", " ")}"/>{content}</w:style>'
        for name, content in names.items()
    )
    return f"<w:styles {W}>{each}</w:styles>"


def odt(body: str, parts: Parts | None = None, styles: str = "", meta: str = "") -> bytes:
    """Make an ODT file of the content of its text."""
    whole: Parts = {
        "mimetype": _ODT,
        "content.xml": f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {_ODF} {_DC}><office:meta>{meta}</office:meta></office:document-meta>",
    }
    return packed(whole | (parts or {}))


def odt_styles(content: str) -> str:
    """Make the styles of an ODT file."""
    return f"<office:document-styles {_ODF}>{content}</office:document-styles>"


def epub(chapters: dict[str, str], parts: Parts | None = None, meta: str = "") -> bytes:
    """Make an EPUB file of its chapters' bodies, by the names of their files."""
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    whole: Parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": f'<package xmlns:opf="http://www.idpf.org/2007/opf" {_DC}><metadata>{meta}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>',
        **{f"OPS/{name}": xhtml(body) for name, body in chapters.items()},
    }
    return packed(whole | (parts or {}))


def xhtml(body: str) -> str:
    """Make a page of its body."""
    return f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>No word of this</title></head><body>{body}</body></html>'


def mutations(content: bytes, cases: int) -> Iterator[bytes]:
    """Change, drop, double and swap bytes; of a ZIP those of its parts, so that they are read."""
    chance = random.Random(12)
    for case in range(cases):
        if content.startswith(b"PK") and case % 4:
            with ZipFile(BytesIO(content)) as archive:
                parts: Parts = {name: archive.read(name) for name in archive.namelist()}
            name = chance.choice([one for one in parts if one != "mimetype"])
            part = parts[name]
            assert isinstance(part, bytes)
            yield packed(parts | {name: _mutated(part, chance)})
        else:
            yield _mutated(content, chance)


def _mutated(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 3, 10])):
        here = chance.randrange(len(changed) or 1)
        there = chance.randrange(len(changed) or 1)
        length = chance.choice([1, 6, 40])
        piece = changed[there : there + length]
        match chance.randrange(4):
            case 0:
                changed[here : here + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[here : here + length]
            case 2:
                changed[here:here] = piece
            case _:
                changed[here : here + length] = piece
    return bytes(changed)
