"""What is trained on and what is fitted: kept apart, labelled rightly, and learnt from."""

import json
from pathlib import Path

import pytest

from assistant.reader.model import the_reader
from benchmarks.data import Place, Question, QuestionSet, SetDocument, calibrates, half_of
from benchmarks.fit import Weighed, _kinds, collect, fit_answer, fit_order
from benchmarks.reading import write_reading

TEXTS = {
    "hive": "Bees dance to point at food. A worker lives for six weeks.",
    "ants": "Ants farm aphids. They milk them for honeydew.",
    "tides": "The moon pulls the sea. High water comes twice a day.",
    "window": "Glass is melted sand. It was first blown in Syria.",
}
TOPICS = {"hive": "insects", "ants": "insects", "tides": "tides", "window": "window"}
ASKED = (
    ("How do bees point at food?", "hive", "Bees dance to point at food."),
    ("How long does a worker bee live?", "hive", "A worker lives for six weeks."),
    ("What do ants farm?", "ants", "Ants farm aphids."),
    ("How often does high water come?", "tides", "High water comes twice a day."),
    ("Where was glass first blown?", "window", "It was first blown in Syria."),
    ("Who invented the stained glass window?", "window", ""),
)


def tiny(name: str) -> QuestionSet:
    """A question set of four documents."""
    questions = tuple(
        Question(
            id=str(number),
            text=text,
            document_ids=(document,),
            gold=(Place(document, at, at + len(gold)),) if gold else (),
            answerable=bool(gold),
            history=(),
        )
        for number, (text, document, gold) in enumerate(ASKED)
        for at in [TEXTS[document].index(gold)]
    )
    documents = tuple(SetDocument(key, TOPICS[key], text) for key, text in TEXTS.items())
    return QuestionSet(name, documents, questions, TEXTS, TOPICS)


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> list[Weighed]:
    """The questions with the evidence in what is found for them."""
    cache = tmp_path_factory.mktemp("cache")
    cases = collect(tiny("squad2_dev_cs224n"), cache, "all", None, lambda *_: True)
    return [case.read(the_reader()) for case in cases]


def test_no_question_is_both_trained_on_and_fitted_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "questions.jsonl").touch()
    monkeypatch.setattr("benchmarks.reading.TRAINED_ON", ("tiny",))
    monkeypatch.setattr("benchmarks.reading.load_set", lambda _data, name: tiny(name))
    monkeypatch.setattr("benchmarks.reading.load_texts", lambda _use: [])
    near = [("tiny", "ants", "What do ants sell?"), ("else", "ants", "What is it?")]
    monkeypatch.setattr("benchmarks.reading.near_misses", lambda: near)
    questions = tiny("tiny")
    counts = write_reading(tmp_path, tmp_path / "cache", tmp_path / "reading")
    passages, rows, claims = (
        [
            json.loads(line)
            for line in (tmp_path / "reading" / f"{name}.jsonl").read_text().splitlines()
        ]
        for name in ("passages", "questions", "claims")
    )
    assert counts == {"passages": len(passages), "questions": len(rows), "claims": len(claims)}
    trained = {row["question"] for row in rows} - {"What do ants sell?"}
    cases = collect(questions, tmp_path / "cache", "fit", None, calibrates)
    fitted = {case.asked.text for case in cases}
    assert fitted == {text for text, document, _ in ASKED if document == "hive"}
    assert not trained & fitted
    by_half = {one.text for one in questions.questions if half_of(one.key) == "fit"}
    assert trained | fitted == by_half
    for row in rows:
        gold = {words for text, _, words in ASKED if words and text == row["question"]}
        assert gold == {
            passages[one["passage"]]["sentences"][number]
            for one in row["found"]
            for number in one["gold"]
        }
        assert any(one["own"] for one in row["found"])


def test_gold_is_where_the_set_says(weighed: list[Weighed]) -> None:
    for one, (_, document, words) in zip(weighed, ASKED, strict=True):
        found = {
            (chunk.document_id, text)
            for chunk in one.case.chunks
            for text, gold in zip(chunk.text.sentences, chunk.gold, strict=True)
            if gold
        }
        assert found == ({(document, words)} if words else set())


def test_unanswerable_questions_are_made_of_answerable_ones(weighed: list[Weighed]) -> None:
    made = [
        {
            kind: {one.case.chunks[n].document_id for n in chosen}
            for kind, chosen in _kinds(one.case)
        }
        for one in weighed
    ]
    everything = {one.document_id for one in weighed[0].case.chunks}
    assert {"hive", "ants"} < everything
    assert made[0] == {
        "answerable": everything,
        "absent": everything - {"hive", "ants"},
        "beside": everything - {"hive"},
    }
    assert set(made[3]) == {"answerable", "absent"}  # nothing else is on its topic
    assert set(made[5]) == {"near"}


def test_fitted_order_puts_the_gold_first(weighed: list[Weighed]) -> None:
    order = fit_order(weighed)
    assert order["odds"] > 0
    for one in weighed:
        rated = [
            (evidence.sum(order), gold)
            for chunk, row in zip(one.case.chunks, one.evidence, strict=True)
            for evidence, gold in zip(row, chunk.gold, strict=True)
        ]
        if one.case.asked.answerable:
            assert max(rated)[1]


def test_fitted_decision_tells_the_answered_from_the_others(weighed: list[Weighed]) -> None:
    fitted = fit_answer(weighed, fit_order(weighed))
    assert set(fitted) == {"odds", "passage_cosine", "intercept"}
    assert fitted["odds"] > 0
