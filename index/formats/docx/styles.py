"""The styles of a Word document: what its paragraphs are, and which words it hides."""

import re
from dataclasses import dataclass, field

from index.document import BlockKind
from index.formats.package import Element, attribute, child, local_name
from index.formats.style_names import TITLE, heading_of_name, kind_of_names

_LEVELS = 9
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class _Style:
    names: tuple[str, ...] = ()
    """Its own, and those of the styles that it is based on, nearest first."""

    outline: int | None = None
    item: int | None = None
    """The level in a list, from 0; negative if it is in none by its own word."""

    is_hidden: bool | None = None


@dataclass(slots=True)
class Styles:
    """The styles by their ids, each with what it inherits."""

    root: Element | None
    _elements: dict[str, Element] = field(default_factory=dict)
    _styles: dict[str, _Style] = field(default_factory=dict)
    _default: str = ""

    def __post_init__(self) -> None:
        for element in self.root if self.root is not None else ():
            if local_name(element) == "style":
                identity = attribute(element, "styleId") or ""
                self._elements.setdefault(identity, element)
                kinds = attribute(element, "type"), attribute(element, "default")
                if kinds in {("paragraph", "1"), ("paragraph", "true")}:
                    self._default = identity

    def kind(self, properties: Element | None) -> tuple[BlockKind | None, int]:
        """What a paragraph with these properties is, and of which level."""
        style = self._of(value(child(properties, "pStyle")) or self._default)
        outline = number(child(properties, "outlineLvl"), style.outline)
        if TITLE in style.names[:1]:
            return "heading", 1
        if outline is not None and 0 <= outline < _LEVELS:
            return "heading", outline + 1
        if kind_of_names(style.names) == "furniture":
            return "furniture", 0
        item = _item(properties, style.item)
        if item is not None and item >= 0:
            return "item", item + 1
        return kind_of_names(style.names), 0

    def is_title(self, properties: Element | None) -> bool:
        """Whether a paragraph with these properties is the title."""
        return TITLE in self._of(value(child(properties, "pStyle")) or "").names[:1]

    def hides(self, run: Element | None, paragraph: Element | None) -> bool:
        """Whether what stands in a run of these properties is not shown."""
        styles = value(child(paragraph, "pStyle")) or self._default, value(child(run, "rStyle"))
        hidden = [self._of(style).is_hidden for style in styles if style]
        own = _switch(child(run, "vanish"))
        return own if own is not None else any(hidden)

    def language(self) -> str | None:
        """The language that the document is in where no run says otherwise."""
        lang = child(self.root, "docDefaults", "rPrDefault", "rPr", "lang")
        return None if lang is None else value(lang)

    def _of(self, identity: str) -> _Style:
        chain: list[str] = []
        while identity in self._elements and identity not in chain:
            if identity in self._styles:
                break
            chain.append(identity)
            identity = value(child(self._elements[identity], "basedOn")) or ""
        style = self._styles.get(identity, _Style())
        for name in reversed(chain):
            style = self._styles[name] = _inherited(self._elements[name], style)
        return style


def value(element: Element | None) -> str | None:
    """What `w:val` says."""
    return None if element is None else attribute(element, "val")


def number(element: Element | None, default: int | None = None) -> int | None:
    """What `w:val` says, as a number."""
    said = value(element) or ""
    return int(said) if re.fullmatch(r"-?\d{1,6}", said, re.ASCII) else default


def _inherited(element: Element, base: _Style) -> _Style:
    name = (value(child(element, "name")) or "").lower()
    paragraph = child(element, "pPr")
    outline = heading_of_name(name)
    hidden = _switch(child(element, "rPr", "vanish"))
    return _Style(
        names=(name, *base.names)[:_LEVELS],
        outline=number(
            child(paragraph, "outlineLvl"), base.outline if outline is None else outline
        ),
        item=_item(paragraph, base.item),
        is_hidden=base.is_hidden if hidden is None else hidden,
    )


def _item(paragraph: Element | None, inherited: int | None) -> int | None:
    numbered = child(paragraph, "numPr")
    if numbered is None:
        return inherited
    if number(child(numbered, "numId")) == 0:
        return -1
    return number(child(numbered, "ilvl"), max(inherited or 0, 0))


def _switch(element: Element | None) -> bool | None:
    return None if element is None else (value(element) or "1") not in _OFF
