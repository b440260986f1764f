"""Print what was measured, and write it as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.quality.measure import SetReport
from benchmarks.quality.outcomes import OURS
from benchmarks.quality.rows import Row

WAYS = ("BM25", "dense", "fusion")
INTERVAL = "difference to the best, or the figure's own [95 %]"


def print_set(report: SetReport, half: str) -> None:
    """Print a set's table."""
    rows = [_cells(row) for row in report.rows]
    header = ["", "questions", OURS, *WAYS, INTERVAL, ""]
    title = (
        f"{report.name}, half: {half}, {report.documents} documents, {report.questions} questions"
    )
    print(f"\n{title}\n{'=' * len(title)}")
    print_table(header, rows)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first to the left and the others to the right."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        print("  ".join(cells).rstrip())


def write_json(path: Path, outcome: object) -> None:
    """Write an outcome for other programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(outcome, ensure_ascii=False, indent=2) + "\n", "utf-8")


def as_json(
    reports: Iterable[SetReport], half: str, embedding: str, seconds: float
) -> dict[str, object]:
    """What `--json` holds."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "half": half,
        "embedding": embedding,
        "seconds": round(seconds, 1),
        "sets": {
            report.name: {
                "documents": report.documents,
                "questions": report.questions,
                "rows": [asdict(row) for row in report.rows],
                "faults": list(report.faults),
            }
            for report in reports
        },
    }


def _cells(row: Row) -> list[str]:
    baselines = [_number(row.baselines[way]) if way in row.baselines else "" for way in WAYS]
    metric = f"{row.group}: {row.metric}"
    return [metric, str(row.count), _number(row.value), *baselines, between(row), row.note]


def between(row: Row) -> str:
    """The difference to the best baseline with its interval, or the interval of the value."""
    if row.interval:
        low, high = signed(row.interval.low), signed(row.interval.high)
        return f"{signed(row.interval.difference)} [{low}, {high}]"
    return f"[{_number(row.between[0])}, {_number(row.between[1])}]" if row.between else ""


def _number(value: float) -> str:
    return f"{value:.3f}"


def signed(value: float) -> str:
    """A difference, with its sign."""
    return f"{value:+.3f}"
