"""The numbers in a text, by value: "three" is 3, "$3.5m" is 3.5 million dollars, '18 is 2018."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.terms import fold

_UNITS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    """.split()  # noqa: SIM905 - a list would be unreadable
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
    """.split()  # noqa: SIM905 - a list would be unreadable
_WORDS: dict[str, int] = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    **{f"{word[:-1]}ieth": 10 * value for value, word in enumerate(_TENS, start=2)},
    **{f"{word[:-1]}ies": 10 * value for value, word in enumerate(_TENS, start=2)},
    "dozen": 12,
    "dozens": 12,
}
_SCALES: dict[str, float] = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
    "hundredth": 1e2, "thousandth": 1e3, "millionth": 1e6,
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12, "lakh": 1e5,
    "crore": 1e7,
}  # fmt: skip
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "quarters": 0.25}
_CURRENCIES = {"$": "$", "us$": "$", "€": "€", "£": "£", "¥": "¥", "₹": "₹"}
_UNIT_WORDS = {
    "%": "%", "percent": "%", "per cent": "%", "percentage": "%", "dollar": "$", "dollars": "$",
    "usd": "$", "bucks": "$", "euro": "€", "euros": "€", "eur": "€", "pound": "£", "pounds": "£",
    "gbp": "£", "yen": "¥", "jpy": "¥", "rupees": "₹", "rupee": "₹",
}  # fmt: skip

NUMBER_WORDS = frozenset({*_WORDS, *_SCALES, *_FRACTIONS})
"""Words that are numbers, as they are written in lower case."""

_WORD = "|".join(sorted({*_WORDS, *_SCALES, *_FRACTIONS} - {"k", "m", "b"}, key=len, reverse=True))
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNIT_WORDS, key=len, reverse=True))
_FOUND = re.compile(
    rf"(?P<currency>us\$|[$€£¥₹])?\s?(?:"
    rf"(?P<digits>\d+(?:[.,]\d+)*)(?P<suffix>st|nd|rd|th|['’]?s)?"
    rf"(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    rf"|\b(?P<words>(?:a\s+)?(?:{_WORD})(?:[\s-]+(?:and[\s-]+)?(?:{_WORD}))*)\b)"
    rf"(?:[\s-]?(?P<unit>{_UNIT})(?![\w]))?",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"['’‘]$")
_RANGE_START = re.compile(r"(\d{2})\d{2}\s?[-–—/]\s?$")
_RANGE_END = re.compile(rf"\s?[-–—]\s?[$€£¥₹]?\d[\d.,]*[\s-]?({_SCALE})\b", re.IGNORECASE)
_DIGITS = re.compile(r"[^\d.,]")
_YEAR_DIGITS = 2
_LATEST_SHORT_YEAR = 30


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text, and what it may mean."""

    shown: str
    start: int
    """Where it stands, in characters."""

    values: frozenset[float]
    """More than one where the way it is written leaves a choice: 3,5 or '18."""

    unit: str
    """`%`, a currency's sign, or nothing."""

    is_one: bool
    """Whether it is the word "one" or "first", which seldom count anything."""

    def is_in(self, others: "Sequence[Number]") -> bool:
        """Whether one of the others may be the same."""
        return any(
            self.values & other.values
            and (self.unit == other.unit or "" in {self.unit, other.unit})
            for other in others
        )

    def is_misstated(self, others: "Sequence[Number]") -> bool:
        """Whether one of the others has the same digits, and is something else."""
        mine = _DIGITS.sub("", self.shown)
        return bool(mine) and any(mine == _DIGITS.sub("", other.shown) for other in others)

    @property
    def is_part(self) -> bool:
        """Whether it is a part of one, which may be a part of another number."""
        return all(value < 1 for value in self.values)


def numbers_in(text: str) -> list[Number]:
    """Find the numbers of a text."""
    return list(_numbers(text))


def _numbers(text: str) -> Iterator[Number]:
    for match in _FOUND.finditer(text):
        if match["digits"] and text[: match.start("digits")][-1:].isalpha():
            continue  # part of a name, such as O2: names are compared as words
        if (
            match["digits"]
            and text[match.end("digits") :][:1].isalpha()
            and not (match["suffix"] or match["scale"] or match["unit"])
        ):
            continue
        words = (match["words"] or "").lower()
        values = _digit_values(match, text) if match["digits"] else _word_values(words)
        if values:
            unit = _CURRENCIES.get((match["currency"] or "").lower(), "")
            unit = unit or _UNIT_WORDS.get((match["unit"] or "").lower(), "")
            is_one = words in {"one", "first", "second", "a"}
            shown = match[0].strip()
            start = match.end() - len(match[0].lstrip())
            yield Number(shown, start, frozenset(values), unit, is_one)


def _digit_values(match: re.Match[str], text: str) -> set[float]:
    digits = match["digits"]
    values = _readings(digits)
    scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
    scaled = {round(value * scale, 6) for value in values}
    if scale != 1.0 and len(match["scale"]) == 1 and not match["currency"]:
        scaled |= values  # 5 m may be metres
    if not match["scale"] and (end := _RANGE_END.match(text, match.end("digits"))):
        scaled |= {round(value * _SCALES[end[1].lower()], 6) for value in values}
    before = text[: match.start("digits")]
    if len(digits) == _YEAR_DIGITS and digits.isdecimal():
        if range_start := _RANGE_START.search(before[-10:]):
            scaled.add(float(range_start[1] + digits))
        elif _SHORT_YEAR.search(before):
            scaled.add(float(("20" if int(digits) <= _LATEST_SHORT_YEAR else "19") + digits))
    return scaled


def _readings(digits: str) -> set[float]:
    """A comma or point may part thousands or decimals."""
    readings = set()
    if re.fullmatch(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})*,\d{3}", digits):
        readings.add(float(digits.replace(",", "")))
    if re.fullmatch(r"\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits):
        readings.add(float(digits.replace(".", "").replace(",", ".")))
    if not readings:  # 1.2.3 or 10,11: each part counts
        readings |= {float(part) for part in re.split(r"[.,]", digits)}
    return readings


def _word_values(words: str) -> set[float]:
    """The value of "three hundred and five thousand"; of "nineteen eighty-four" as a year too."""
    total, current, parts = 0.0, 0.0, []
    for word in re.findall(r"[a-z]+", fold(words)):
        if word in _SCALES:
            current = max(current, 1.0) * _SCALES[word]
            if _SCALES[word] > 100:  # noqa: PLR2004 - above it the next group begins
                total, current = total + current, 0.0
        elif word in _FRACTIONS:
            current += _FRACTIONS[word]
        elif word in _WORDS:
            current += _WORDS[word]
            parts.append(_WORDS[word])
    values = {total + current} if words.strip() not in {"a", "and"} else set()
    if len(parts) >= 2 and 10 <= parts[0] <= 20 and sum(parts[1:]) >= 10:  # noqa: PLR2004
        values.add(float(parts[0] * 100 + sum(parts[1:])))
    return values
