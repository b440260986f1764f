"""What the control words of RTF stand for, as far as they bear on its text."""

import codecs
import locale

WRITTEN = {
    "bullet": "•",
    "emdash": "—",
    "emspace": " ",
    "endash": "–",
    "enspace": " ",
    "ldblquote": "“",
    "line": "\n",
    "lquote": "‘",
    "page": "\n",
    "qmspace": " ",
    "rdblquote": "”",
    "rquote": "’",
    "tab": "\t",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "~": "\xa0",
    "_": "\u2011",
    "\t": "\t",
    "\\": "\\",
    "{": "{",
    "}": "}",
}
"""Control words and symbols for a character."""

SKIPPED = frozenset(
    {
        *("annotation", "bkmkend", "bkmkstart", "colortbl", "fldinst", "listtext", "nonesttables"),
        *("nonshppict", "objdata", "pict", "pntext", "pntxta", "pntxtb", "private", "shprslt"),
        *("sp", "sn", "sv", "tc", "tcn", "xe", "rxe", "txe", "ftnsep", "ftnsepc", "ftncn"),
        *("aftnsep", "aftnsepc", "aftncn", "revtbl", "filetbl", "mmathPict", "mctrlPr", "atnid"),
        *("atnauthor", "atndate", "atnref", "subject", "operator", "keywords", "comment"),
        *("doccomm", "hlinkbase", "category", "manager", "company"),
    }
)
"""Groups that hold nothing of the text, or say again what another one says."""

KNOWN_STARRED = frozenset({"shpinst", "do", "ud", "nesttableprops", "moMath", "moMathPara"})
"""Groups that are read although a reader which doesn't know them may leave them out."""

STORIES = {
    "dptxbxtext": "box",
    "footer": "footer",
    "footerf": "footer",
    "footerl": "footer",
    "footerr": "footer",
    "footnote": "note",
    "header": "header",
    "headerf": "header",
    "headerl": "header",
    "headerr": "header",
    "shptxt": "box",
}
"""Groups whose text is not part of what is read around them."""

SYMBOLS = "symbols"
"""In place of an encoding, for a font whose characters are none of Unicode's."""

_CHARACTER_SETS = {
    2: SYMBOLS,
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
_CODE_PAGES = {708: "iso8859_6", 936: "gbk", 10000: "mac_roman", 65001: "utf_8"}


def encoding_of_charset(number: int) -> str:
    """The encoding of a font's character set; empty for the document's own."""
    return _CHARACTER_SETS.get(number, "")


def encoding_of_page(number: int) -> str:
    """The encoding of a code page of Windows; empty if there is none of this number."""
    name = _CODE_PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def language_of_number(number: int) -> str:
    """The language that Windows has a number for, as `en_US`; empty if it is not known."""
    return locale.windows_locale.get(number, "")
