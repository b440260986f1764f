"""The parts of an ODT file → text, title, metadata and blocks."""

from index.formats.content import Content
from index.formats.flow import Flow, furniture, laid_out, title_at_top
from index.formats.odt.body import Body
from index.formats.odt.styles import Styles
from index.formats.package import Element, Package, attribute, child, children, local_name
from index.formats.properties import author_of, date_of, known, language_of, title_of
from index.formats.rows import Paragraph

_TYPE = "application/vnd.oasis.opendocument.text"


def read_document(name: str, content: bytes) -> Content:
    """Read an ODT file.

    Raises:
        UnreadableDocumentError: It is damaged, encrypted, or of another kind.
    """
    package = Package(name, content, "ODT", "LibreOffice")
    _check_kind(package)
    root = package.xml("content.xml")
    text = child(root, "body", "text")
    if text is None:
        package.refuse_damaged()
    styled = package.xml("styles.xml")
    styles = Styles()
    styles.add(styled)
    styles.add(root)
    body = Body(styles, Flow())
    body.walk(text)
    paragraphs = body.close()
    notes = [*body.notes["footnote"], *body.notes["endnote"]]
    heads, feet = (_running(body, styled, kind) for kind in ("header", "footer"))
    laid, blocks = laid_out([*heads, *paragraphs, *notes, *feet])
    meta = package.xml("meta.xml")
    said = {local_name(one): one.text or "" for one in children(child(meta, "meta"))}
    title = title_of(said.get("title")) or body.title or title_at_top(paragraphs)
    metadata = known(
        author=author_of(said.get("initial-creator") or said.get("creator")),
        published=date_of(said.get("creation-date")),
        modified=date_of(said.get("date")),
        language=language_of(said.get("language") or styles.language()),
    )
    return Content(laid, title, metadata, blocks=blocks)


def _check_kind(package: Package) -> None:
    kind = (package.read("mimetype") or _TYPE.encode()).strip().decode("latin-1")
    manifest = package.xml("META-INF/manifest.xml")
    if manifest is not None and any(
        local_name(one) == "encryption-data" for one in manifest.iter()
    ):
        package.refuse_locked()
    if not kind.startswith(_TYPE):
        package.refuse(f"it is no text but {kind[:80]!r}", "Convert it to text, or remove it.")


def _running(body: Body, styles: Element | None, kind: str) -> list[Paragraph]:
    """What stands above or below every page, once."""
    found: list[Paragraph] = []
    for page in children(child(styles, "master-styles")):
        for part in page:
            is_shown = attribute(part, "display") != "false"
            if is_shown and local_name(part) in {kind, f"{kind}-left", f"{kind}-first"}:
                body.walk(part)
                found += body.close()
    return furniture(found)
