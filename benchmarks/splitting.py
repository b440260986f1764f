"""Measure how the time that splitting takes grows with the text, shape by shape."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.product import split

LENGTHS = (100_000, 200_000, 400_000, 800_000, 1_600_000)
"""Characters; each text is twice as long as the one before."""

LIMIT = 2.3
"""Most that the time may grow by when the length doubles."""

ROUNDS = 3
SHORT_SECONDS = 1.0
"""What takes less is measured `ROUNDS` times, and the least counts; so is what misses the limit."""

_JAPANESE = "今日は朝から雨が降っていたので、私たちは川のそばの古い家で灯りを作っていました。"
_PROSE = "The cat sat on the mat by the door. It rained all day long, and nobody minded. "
_ARABIC = "ذهب الولد إلى المدرسة في الصباح، ثم عاد. هل كان سعيدا؟ نعم كان. "
_HINDI = "लड़का सुबह स्कूल गया और फिर घर लौट आया। क्या वह खुश था? हाँ। "
_THAI = "เมื่อวานฝนตกทั้งวัน เราจึงอยู่บ้านและทำโคมไฟกัน พรุ่งนี้อากาศจะดี "


@dataclass(frozen=True, slots=True)
class Growth:
    """CPU seconds for texts of one shape, each twice as long as the one before."""

    shape: str
    seconds: tuple[float, ...]

    @property
    def worst(self) -> float:
        """The most that the time grew by when the length doubled."""
        return max(after / before for before, after in pairwise(self.seconds))

    @property
    def held(self) -> bool:
        """Whether that is within the limit."""
        return self.worst <= LIMIT


def measure_splitting(lengths: Sequence[int] = LENGTHS) -> Iterator[Growth]:
    """Measure every shape, yielding each as it comes."""
    split(_PROSE)  # loads what is loaded once
    for name in SHAPES:
        growth = _measured(name, lengths)
        for _ in range(ROUNDS - 1):
            if not growth.held:  # something else may have taken the machine for a while
                growth = min(growth, _measured(name, lengths), key=lambda one: one.worst)
        yield growth


def _measured(shape: str, lengths: Sequence[int]) -> Growth:
    return Growth(shape, tuple(split_seconds(SHAPES[shape](length)) for length in lengths))


def split_seconds(text: str) -> float:
    """CPU seconds for dividing a text into sentences and chunks."""
    least = _split_once(text)
    if least < SHORT_SECONDS:
        least = min(least, *(_split_once(text) for _ in range(ROUNDS - 1)))
    return least


def _split_once(text: str) -> float:
    # As timeit does: Python's search for garbage adds a quarter at the most, but in steps.
    gc.disable()
    try:
        started = time.process_time()
        split(text)
        return time.process_time() - started
    finally:
        gc.enable()


def growth_rows(growths: Sequence[Growth]) -> list[list[str]]:
    """Rows of a table."""
    return [
        [
            growth.shape,
            *(f"{seconds:.3g} s" for seconds in growth.seconds),
            f"{growth.worst:.2f}",
            "held" if growth.held else "missed",
        ]
        for growth in growths
    ]


HEADER = ("", *(f"{length:,}" for length in LENGTHS), "ratio", "")


def _repeated(piece: str) -> Callable[[int], str]:
    return lambda length: (piece * (length // len(piece) + 1))[:length]


def _opened(mark: str, piece: str) -> Callable[[int], str]:
    return lambda length: mark + _repeated(piece)(length - 1)


def _deepening(line: str) -> Callable[[int], str]:
    """Lines, each a space further in than the one before."""
    return lambda length: "".join(" " * n + line for n in range(int((2 * length) ** 0.5)))[:length]


def _numbered(length: int) -> str:
    return "".join(f"{n}. The item\n" for n in range(length // 11))[:length]


SHAPES: Mapping[str, Callable[[int], str]] = {
    "English prose on one line": _repeated(_PROSE),
    "short Japanese sentences on one line": _repeated("東京は。"),
    "Japanese sentences on one line": _repeated(_JAPANESE),
    "Japanese questions and calls on one line": _repeated("東京は！本当？"),
    "Japanese behind a bracket never closed": _opened("「", _JAPANESE),
    "Arabic prose on one line": _repeated(_ARABIC),
    "Hindi prose on one line": _repeated(_HINDI),
    "Thai prose on one line": _repeated(_THAI),
    "curly quotations never closed": _repeated("“He said so. "),
    "straight quotation never closed": _opened('"', _PROSE),
    "straight quotations never closed": _repeated('"He said so. '),
    "backticks never closed": _repeated("``It rained. "),
    "curly quotation marks alone": _repeated("“"),
    "straight quotation marks alone": _repeated('"'),
    "angular quotation marks alone": _repeated("«"),
    "apostrophes alone": _repeated("'"),
    "apostrophes and spaces": _repeated("' "),
    "lines of deepening indent": _deepening("word goes on\n"),
    "items of deepening indent": _deepening("- item\n"),
    "item with a gap": lambda length: "- a" + " " * (length - 4) + "b",
    "items": _repeated("- item\n"),
    "numbered items": _numbered,
    "numbers in brackets on one line": _repeated("(1) "),
    "bullets alone": _repeated("• "),
    "headings without words": _repeated("#\n"),
    "underlined headings": _repeated("A\n===\n"),
    "words without a stop": _repeated("word "),
    "clauses without a stop": _repeated("One, two; three "),
    "one long word": _repeated("a"),
    "one long word in Chinese": _repeated("漢"),
    "emoji": _repeated("😀"),
    "stops alone": _repeated(". "),
    "questions alone": _repeated("?! "),
    "abbreviations": _repeated("Mr. Smith of the U.S. Army, Inc. No. 5 "),
    "web addresses": _repeated("http://a.b/c?d=e. "),
    "nested round brackets": lambda length: "(" * (length // 2) + ")" * (length // 2),
    "nested square brackets": lambda length: "[" * (length // 2) + "]" * (length // 2),
    "square brackets never closed": _repeated("[He said so. "),
    "braces around sentences": _repeated("{He said so. {She did.} } "),
    "empty lines": lambda length: "x" + "\n" * (length - 2) + "y",
    "spaces": lambda length: "x" + " " * (length - 2) + "y",
    "spaced lines": _repeated("x\n   \n \n\n"),
    "carriage returns": _repeated("It rained.\r"),
    "carriage returns before line feeds": _repeated("It rained.\r\n"),
    "wrapped lines": _repeated("A line set to a width that mail programs like, and\n"),
    "table": _repeated("| a | b |\n"),
}
"""Makes a text of so many characters. Many of these once took time that grew with the square."""
