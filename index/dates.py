"""Dates as documents give them, ISO 8601 of any precision: the days they cover, and in words."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_ISO = re.compile(r"\s*(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?!\d)")

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open run of days."""

    start: date = date.min
    end: date = date.max

    @classmethod
    def of(cls, iso: str) -> Self | None:
        """The days that a date may mean, such as all of March for `2024-03`; None if it is none.

        What comes after the day is left out: a time zone moves it by less than documents agree on.
        """
        match = _ISO.match(iso)
        if match is None:
            return None
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            start = date(year or 0, month or 1, day or 1)
            if day:
                end = start + timedelta(days=1)
            elif month:
                end = date(start.year + month // 12, month % 12 + 1, 1)
            else:
                end = date(start.year + 1, 1, 1)
        except (ValueError, OverflowError):
            return None
        return cls(start, end)

    def meets(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return self.start < other.end and other.start < self.end

    def in_words(self) -> str:
        """`in March 2024`, `since 1 May 2024`, `before 2023`."""
        if self.end == date.max:
            return f"since {_day(self.start)}"
        if self.start == date.min:
            return f"before {_day(self.end)}"
        last = self.end - timedelta(days=1)
        for iso in (f"{self.start:%Y}", f"{self.start:%Y-%m}"):
            if Period.of(iso) == self:
                return f"in {date_in_words(iso)}"
        if last == self.start:
            return f"on {_day(self.start)}"
        return f"from {_day(self.start)} to {_day(last)}"


def date_in_words(iso: str) -> str:
    """`2024-03-12T08:00Z` → `12 March 2024`, `2024-03` → `March 2024`; no date stays as it is."""
    match = _ISO.match(iso)
    if match is None or Period.of(iso) is None:
        return iso.strip()
    year, month, day = match.groups()
    parts = [str(int(day))] if day else []
    parts += [MONTHS[int(month) - 1]] if month else []
    return " ".join([*parts, year])


def _day(day: date) -> str:
    return date_in_words(day.isoformat())
