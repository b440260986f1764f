"""What became of many files, added up by format."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from benchmarks.documents.check import Outcome

HEADER = (
    "file", "documents", "pages", "words", "lost", "added", "repeated", "misplaced", "sentences",
    "stand there", "seconds", "times the plain time", "title",
)  # fmt: skip
SUMMARY = (
    "format", "files", "read", "refused", "documents", "pages", "words", "lost", "added",
    "repeated", "misplaced", "sentences", "stand there", "seconds", "pages/s", "words/s",
    "times the plain time",
)  # fmt: skip
REASONS = ("format", "refused, because", "documents")

_SAME = {".htm": ".html", ".xhtml": ".html", ".mht": ".mhtml", ".ndjson": ".jsonl", ".tsv": ".csv"}
_SUMS = (
    "documents", "unread", "pages", "words", "lost", "added", "repeated", "misplaced", "sentences",
    "found",
)  # fmt: skip
_NUMBER = re.compile(r"\d[\d.,]*")
_QUOTED = re.compile(r"'[^']*'|\([^()]*\)")


def by_format(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The files of each format, formats by name."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(_SAME.get(outcome.kind, outcome.kind), []).append(outcome)
    return dict(sorted(found.items()))


def tables(outcomes: Sequence[Outcome]) -> Iterator[tuple[Sequence[str], list[tuple[str, ...]]]]:
    """Header and rows of each table: the files of each format, all formats, and refusals."""
    for files in by_format(outcomes).values():
        yield HEADER, file_rows(files)
    yield SUMMARY, summary_rows(outcomes)
    yield REASONS, reason_rows(outcomes)


def file_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """As `HEADER` says, a row for each file."""
    return [_row(outcome) for outcome in outcomes]


def summary_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """As `SUMMARY` says, a row for each format."""
    return [_summed(kind, files) for kind, files in by_format(outcomes).items()]


def reason_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """As `REASONS` says, reasons that differ only in a name or number together."""
    rows: list[tuple[str, ...]] = []
    for kind, files in by_format(outcomes).items():
        reasons = Counter(
            _NUMBER.sub("N", _QUOTED.sub("…", reason)) for one in files for reason in one.refusals
        )
        rows += [(kind, reason, f"{count:,}") for reason, count in reasons.most_common()]
    return rows


def unread_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Say which of the files that are refused have words all the same."""
    for one in outcomes:
        if one.unread:
            yield f"{one.name} is refused, and {one.unread:,} {_unit(one.kind)} are in it"


def as_json(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """Every file, for other programs."""
    return [asdict(outcome) for outcome in outcomes]


def _row(one: Outcome) -> tuple[str, ...]:
    if not one.documents:
        return (one.name, *("",) * (len(HEADER) - 2), f"refused: {one.refusals[0]}")
    counts = _compared(one.compared, one)
    titles = " / ".join(dict.fromkeys(one.titles[:3]))
    return (
        one.name, f"{one.documents:,}", _count(one.pages), *counts, f"{one.seconds:.3f}",
        _times(one.seconds, one.plain_seconds), titles,
    )  # fmt: skip


def _summed(kind: str, files: Sequence[Outcome]) -> tuple[str, ...]:
    read = [one for one in files if one.documents]
    total = Outcome("", kind, **{name: sum(getattr(one, name) for one in read) for name in _SUMS})
    seconds = sum(one.seconds for one in read)
    beside = sum(one.plain_seconds for one in read)
    return (
        kind, f"{len(files):,}", f"{len(read):,}", f"{len(files) - len(read):,}",
        f"{total.documents:,}", _count(total.pages), *_compared(bool(read), total),
        f"{seconds:.2f}", _rate(total.pages, seconds),
        _rate(total.words, seconds) if kind != ".pdf" else "", _times(seconds, beside),
    )  # fmt: skip


def _compared(compared: bool, one: Outcome) -> tuple[str, ...]:
    names = ("words", "lost", "added", "repeated", "misplaced", "sentences", "found")
    return tuple(f"{getattr(one, name):,}" if compared else "" for name in names)


def _unit(kind: str) -> str:
    return "letters" if kind == ".pdf" else "words"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}" if count and seconds else ""


def _times(seconds: float, beside: float) -> str:
    return f"{seconds / beside:.2f}" if beside else ""
