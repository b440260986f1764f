"""A measured figure beside its baseline, how it is timed, and the table of all."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and what it is to be compared with."""

    what: str
    value: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None
    limit: float | None = None
    """What the value is to stay below, or above if it is a rate."""

    @property
    def ratio(self) -> float | None:
        """The value over its baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def held(self) -> bool | None:
        """Whether the limit is held; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.unit.endswith("/s") else self.value <= self.limit


HEADER = ("", "Pullquote", "baseline", "which is", "ratio", "limit", "")


def speed_rows(figures: Sequence[Figure]) -> list[list[str]]:
    """Rows of a table."""
    verdicts = {None: "", True: "held", False: "missed"}
    return [
        [
            figure.what,
            f"{_number(figure.value)} {figure.unit}",
            f"{_number(figure.baseline)} {figure.unit}" if figure.baseline is not None else "",
            figure.baseline_name,
            f"{figure.ratio:.2f}" if figure.ratio is not None else "",
            f"{_number(figure.limit)} {figure.unit}" if figure.limit is not None else "",
            verdicts[figure.held],
        ]
        for figure in figures
    ]


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def seconds_of(run: Callable[[], object]) -> float:
    """Time something once."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def median_of(run: Callable[[], float]) -> float:
    """The median of some runs."""
    return statistics.median(run() for _ in range(ROUNDS))


def process_seconds(arguments: Sequence[str]) -> float:
    """Time a new Python process in the repository's folder."""
    return seconds_of(
        lambda: subprocess.run(  # noqa: S603 - this repository's own
            [sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True
        )
    )
