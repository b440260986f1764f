"""The styles of an OpenDocument text: what its paragraphs are, and which words it hides."""

import re
from dataclasses import dataclass, field

from index.document import BlockKind
from index.formats.package import Element, attribute, child, children, local_name

_KINDS: dict[str, BlockKind] = {
    "caption": "caption",
    "illustration": "caption",
    "quotations": "quotation",
    "preformatted_20_text": "code",
    "preformatted text": "code",
    "code": "code",
}
_HEADING = re.compile(r"heading(?:_20_| )([1-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, with what it inherits."""

    kind: BlockKind | None = None
    level: int = 0
    """Of the headings that it is for, if it is for any."""

    is_title: bool = False
    is_hidden: bool = False


_PLAIN = Style()


@dataclass(slots=True)
class Styles:
    """The styles of paragraphs and of text by their names."""

    _elements: dict[str, Element] = field(default_factory=dict)
    _styles: dict[str, Style] = field(default_factory=dict)
    _language: str = ""

    def add(self, root: Element | None) -> None:
        """Take in the styles of a part; those of the body come last and win."""
        for group in ("styles", "automatic-styles"):
            for element in children(child(root, group)):
                family = attribute(element, "family")
                if local_name(element) == "default-style" and family == "paragraph":
                    self._language = _language(element)
                elif family in {"paragraph", "text"}:
                    self._elements[attribute(element, "name") or ""] = element

    def language(self) -> str:
        """The language that the document is in where no style says otherwise."""
        return self._language

    def of(self, name: str | None) -> Style:
        """The style of a name; a plain one where there is none."""
        chain: list[str] = []
        while name in self._elements and name not in self._styles and name not in chain:
            chain.append(name)
            name = attribute(self._elements[name], "parent-style-name")
        style = self._styles.get(name or "", _PLAIN)
        for one in reversed(chain):
            style = self._styles[one] = _inherited(one, self._elements[one], style)
        return style


def number(element: Element, name: str, default: int) -> int:
    """An attribute that is a number."""
    said = attribute(element, name) or ""
    return int(said) if re.fullmatch(r"\d{1,6}", said, re.ASCII) else default


def _inherited(name: str, element: Element, base: Style) -> Style:
    properties = child(element, "text-properties")
    display = attribute(properties, "display") if properties is not None else None
    group = element.getparent()
    is_automatic = (
        group is not None and local_name(group) == "automatic-styles"
    )  # names say nothing
    own = name.lower()
    return Style(
        kind=base.kind if is_automatic else _KINDS.get(own, base.kind),
        level=base.level if is_automatic else _level(own, element, base),
        is_title=base.is_title if is_automatic else own == "title",
        is_hidden=base.is_hidden if display is None else display == "none",
    )


def _level(name: str, element: Element, base: Style) -> int:
    """The level of heading that a style is for: what it says, or else its name."""
    if attribute(element, "default-outline-level") is not None:
        return number(element, "default-outline-level", 0)
    named = _HEADING.fullmatch(name)
    return int(named[1]) if named else base.level


def _language(element: Element) -> str:
    properties = child(element, "text-properties")
    if properties is None:
        return ""
    language, country = attribute(properties, "language"), attribute(properties, "country")
    if not language or not country or country == "none":
        return language or ""
    return f"{language}-{country}"
