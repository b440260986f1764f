"""The lines of the tables: their baselines, their intervals, and what is bold."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.baselines import Ranked
from benchmarks.data import Place, Question, QuestionSet, SetDocument
from benchmarks.metrics import Interval
from benchmarks.product import Quote, Reply
from benchmarks.quality.alone import own_texts
from benchmarks.quality.calibration import AN_ANSWER, BEST_ANSWERS, calibration_rows
from benchmarks.quality.measure import TRAINED, SetReport
from benchmarks.quality.outcomes import OURS, Outcome
from benchmarks.quality.quotes import gold_quoted, selection_rows
from benchmarks.quality.refusals import DECLINED_AT, refusal_rows
from benchmarks.quality.rows import Row, against_best, share
from benchmarks.reading import trained_topics
from benchmarks.reliability import calibration_error, chance_error, reliability
from benchmarks.tables import tables
from benchmarks.texts import rows as kept_texts
from benchmarks.texts import use_of

TEXT = "".join(f"Sentence {letter}. " for letter in "ABCDEFGH")
SENTENCES = tuple(Place("d", 12 * number, 12 * number + 11) for number in range(8))
QUESTIONS = QuestionSet("s", (SetDocument("d", "", TEXT, SENTENCES),), (), {"d": TEXT}, {"d": "d"})


def _outcome(
    gold: list[int], quoted: list[int], ranked: list[int], *, probability: float = 0.9
) -> Outcome:
    """What came of a question, by numbers of sentences; one without gold has no answer."""
    places = tuple(SENTENCES[number] for number in ranked)
    theirs = Ranked(places, tuple(1.0 / (n + 1) for n in range(len(places))))
    ours = Ranked((SENTENCES[(quoted or gold or [0])[0]],), (probability,))
    reply = Reply(
        answered=bool(quoted),
        searched="",
        text="“…” [1]",
        reason="",
        quotes=tuple(Quote(SENTENCES[n], "") for n in quoted),
        nearest=(),
    )
    question = Question("q", "?", ("d",), tuple(SENTENCES[n] for n in gold), bool(gold))
    ways = {OURS: ours, "BM25": theirs, "dense": theirs}
    return Outcome(question, (), reply, ways, ways)


def test_a_baseline_quotes_as_many_sentences_as_do_best_for_it() -> None:
    by_metric = {
        row.metric: row
        for row in selection_rows(
            QUESTIONS, [_outcome([0, 1], [0, 1], [0, 1, 2]), _outcome([3, 4], [3], [3, 4, 5])]
        )
    }
    assert by_metric["F1"].baselines == {"BM25": 1.0, "dense": 1.0}
    assert by_metric["F1"].note == "quoted: BM25 2, dense 2"
    assert by_metric["precision"].baselines["BM25"] == 1
    assert by_metric["F1"].value == pytest.approx(6 / 7)
    assert by_metric["F1"].interval is not None
    (single, *_) = selection_rows(QUESTIONS, [_outcome([0], [0], [0, 1, 2])])
    assert single.note == "quoted: BM25 1, dense 1"


def test_baselines_are_right_with_gold_among_three_and_decline_nothing() -> None:
    outcomes = [_outcome([2], [], [0, 1, 2]), _outcome([3], [3], [0, 1, 2, 3])]
    assert gold_quoted(outcomes, whole=False) == {OURS: [0, 1], "BM25": [1, 0], "dense": [1, 0]}


def test_best_baseline_has_the_least_where_less_is_better() -> None:
    scores = {OURS: [0.0, 0.0], "BM25": [1.0, 1.0], "dense": [1.0, 0.0]}
    assert against_best("g", "m", scores).best == "BM25"
    row = against_best("g", "m", scores, less=True)
    assert row.best == "dense"
    assert row.interval is not None
    assert row.interval.difference == -0.5


def test_refusals_have_intervals_throughout() -> None:
    answerable = [_outcome([0], [0], [0], probability=0.5 + n / 100) for n in range(20)]
    unanswerable = [_outcome([], [], [1], probability=n / 50) for n in range(20)]
    rows = {row.metric: row for row in refusal_rows("g", QUESTIONS, answerable, unanswerable)}
    assert rows[DECLINED_AT].value == 1
    assert rows[DECLINED_AT].baselines == {"BM25": 0, "dense": 0}
    assert rows[DECLINED_AT].interval is not None
    assert rows["unanswerable: declined"].between is not None
    assert rows["unanswerable: declined"].value == 1


def test_reliability_divides_by_probability_into_equal_parts() -> None:
    bins = reliability([0.9, 0.1, 0.8, 0.2], [True, False, False, False], bins=2)
    assert [one.expected for one in bins] == pytest.approx([0.15, 0.85])
    assert [(one.right, one.questions) for one in bins] == [(0.0, 2), (0.5, 2)]
    assert calibration_error(bins) == pytest.approx((0.15 + 0.35) / 2)
    assert len(reliability([0.5], [True], bins=10)) == 1


def test_error_by_chance_shrinks_with_the_questions() -> None:
    few, many = chance_error([0.5] * 40), chance_error([0.5] * 4000)
    assert many < 0.02
    assert few > 0.05


def test_calibration_counts_levels_and_what_of_them_is_right() -> None:
    found, wrong = _outcome([0], [0], [0]), _outcome([1], [2], [0])
    missed = _outcome([1], [], [0], probability=0.1)
    fooled, declined = _outcome([], [0], [0]), _outcome([], [], [0], probability=0.2)
    rows = {
        row.metric: row
        for row in calibration_rows("g", [found, wrong, missed], [fooled, declined], whole=False)
    }
    assert (rows["found: gold quoted"].count, rows["found: gold quoted"].value) == (3, 1 / 3)
    assert (rows["declined: no answer"].count, rows["declined: no answer"].value) == (2, 0.5)
    assert rows["perhaps: gold quoted"].count == 0
    assert sum(one.questions for one in rows[BEST_ANSWERS].bins) == 5
    assert rows[AN_ANSWER].value != rows[BEST_ANSWERS].value


def test_own_texts_that_were_trained_on_are_never_asked() -> None:
    by_half = {half: {one.documents[0].id for one in own_texts(half)} for half in ("fit", "report")}
    assert not by_half["fit"] & by_half["report"]
    assert {one.documents[0].id for one in own_texts("all")} == by_half["fit"] | by_half["report"]
    written = {row["id"] for row in kept_texts() if row["source"].startswith("own")}
    assert by_half["report"] == {one for one in written if use_of(one) == "report"}
    assert len(by_half["report"]) > 20


def test_topics_that_were_trained_on_are_those_of_the_fitting_half() -> None:
    documents = tuple(SetDocument(f"d{n}", f"Topic {n}", f"Text {n}.") for n in range(40))
    questions = tuple(Question(f"q{n}", "?", (f"d{n}",), (), True) for n in range(40))
    topics = {document.id: document.topic for document in documents}
    asked = QuestionSet("selqa_dev", documents, questions, {}, topics)
    assert 0 < len(trained_topics(asked)) < 25
    assert trained_topics(QuestionSet("other", documents, questions, {}, topics)) == set()


def _report(name: str, trained: float) -> SetReport:
    better, even = Interval(0.2, 0.1, 0.3), Interval(0.1, -0.1, 0.3)
    baselines = {"BM25": 0.5, "dense": 0.6}
    return SetReport(
        name,
        10,
        100,
        (
            Row("questions", TRAINED, 100, trained),
            Row("sentences", "best sentence first", 80, 0.8, baselines, better),
            Row("retrieval", "right document first", 80, 0.7, baselines, even),
            Row("FAQs", "answered with gold", 80, 0.4, baselines, Interval(-0.2, -0.3, -0.1)),
            Row("no answer", "AUROC", 100, 0.7, baselines, even),
            share("no answer", "answerable: answered", [True] * 8 + [False] * 2),
            Row("no answer", BEST_ANSWERS, 100, 0.04, note="by chance 0.030"),
        ),
    )


def test_tables_are_bold_outside_the_interval_and_say_what_was_trained_on() -> None:
    made = tables([_report("squad2_dev_cs224n", 1.0), _report("clapnq_dev", 0.01)])
    lines = made.splitlines()
    assert (
        "| best sentence first, ClapNQ | 80 | **.800** | .600 (dense) | +0.200 [+0.100, +0.300] |"
    ) in lines
    assert any(line.startswith("| right document first, ClapNQ | 80 | .700 |") for line in lines)
    assert any("| .400 | **.600** (dense) |" in line for line in lines)
    assert made.index("first, ClapNQ |") < made.index("first, SQuAD 2.0 † |")
    assert "were trained on: SQuAD 2.0 100 of 100." in made
    assert "made to mislead: AUROC, SQuAD 2.0 †" in made
    assert "| 80 % [49, 94] |" in made
    assert "| .040 (.030) |" in made
    assert "topic not in the documents" not in made


def test_own_texts_are_asked_each_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data" / "tiny"
    data.mkdir(parents=True)
    (data / "questions.jsonl").write_text("")
    numbers, written = tmp_path / "out.json", tmp_path / "tables.md"
    arguments = ["quality", "--data", str(data.parent), "--sets", "own_texts", "--half", "fit"]
    arguments += ["--limit", "3", "--json", str(numbers), "--tables", str(written)]
    assert main(arguments) == 0
    assert "own_texts, half: fit, 41 documents, 3 questions" in capsys.readouterr().out
    found = {
        (row["group"], row["metric"])
        for row in json.loads(numbers.read_text())["sets"]["own_texts"]["rows"]
    }
    assert ("sentences", "best sentence first") in found
    assert ("one slip", "best sentence first: lost") in found
    assert ("retrieval", "right document first") not in found
    assert "own texts, each alone" in written.read_text()
