"""A sheet as Markdown (CommonMark): no word of a document is taken for markup."""

import re

from assistant.export.links import in_original
from assistant.export.plain import place_of
from assistant.export.sheet import Piece, Quote, Sheet, Words
from assistant.hidden import closed
from index.characters import SEPARATORS, SURROGATES

_MEANT = re.compile(r"[\\`*_{}\[\]<>#|~&$@^=]|(?<=:)/|(?<=[wW]{3})\.")
_MEANT_IN_ADDRESS = re.compile(r"[\\<>]|&(?=[#\w]+;)")
_ESCAPED = r"\\\g<0>"
_BEGINS = re.compile(r"^(\d{1,9})?([-+.)])", re.MULTILINE)
_BLANK = re.compile(rf"^[ \t]+|[ \t]+$|[\r{SEPARATORS}]", re.MULTILINE)
_UNSHOWABLE = re.compile(f"[\0{SURROGATES}]")


def as_markdown(sheet: Sheet) -> str:
    """The sheet as Markdown."""
    blocks = [f"# {_line(sheet.title)}", *(_piece(piece) for piece in sheet.pieces)]
    return "\n\n".join(blocks) + "\n"


def plainly(text: str) -> str:
    """Text that shows in Markdown as itself, down to its blanks and the ends of its lines."""
    text = _MEANT.sub(_ESCAPED, _UNSHOWABLE.sub("\ufffd", closed(text)))
    text = _BEGINS.sub(r"\1\\\2", text)
    text = _BLANK.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), text)
    return re.sub(r"\n+", lambda ends: "&#10;" * (len(ends[0]) - 1) + "\\\n", text)


def _piece(piece: Piece) -> str:
    if isinstance(piece, Quote):
        return _quote(piece)
    if piece.kind == "heading":
        return f"## {_line(piece.text)}"
    return _said(piece)


def _said(piece: Words) -> str:
    words = plainly(piece.text.strip())
    return f"*{words}*" if piece.kind == "said" else words


def _quote(piece: Quote) -> str:
    citation = piece.citation
    shown = plainly(f"“{citation.quote}”")
    source = ", ".join(_line(fact) for fact in place_of(citation))
    if answer := citation.answer_in_quote:
        # Not emphasised: signs beside it would decide whether its asterisks are taken for that.
        source += f", the answer in it: “{_line(answer.of(citation.quote))}”"
    if link := in_original(citation):
        source += f", [original](<{_MEANT_IN_ADDRESS.sub(_ESCAPED, link)}>)"
    lines = f"{shown} \\[{citation.number}\\]\n\n— {source}".split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _line(text: str) -> str:
    """The same for what must stay on one line."""
    return plainly(" ".join(text.split()))
