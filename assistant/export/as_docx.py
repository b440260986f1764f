"""A sheet as DOCX: the few parts of Office Open XML that a text with quotes needs."""

import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from assistant.export.links import in_original
from assistant.export.plain import place_of
from assistant.export.sheet import Piece, Quote, Sheet
from assistant.hidden import closed

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{0}</Relationships>"
)
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    f'<w:styles xmlns:w="{_WORDS}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia"/><w:sz w:val="22"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="288" w:lineRule="auto"/></w:pPr>'
    "</w:pPrDefault></w:docDefaults>{0}</w:styles>"
)
_STYLE = (
    '<w:style w:type="paragraph" w:styleId="{0}"><w:name w:val="{1}"/>'
    "<w:pPr>{2}</w:pPr><w:rPr>{3}</w:rPr></w:style>"
)
_KINDS = (
    ("Title", "Title", "<w:keepNext/>", '<w:b/><w:sz w:val="36"/>'),
    (
        "Heading1",
        "heading 1",
        '<w:keepNext/><w:spacing w:before="360"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="26"/>',
    ),
    ("Quote", "Quote", '<w:keepNext/><w:spacing w:after="40"/><w:ind w:left="480"/>', ""),
    ("Source", "Source", '<w:ind w:left="480"/>', '<w:color w:val="595959"/><w:sz w:val="18"/>'),
    ("Said", "Said", "", '<w:i/><w:color w:val="595959"/><w:sz w:val="20"/>'),
    ("Normal", "Normal", "", ""),
)
# XML has no way to write these.
_UNWRITABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLE_OF = {"heading": "Heading1", "lead": "Normal", "said": "Said"}


def as_docx(sheet: Sheet) -> bytes:
    """The sheet as the bytes of a DOCX file."""
    links: list[str] = []
    body = _paragraph("Title", _run(sheet.title))
    body += "".join(_piece(piece, links) for piece in sheet.pieces)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_WORDS}" xmlns:r="{_OFFICE}"><w:body>{body}'
        "<w:sectPr/></w:body></w:document>"
    )
    relations = f'<Relationship Id="rStyles" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    relations += "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/hyperlink" '
        f'Target={quoteattr(link)} TargetMode="External"/>'
        for number, link in enumerate(links)
    )
    whole = f'<Relationship Id="r0" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(whole),
        "word/document.xml": document,
        "word/styles.xml": _STYLES.format("".join(_STYLE.format(*kind) for kind in _KINDS)),
        "word/_rels/document.xml.rels": _RELATIONS.format(relations),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _piece(piece: Piece, links: list[str]) -> str:
    if isinstance(piece, Quote):
        return _quote(piece, links)
    return _paragraph(_STYLE_OF[piece.kind], _run(piece.text))


def _quote(piece: Quote, links: list[str]) -> str:
    citation = piece.citation
    words = _run(citation.quote)
    if answer := citation.answer_in_quote:
        words = _run(citation.quote[: answer.start])
        words += _run(answer.of(citation.quote), bold=True)
        words += _run(citation.quote[answer.end :])
    source = _run(", ".join(f"{fact}{_ending(fact)}" for fact in place_of(citation)))
    if link := in_original(citation):
        source += _run(", ")
        source += f'<w:hyperlink r:id="r{len(links)}">{_run("original")}</w:hyperlink>'
        links.append(_UNWRITABLE.sub("\ufffd", link))
    behind = f"”{_ending(citation.quote)} [{citation.number}]"
    quoted = f"{_run('“')}{words}{_run(behind)}"
    return _paragraph("Quote", quoted) + _paragraph("Source", source)


def _ending(text: str) -> str:
    """What ends the directions that a text sets; a line's end within a paragraph ends none."""
    line = re.sub("[\n\u2029]", " ", text)
    return closed(line).removeprefix(line)


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(text: str, *, bold: bool = False) -> str:
    looks = "<w:rPr><w:b/></w:rPr>" if bold else ""
    parts = re.split(r"([\n\t\r])", _UNWRITABLE.sub("\ufffd", text))
    signs = {"\n": "<w:br/>", "\r": "<w:br/>", "\t": "<w:tab/>"}
    inner = "".join(
        signs.get(part) or f'<w:t xml:space="preserve">{escape(part)}</w:t>'
        for part in parts
        if part
    )
    return f"<w:r>{looks}{inner}</w:r>"
