"""Small PDFs, written by hand: lines of a fixed-width font, each at its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

WIDTH, HEIGHT = 595, 842
CHARACTER = 0.6
"""Of its size: the width of each character."""

FI, FF = "\x80", "\x81"
"""Stand for the ligatures ﬁ and ﬀ."""

# A picture of one grey pixel, as large as the page.
PICTURE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
    "/BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream"
)


@dataclass(frozen=True)
class Put:
    """Some words, where they begin on a page, and how they are set."""

    x: float
    y: float
    words: str
    size: float = 10
    bold: bool = False
    degrees: float = 0


def lines(
    x: float, y: float, *words: str, leading: float = 13, size: float = 10, bold: bool = False
) -> list[Put]:
    """Lines one below the other, the first at a height."""
    return [Put(x, y - leading * n, line, size, bold) for n, line in enumerate(words)]


def wrapped(x: float, y: float, words: str, width: int = 60, size: float = 10) -> list[Put]:
    """A paragraph, as many characters wide as that."""
    done, line = [], ""
    for word in words.split():
        if line and len(line) + 1 + len(word) > width:
            done.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines(x, y, *done, line, size=size)


def row(y: float, *cells: str) -> list[Put]:
    """Up to three cells side by side."""
    return [Put(x, y, cell) for x, cell in zip((70, 250, 400), cells, strict=False)]


def pdf(
    *pages: Iterable[Put],
    info: dict[str, str] | None = None,
    language: str = "",
    rotate: int = 0,
    picture: bool = False,
    encrypted: bool = False,
) -> bytes:
    """A PDF of some pages."""
    said = f"/Lang ({language}) " if language else ""
    facts = "".join(f"/{key} ({value}) " for key, value in (info or {}).items())
    fonts = [_font("Courier"), _font("Courier-Bold")]
    objects = [f"<< /Type /Catalog /Pages 2 0 R {said}>>", "", f"<< {facts}>>", *fonts, PICTURE]
    kids = []
    for page in pages:
        content = "".join(map(_shown, page)) + ("q 595 0 0 842 0 0 cm /P Do Q" if picture else "")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        resources = "<< /Font << /R 4 0 R /B 5 0 R >> /XObject << /P 6 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {rotate} "
            f"/Resources {resources} /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _file(objects, encrypted=encrypted)


def _font(name: str) -> str:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding << /Type /Encoding "
        "/BaseEncoding /WinAnsiEncoding /Differences [128 /fi /ff] >> >>"
    )


def _shown(put: Put) -> str:
    turn = radians(put.degrees)
    matrix = f"{cos(turn):.4f} {sin(turn):.4f} {-sin(turn):.4f} {cos(turn):.4f} {put.x} {put.y}"
    words = "".join(map(_escaped, put.words))
    return f"BT /{'B' if put.bold else 'R'} {put.size} Tf {matrix} Tm ({words}) Tj ET\n"


def _escaped(character: str) -> str:
    code = character.encode("latin-1" if character in FI + FF else "cp1252")[0]
    return f"\\{code:03o}" if character in "\\()" or code > 126 else character


def _file(objects: Sequence[str], *, encrypted: bool) -> bytes:
    written = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start, count = len(written), len(objects) + 1
    written += f"xref\n0 {count}\n0000000000 65535 f \n".encode()
    written += "".join(f"{place:010} 00000 n \n" for place in places).encode()
    # A key that no password opens: nothing says what the owner's or the reader's would be.
    locked = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'00' * 32}> /U <{'11' * 32}> >> "
    identity = f"/ID [<{'22' * 16}> <{'22' * 16}>] {locked}" if encrypted else ""
    written += (
        f"trailer\n<< /Size {count} /Root 1 0 R /Info 3 0 R {identity}>>\nstartxref\n{start}\n%%EOF"
    ).encode()
    return bytes(written)
