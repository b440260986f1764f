"""What stands before the text of an RTF file: its encoding, fonts, styles, and properties."""

from dataclasses import dataclass, field, replace

from index.formats.rtf.codes import encoding_of_charset, encoding_of_page, language_of_number
from index.formats.style_names import heading_of_name

_PAGES = {"ansi": 1252, "mac": 10000, "pc": 437, "pca": 850}
_DATES = frozenset({"creatim", "revtim"})
_LONGEST = 1000
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font's name, and the encoding of what is written in it."""

    name: str = ""
    encoding: str = ""


@dataclass(slots=True)
class Head:
    """Is told the words and the text outside the body, and asked about them."""

    encoding: str = "cp1252"
    font: int = 0
    """The number of the font that is used where no other is named."""

    language: str = ""
    said: dict[str, str] = field(default_factory=dict)
    """The title and the author."""

    _fonts: dict[int, Font] = field(default_factory=dict)
    _styles: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    _dates: dict[str, dict[str, int]] = field(default_factory=dict)
    _number: int = 0

    def take_word(self, destination: str, word: str, number: int | None) -> bool:
        """Take a control word, and say whether it was for here."""
        if destination == "fonttbl":
            return self._take_font(word, number or 0)
        if destination == "stylesheet":
            return self._take_style(word, number or 0)
        if destination in _DATES:
            self._dates.setdefault(destination, {})[word] = number or 0
            return True
        return not destination and self._take_setting(word, number or 0)

    def take_text(self, destination: str, text: str) -> None:
        """Take text that is none of the body."""
        if destination == "fonttbl":
            font = self._fonts.get(self._number, Font())
            name = (font.name + text.rstrip(";")).strip()[:_LONGEST]
            self._fonts[self._number] = replace(font, name=name)
        elif destination == "stylesheet":
            name, outline = self._styles.get(self._number, ("", None))
            name = (name + text.rstrip(";")).lower()[:_LONGEST]
            heading = heading_of_name(name)
            self._styles[self._number] = name, outline if heading is None else heading
        elif destination in {"title", "author"}:
            self.said[destination] = (self.said.get(destination, "") + text)[:_LONGEST]

    def font_of(self, number: int | None) -> Font:
        """A font by its number, with the file's encoding where it has none of its own."""
        font = self._fonts.get(number, Font()) if number is not None else Font()
        return font if font.encoding else replace(font, encoding=self.encoding)

    def style_of(self, number: int) -> tuple[str, int | None]:
        """The name of a paragraph style in small letters, and its level in the outline, from 0."""
        return self._styles.get(number, ("", None))

    def date(self, kind: str) -> str:
        """When the file was made (`creatim`) or changed (`revtim`), as exact as it is said."""
        said = self._dates.get(kind, {})
        date = "-".join(f"{said[part]:02}" for part in ("yr", "mo", "dy") if said.get(part))
        return f"{date}T{said['hr']:02}:{said.get('min', 0):02}" if "hr" in said else date

    def _take_setting(self, word: str, number: int) -> bool:
        page = number if word == "ansicpg" else _PAGES.get(word)
        if page is not None:
            self.encoding = encoding_of_page(page) or self.encoding
        elif word == "deff":
            self.font = number
        elif word == "deflang":
            self.language = language_of_number(number)
        else:
            return False
        return True

    def _take_font(self, word: str, number: int) -> bool:
        if word == "f":
            self._number = number
            self._fonts[number] = Font()
        encoding = encoding_of_charset(number) if word == "fcharset" else ""
        encoding = encoding_of_page(number) if word == "cpg" else encoding
        if encoding:
            font = self._fonts.get(self._number, Font())
            self._fonts[self._number] = replace(font, encoding=encoding)
        return True

    def _take_style(self, word: str, number: int) -> bool:
        if word == "s":
            self._number = number
            self._styles[number] = "", None
        elif word == "outlinelevel":
            self._styles[self._number] = self.style_of(self._number)[0], number
        return True
