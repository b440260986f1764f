"""The README's tables of quality, as Markdown."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.quality.alone import OWN_TEXTS
from benchmarks.quality.calibration import BEST_ANSWERS
from benchmarks.quality.measure import TRAINED, SetReport
from benchmarks.quality.refusals import DECLINED_AT
from benchmarks.quality.rows import Row
from benchmarks.report import signed

NAMES = {
    "chroma_chunking": "five long files",
    "clapnq_dev": "ClapNQ",
    "mtrag_un": "MTRAG",
    OWN_TEXTS: "own texts, each alone",
    "selqa_dev": "SelQA",
    "squad2_dev_cs224n": "SQuAD 2.0",
}
NO_ANSWER = {
    "clapnq_dev": "no answer in the passage",
    "squad2_dev_cs224n": "made to mislead",
    "mtrag_un": "not in the documents, or unclear",
    OWN_TEXTS: "near misses in one text",
}
SHOWN = (
    ("retrieval", "right document first", "right document first"),
    ("sentences", "best sentence first", "best sentence first"),
    ("quotes", "F1", "F1 of the quoted sentences"),
    ("no answer", "AUROC", "AUROC"),
    ("absent topic", "AUROC", "topic not in the documents: AUROC"),
    ("follow-ups", "right passage first: conversation handling", "follow-ups, right passage first"),
    ("one slip", "best sentence first", "with one slip in a word: best sentence first"),
    ("small letters", "best sentence first", "in small letters: best sentence first"),
    ("FAQs", "answered with gold", "FAQs: a right sentence quoted"),
    ("FAQs", "a question or heading quoted alone", "FAQs: only a question or heading quoted"),
)
"""Group, metric, and what the table calls it."""

REFUSALS = ("no answer", "absent topic")
A_FEW = 0.02
"""Share of questions on articles that were trained on, from which on it is said."""


def tables(reports: Sequence[SetReport]) -> str:
    """Beside the baselines; as shipped; calibration. What nothing was trained on comes first."""
    in_order = sorted(reports, key=lambda report: (_trained(report), report.name))
    parts = [
        _table(
            ["", "questions", "Pullquote", "best baseline", "difference"], _compared_rows(in_order)
        ),
        _notes(in_order),
        _table(
            [
                "unanswerable because",
                "answerable: answered",
                "with a right sentence quoted",
                "unanswerable: declined",
                "declined while 90 % are answered",
            ],
            _rows(in_order, _refusal_cells),
        ),
        _table(
            [
                "unanswerable because",
                "calibration error (by chance)",
                "found: right",
                "perhaps: right",
                "declined: rightly",
            ],
            _rows(in_order, _calibration_cells),
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _compared_rows(reports: Sequence[SetReport]) -> Iterator[list[str]]:
    for group, metric, called in SHOWN:
        for report in reports:
            for row in report.rows:
                if (row.group, row.metric) == (group, metric) and row.interval:
                    label = f"{_because(report, group)}: AUROC" if called == "AUROC" else called
                    yield [f"{label}, {_name(report)}", *_beside(row)]


def _beside(row: Row) -> list[str]:
    """The figures; bold is the better one, where the interval of the difference excludes zero."""
    assert row.interval
    low, high = row.interval.low, row.interval.high
    ours, theirs = _number(row.value), _number(row.baselines[row.best])
    if low > 0 or high < 0:
        if (low > 0) is row.less_is_better:
            theirs = f"**{theirs}**"
        else:
            ours = f"**{ours}**"
    difference = f"{signed(row.interval.difference)} [{signed(low)}, {signed(high)}]"
    return [f"{row.count:,}", ours, f"{theirs} ({row.best})", difference]


def _rows(
    reports: Sequence[SetReport], cells: Callable[[dict[str, Row]], list[str]]
) -> Iterator[list[str]]:
    for group in REFUSALS:
        for report in reports:
            rows = {row.metric: row for row in report.rows if row.group == group}
            if any(known := cells(rows)):
                yield [f"{_because(report, group)}, {_name(report)}", *known]


def _refusal_cells(rows: dict[str, Row]) -> list[str]:
    names = ("answerable: answered", "answerable: answered with gold", "unanswerable: declined")
    at_nine = rows.get(DECLINED_AT)
    shown = f"{100 * at_nine.value:.0f} %" if at_nine else ""
    if at_nine and at_nine.interval:
        best = at_nine.baselines[at_nine.best]
        low, high = at_nine.interval.low, at_nine.interval.high
        shown += f" ({at_nine.best} {100 * best:.0f} %; {100 * low:+.0f} to {100 * high:+.0f})"
    return [*(_percent(rows.get(name)) for name in names), shown]


def _calibration_cells(rows: dict[str, Row]) -> list[str]:
    names = ("found: gold quoted", "perhaps: gold quoted", "declined: no answer")
    error = rows.get(BEST_ANSWERS)
    shown = f"{_number(error.value)} ({error.note.removeprefix('by chance 0')})" if error else ""
    return [shown, *(_percent(rows.get(name), counted=True) for name in names)]


def _notes(reports: Sequence[SetReport]) -> str:
    told = [
        f"{NAMES.get(report.name, report.name)} {round(share * report.questions):,} of "
        f"{report.questions:,}"
        for report in reports
        if (share := _trained(report)) > A_FEW
    ]
    if not told:
        return ""
    return f"† Other paragraphs of the articles asked about were trained on: {'; '.join(told)}."


def _name(report: SetReport) -> str:
    return NAMES.get(report.name, report.name) + (" †" if _trained(report) > A_FEW else "")


def _because(report: SetReport, group: str) -> str:
    known = NO_ANSWER.get(report.name, "no answer")
    return known if group == "no answer" else "topic not in the documents"


def _trained(report: SetReport) -> float:
    """The share of a set's questions that are on articles that were trained on."""
    return next((row.value for row in report.rows if row.metric == TRAINED), 0.0)


def _number(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _percent(row: Row | None, *, counted: bool = False) -> str:
    """A share with its interval; and of how many."""
    if row is None or row.between is None:
        return ""
    low, high = (100 * one for one in row.between)
    of = f" of {row.count:,}" if counted else ""
    return f"{100 * row.value:.0f} %{of} [{low:.0f}, {high:.0f}]"
