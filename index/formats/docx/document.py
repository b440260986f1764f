"""The parts of a DOCX file → text, title, metadata and blocks."""

import posixpath

from index.formats.content import Content
from index.formats.docx.body import Body
from index.formats.docx.styles import Styles
from index.formats.flow import Flow, furniture, laid_out, title_at_top
from index.formats.package import Element, Package, attribute, local_name
from index.formats.properties import author_of, date_of, known, language_of, title_of
from index.formats.rows import Paragraph

_MAIN = "wordprocessingml"
_MACROS = "macroEnabled"
_KINDS = {"spreadsheetml": "a spreadsheet", "presentationml": "a presentation"}


def read_document(name: str, content: bytes) -> Content:
    """Read a DOCX file.

    Raises:
        UnreadableDocumentError: It is damaged, encrypted, holds macros, or is of another kind.
    """
    package = Package(name, content, "DOCX", "Word or LibreOffice")
    main = _main_part(package)
    root = package.xml(main)
    if root is None:
        package.refuse_damaged()
    parts = _Parts(package, main)
    styles = Styles(parts.of_kind("styles"))
    body = Body(styles, Flow())
    body.walk(root)
    paragraphs = body.flow.close()
    notes = [*_notes(parts, body, "footnote"), *_notes(parts, body, "endnote")]
    heads, feet = (_running(parts, body, root, kind) for kind in ("header", "footer"))
    text, blocks = laid_out([*heads, *paragraphs, *notes, *feet])
    says = _properties(package)
    title = title_of(says.get("title")) or body.title or title_at_top(paragraphs)
    metadata = known(
        author=author_of(says.get("creator")),
        published=date_of(says.get("created")),
        modified=date_of(says.get("modified")),
        language=language_of(says.get("language") or styles.language()),
    )
    return Content(text, title, metadata, blocks=blocks)


class _Parts:
    """The parts that another one refers to."""

    def __init__(self, package: Package, source: str) -> None:
        self._package = package
        self._parts: dict[str, tuple[str, str]] = {}
        folder, file = posixpath.split(source)
        root = package.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for element in root if root is not None else ():
            kind = (attribute(element, "Type") or "").rpartition("/")[2]
            target = attribute(element, "Target") or ""
            if attribute(element, "TargetMode") != "External":
                place = posixpath.normpath(posixpath.join(folder, target))
                self._parts[attribute(element, "Id") or ""] = kind, place

    def name_of_kind(self, kind: str) -> str | None:
        """The name of the first part of a kind."""
        return next((name for one, name in self._parts.values() if one == kind), None)

    def of_kind(self, kind: str) -> Element | None:
        """The first part of a kind."""
        name = self.name_of_kind(kind)
        return self._package.xml(name) if name else None

    def by_id(self, identity: str, kind: str) -> Element | None:
        """The part that is referred to by this id, if it is of this kind."""
        found, name = self._parts.get(identity, ("", ""))
        return self._package.xml(name) if found == kind else None


def _main_part(package: Package) -> str:
    types = package.xml("[Content_Types].xml")
    main = _Parts(package, "").name_of_kind("officeDocument")
    if types is None or main is None:
        package.refuse_damaged()
    kinds = {attribute(one, "PartName"): attribute(one, "ContentType") or "" for one in types}
    kind = kinds.get(f"/{main}") or _MAIN
    if _MACROS in kind:
        package.refuse(
            "it holds macros, which is not what its name says", "Save it as .docx without macros."
        )
    if _MAIN not in kind:
        what = next((what for other, what in _KINDS.items() if other in kind), "something else")
        package.refuse(f"it is {what}, not a text", "Convert it to text, or remove it.")
    return main


def _notes(parts: _Parts, body: Body, kind: str) -> list[Paragraph]:
    """The notes that the text refers to, in its order."""
    root = parts.of_kind(f"{kind}s") if body.notes[kind] else None
    notes = (
        {attribute(one, "id"): one for one in root if local_name(one) == kind}
        if root is not None
        else {}
    )
    found: list[Paragraph] = []
    for identity in dict.fromkeys(body.notes[kind]):
        if identity in notes:
            body.walk(notes[identity])
            found += body.flow.close()
    return found


def _running(parts: _Parts, body: Body, root: Element, kind: str) -> list[Paragraph]:
    """What stands above or below every page, once."""
    found: list[Paragraph] = []
    references = (one for one in root.iter() if local_name(one) == f"{kind}Reference")
    for identity in dict.fromkeys(attribute(one, "id") or "" for one in references):
        part = parts.by_id(identity, kind)
        if part is not None:
            body.walk(part)
            found += body.flow.close()
    return furniture(found)


def _properties(package: Package) -> dict[str, str]:
    name = _Parts(package, "").name_of_kind("core-properties") or "docProps/core.xml"
    root = package.xml(name)
    return {local_name(one): one.text or "" for one in root} if root is not None else {}
