"""The package document of an EPUB → what to read of it, in which order; what it says of itself."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from index.formats.package import Element, Package, attribute, child, children, local_name
from index.formats.properties import author_of, date_of, known, language_of, title_of

_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_WRITERS = frozenset({"", "aut"})
"""Roles of those who made a book that make them its authors."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the book."""

    part: str
    is_contents: bool
    """Whether it is the table of contents, for programs and readers alike."""


class Book:
    """What the package document says."""

    def __init__(self, package: Package) -> None:
        """Find the package document and read it.

        Raises:
            UnreadableDocumentError: There is none, or the book is protected against copying.
        """
        place = _place(package)
        root = package.xml(place) if place else None
        if root is None:
            package.refuse_damaged()
        self._package = package
        self._folder = posixpath.dirname(place)
        self._root = root
        self._said = list(children(child(root, "metadata")))
        for nested in ("dc-metadata", "x-metadata"):  # of the first version
            self._said += children(child(root, "metadata", nested))
        self._refinements = {
            (attribute(one, "refines"), attribute(one, "property")): (one.text or "").strip()
            for one in reversed(list(self._named("meta")))  # the first of several wins
        }

    def chapters(self) -> list[Chapter]:
        """The chapters in the order of the book; what stands beside it comes last."""
        items = {attribute(one, "id"): one for one in children(child(self._root, "manifest"))}
        found: list[tuple[bool, Chapter]] = []
        for reference in children(child(self._root, "spine")):
            item = items.get(attribute(reference, "idref"))
            if item is not None and attribute(item, "media-type") in _CHAPTERS:
                is_beside = attribute(reference, "linear") == "no"
                properties = (attribute(item, "properties") or "").split()
                part = self._part(attribute(item, "href") or "")
                found.append((is_beside, Chapter(part, "nav" in properties)))
        locked = _locked(self._package)
        if any(chapter.part in locked for _, chapter in found):
            self._package.refuse(
                "it is protected against copying (DRM)", "Get a copy that is not, or remove it."
            )
        return list(dict.fromkeys(one for _, one in sorted(found, key=lambda one: one[0])))

    def title(self) -> str:
        """Its main title; empty if it has none."""
        titles = list(self._named("title"))
        main = [one for one in titles if self._refined(one, "title-type") == "main"]
        return next(filter(None, (title_of(one.text) for one in main + titles)), "")

    def metadata(self) -> dict[str, str]:
        """What else it says of itself."""
        dates = [(attribute(one, "event") or "", one.text or "") for one in self._named("date")]
        published = [date for event, date in dates if event in {"", "publication", "issued"}]
        changed = [date for event, date in dates if event == "modification"]
        changed += [one.text or "" for one in self._properties("dcterms:modified")]
        sources = [(one.text or "").strip() for one in self._named("source")]
        return known(
            author=author_of(*(one.text for one in self._named("creator") if self._wrote(one))),
            published=next(filter(None, (date_of(one, first_year=1) for one in published)), ""),
            modified=next(filter(None, map(date_of, changed)), ""),
            language=next(
                filter(None, (language_of(one.text) for one in self._named("language"))), ""
            ),
            url=next((one for one in sources if one.startswith(("http://", "https://"))), ""),
        )

    def _named(self, name: str) -> Iterator[Element]:
        return (one for one in self._said if local_name(one) == name)

    def _properties(self, name: str) -> Iterator[Element]:
        """What is said of the book as a whole under a name of later versions."""
        meta = (one for one in self._named("meta") if attribute(one, "property") == name)
        return (one for one in meta if attribute(one, "refines") is None)

    def _refined(self, element: Element, name: str) -> str:
        """What is said of something that is said."""
        return self._refinements.get((f"#{attribute(element, 'id')}", name), "")

    def _wrote(self, creator: Element) -> bool:
        return (attribute(creator, "role") or self._refined(creator, "role")) in _WRITERS

    def _part(self, href: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, unquote(href.partition("#")[0])))


def _place(package: Package) -> str:
    """Where the package document is."""
    root = package.xml("META-INF/container.xml")
    places = (attribute(one, "full-path") for one in children(child(root, "rootfiles")))
    return next(filter(None, places), "")


def _locked(package: Package) -> frozenset[str]:
    """The parts that are encrypted; fonts often are, which takes nothing from the text."""
    root = package.xml("META-INF/encryption.xml")
    if root is None:
        return frozenset()
    references = (one for one in root.iter() if local_name(one) == "CipherReference")
    return frozenset(posixpath.normpath(unquote(attribute(one, "URI") or "")) for one in references)
