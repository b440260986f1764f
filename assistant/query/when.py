"""The time that a question names, by a small grammar of English.

    in 2024 · March 2024 · on 12 March 2024 · 2024-03-12
    since March · after 2023 · before May 2024 · until 2022 · from 2020 to 2022
    today · yesterday · this week · last month · the past three years
    latest · newest · most recent

Everything else is left to the words of the question, in which it is searched for anyway.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import MONTHS, Period

_MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\.?"
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_YEAR = r"(?<![\d.,$€£-])(?:19|20)\d\d(?![\d%]|[.,-]\d|s\b)"
_UNIT = r"(?:day|week|month|year)"
_POINT = (
    r"(?:(?:19|20)\d\d-\d\d(?:-\d\d)?\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}"
    rf"|{_MONTH}\s+(?:of\s+)?{_YEAR}"
    rf"|(?:the\s+)?(?:last|past|previous)\s+(?:\d{{1,3}}|{'|'.join(_NUMBERS)})\s+{_UNIT}s"
    rf"|(?:this|(?:the\s+)?(?:last|past|previous))\s+(?:week|month|year)\b"
    rf"|today\b|yesterday\b|(?:the\s+year\s+)?{_YEAR})"
)
_PLACED = rf"(?:{_POINT}|(?:(?:this|last|early|late)\s+)?{_MONTH}(?![\w-]))"
"""A point in time behind a word such as `since`, where a month needs no year."""

_SPAN = re.compile(
    rf"\b(?:from|between)\s+(?P<first>{_PLACED})\s*(?:to|and|until|till|through|[-–—])\s*"
    rf"(?P<last>{_PLACED})"
    rf"|\b(?P<how>since|after|before|until|till|up\s+to|in|on|by|during|from|of)\s+(?P<point>{_PLACED})"
    rf"|\b(?P<bare>{_POINT})",
    re.IGNORECASE,
)
_LATEST = re.compile(r"\b(?:latest|newest|most\s+recent(?:ly)?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """A time that a question names."""

    period: Period | None = None
    """None if it asks for the latest."""

    years: bool = False
    """Whether it names a year, so that a text on that time may well name it too."""

    rest: str = ""
    """The question without it."""


def when(question: str, today: date) -> When | None:
    """Find the time that a question names; None if it names none."""
    match = _SPAN.search(question)
    period = _period(match, today) if match else None
    if match and period:
        rest = f"{question[: match.start()].rstrip()} {question[match.end() :].lstrip()}"
        rest = re.sub(r"^(?:['’]s\b)?[\s,]*|\s+(?=[?.!,;])|(?<=\w)\s+['’]s\b", "", rest).strip()
        return When(period, re.search(_YEAR, match[0]) is not None, rest)
    return When() if _LATEST.search(question) else None


def _period(match: re.Match[str], today: date) -> Period | None:
    if match["first"]:
        first, last = _point(match["first"], today), _point(match["last"], today)
        is_span = first is not None and last is not None and first.start < last.end
        return Period(first.start, last.end) if is_span and first and last else None
    point = _point(match["point"] or match["bare"], today)
    if point is None:
        return None
    how = (match["how"] or "").lower()
    return {
        "since": Period(start=point.start),
        "after": Period(start=point.end),
        "before": Period(end=point.start),
    }.get(how, Period(end=point.end) if how.startswith(("until", "till", "up")) else point)


def _point(text: str, today: date) -> Period | None:
    """Read one point in time."""
    words = re.findall(r"[a-z]+|[\d-]+", text.lower())
    if re.match(r"\d{4}-", text):
        return Period.of(text)
    if any(word.removesuffix("s") in {"day", "week", "month", "year"} for word in words):
        return _relative(words, today) or _calendar(words, today)
    if words[0] in {"today", "yesterday"}:
        day = today - timedelta(days=words[0] == "yesterday")
        return Period(day, day + timedelta(days=1))
    return _calendar(words, today)


def _relative(words: list[str], today: date) -> Period | None:
    """Read `this week`, `last month`, `the past three years`."""
    unit = words[-1].removesuffix("s")
    if not {"this", "last", "past", "previous"} & set(words):
        return None
    tomorrow = today + timedelta(days=1)
    number = next((n for word in words if (n := _number(word))), 0)
    if number:
        return Period(today - timedelta(days=number * _DAYS[unit]), tomorrow)
    start = _start(unit, today)
    if "this" in words:
        return Period(start, tomorrow)
    return Period(_start(unit, start - timedelta(days=1)), start)


_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


def _start(unit: str, day: date) -> date:
    """The first day of the week, the month or the year."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else 0


def _calendar(words: list[str], today: date) -> Period | None:
    """Read a day, a month or a year; a month without a year is the last that has begun."""
    month = next(
        (
            number
            for word in words
            for number, name in enumerate(MONTHS, 1)
            if _is_month(word, name)
        ),
        0,
    )
    numbers = [int(word) for word in words if word.isdigit()]
    year = next((number for number in numbers if number > 99), 0)  # noqa: PLR2004 - a day is less
    day = next((number for number in numbers if number < 32), 0)  # noqa: PLR2004 - as days are
    if month and not year:
        year = today.year - (month > today.month)
    iso = f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")
    return Period.of(iso)


def _is_month(word: str, name: str) -> bool:
    return len(word) > 2 and (name.lower() == word or word in {name[:3].lower(), name[:4].lower()})  # noqa: PLR2004
