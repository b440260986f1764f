"""The benchmarks measure what they say: sets, baselines, and a tiny run from end to end."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.articles import FOLDER as ARTICLES
from benchmarks.articles import ArticleQuestion, Asked, agree, find_articles, load_questions
from benchmarks.baselines import BM25
from benchmarks.data import (
    DataError,
    Place,
    file_name,
    half_of,
    load_set,
    questions_of,
    topics_apart,
)
from benchmarks.honesty import Honesty
from benchmarks.product import Embedding, Quote, Reply
from benchmarks.quality.answers import answer_word_rows, exact, token_f1
from benchmarks.quality.outcomes import prepare
from benchmarks.quality.retrieval import topic_change_rows
from benchmarks.speed.building import take_sentences
from benchmarks.speed.figures import Figure

TEXTS = {
    "bees": ("Insects / Bees", "Bees dance to point at food. A worker lives for six weeks."),
    "ants": ("Insects / Ants", "Ants farm aphids. They milk them for honeydew."),
    "tides": ("Tides", "The moon pulls the sea. High water comes twice a day."),
    "glass": ("Glass", "Glass is melted sand. It was first blown in Syria."),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one tiny question set."""
    folder = tmp_path / "data" / "tiny"
    folder.mkdir(parents=True)
    docs: list[dict[str, object]] = [
        {"doc_id": name, "title": title, "text": text, "sentence_starts": [0, text.index(". ") + 2]}
        for name, (title, text) in TEXTS.items()
    ]
    questions = [
        _question("1", "How do bees point at food?", "bees", "Bees dance to point at food."),
        _question("2", "How long does a worker bee live?", "bees", "A worker lives for six weeks."),
        _question("3", "What do ants farm?", "ants", "Ants farm aphids."),
        _question("4", "How often does high water come?", "tides", "High water comes twice a day."),
        _question("5", "Where was glass first blown?", "glass", "It was first blown in Syria."),
        _question("6", "Who invented the stained glass window?", "glass", ""),
    ]
    _write(folder / "docs.jsonl", docs)
    _write(folder / "questions.jsonl", questions)
    return folder.parent


def _question(number: str, text: str, document: str, gold: str) -> dict[str, object]:
    start = TEXTS[document][1].index(gold)
    spans = [{"doc_id": document, "start": start, "end": start + len(gold)}] if gold else []
    return {
        "qid": number,
        "question": text,
        "doc_ids": [document],
        "spans": spans,
        "answerable": bool(gold),
    }


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_set_is_read_with_its_sentences_and_copies_are_one_document(data: Path) -> None:
    copy = {"doc_id": "zzz", "title": "", "text": TEXTS["bees"][1]}
    with (data / "tiny" / "docs.jsonl").open("a") as docs:
        docs.write(json.dumps(copy) + "\n")
    with (data / "tiny" / "questions.jsonl").open("a") as lines:
        question = {"qid": "7", "question": "?", "doc_ids": ["zzz", "bees"], "spans": []}
        lines.write(json.dumps(question | {"answerable": True, "history": ["a", "b"]}) + "\n")
    questions = load_set(data, "tiny")
    assert [document.id for document in questions.documents] == ["ants", "bees", "glass", "tides"]
    assert questions.documents[0].sentences == (Place("ants", 0, 17), Place("ants", 18, 46))
    assert questions.questions[-1].document_ids == ("bees",)
    assert questions.questions[-1].history == (("a", "b"),)


def test_set_that_is_not_as_described_is_named(data: Path) -> None:
    (data / "tiny" / "docs.jsonl").write_text('{"doc_id": "a"}\n')
    with pytest.raises(DataError, match=r"'tiny'.*KeyError"):
        load_set(data, "tiny")


def test_halves_share_no_document_and_samples_repeat(data: Path) -> None:
    questions = load_set(data, "tiny").questions
    fit, report = (questions_of(questions, half, None) for half in ("fit", "report"))
    assert len(fit) + len(report) == len(questions)
    assert not {q.key for q in fit} & {q.key for q in report}
    assert all(half_of(q.key) == "fit" for q in fit)
    sample = questions_of(questions, "all", 3)
    assert len(sample) == 3
    assert sample == questions_of(questions, "all", 3)


def test_halves_by_topic_keep_a_topic_together(data: Path) -> None:
    first, second = topics_apart(load_set(data, "tiny").documents)
    assert first | second == set(TEXTS)
    assert not first & second
    assert len({"bees", "ants"} & first) in {0, 2}


def test_file_names_are_safe_and_different() -> None:
    assert file_name("p0-1") == "p0-1.txt"
    assert file_name("a/b") != file_name("a:b")
    assert "/" not in file_name("../a/b")


def test_honesty_finds_a_quote_that_is_not_its_slice(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.")
    honesty = Honesty()
    honesty.check(source, 5, 9, "Two.")
    assert not honesty.faults
    honesty.check(source, 5, 9, "Too.")
    honesty.check(source, 4, 5, "\n")
    assert honesty.checked == 3
    assert len(honesty.faults) == 2


def test_bm25_ranks_rare_words_above_frequent_ones() -> None:
    scores = BM25(["the sea is wide", "the sea is deep", "a kraken in the sea"]).scores(
        "sea kraken"
    )
    assert scores.argmax() == 2
    assert BM25(["the sea"]).scores("mountains").max() == 0


def test_every_article_has_questions_whose_gold_it_holds() -> None:
    assert len(find_articles()) == 3
    for name in find_articles():
        questions = load_questions(ARTICLES / name / "questions.jsonl")
        assert len({question.id for question in questions}) == len(questions) >= 40


def test_article_reply_is_right_with_the_gold_or_a_refusal() -> None:
    question = ArticleQuestion("1", "?", "fact", ("Ten boats sank.", "It rained."), any=False)
    both = _reply("It rained. Ten boats sank.")
    assert Asked("a", question, both).right
    assert Asked("a", question, _reply("Ten boats sank.")).fault == "gold not quoted"
    assert Asked("a", replace(question, any=True), _reply("“Ten boats sank.”")).right
    assert Asked("a", question, replace(both, answered=False)).fault == "declined"
    assert Asked("a", replace(question, gold=()), both).fault.startswith("answered")


def _reply(*quotes: str) -> Reply:
    made = tuple(Quote(Place("a", 0, len(words)), words) for words in quotes)
    return Reply(answered=True, searched="", text="", reason="", quotes=made, nearest=())


@pytest.mark.parametrize(
    ("quote", "gold", "same"),
    [
        ("He said: “Ten boats sank.”", "ten  boats sank", True),
        ("Ten boats sank", "Ten boats sank, and", True),
        ("Ten", "Ten boats sank and nobody knew", False),
        ("Nine boats sank there", "Ten boats sank", False),
    ],
)
def test_quote_and_gold_agree(quote: str, gold: str, *, same: bool) -> None:
    assert agree(quote, gold) is same


def test_speed_sample_holds_exactly_so_many_sentences_without_copies(data: Path) -> None:
    taken = take_sentences([load_set(data, "tiny")], 21)
    assert len({document.text for document in taken}) == len(taken)
    assert len({document.id for document in taken}) == len(taken) > len(TEXTS)


def test_speed_limit_is_a_ceiling_for_times_and_a_floor_for_rates() -> None:
    assert Figure("", 2.0, "s", limit=3.0).held
    assert not Figure("", 2.0, "sentences/s", limit=3.0).held
    assert Figure("", 2.0, "s").held is None
    assert Figure("", 2.0, "s", "half of it", 1.0).ratio == 2


def test_words_are_compared_as_squad_does() -> None:
    assert exact("The “Lamp”,", ["a lamp"])
    assert not exact("old lamp", ["lamp", "the old"])
    assert token_f1("old lamp", ["the lamp", "oil"]) == pytest.approx(2 / 3)
    assert token_f1("the", ["a"]) == 1
    assert token_f1("lamp", ["oil"]) == 0


def test_pointed_out_words_are_counted_where_gold_is_a_few_words(
    data: Path, tmp_path: Path
) -> None:
    questions = load_set(data, "tiny")
    bench = prepare(questions, Embedding(), tmp_path)
    outcomes = [bench.ask(question) for question in questions.questions]
    assert list(answer_word_rows(questions, outcomes)) == []  # its authors name sentences
    words = {"5": "Syria", "2": "six weeks"}
    unnamed = replace(
        questions, documents=tuple(replace(one, sentences=()) for one in questions.documents)
    )
    asked = []
    for outcome in outcomes:
        text = words.get(outcome.question.id, "")
        document = outcome.question.document_ids[0]
        at = TEXTS[document][1].find(text)
        gold = (Place(document, at, at + len(text)),) if text else ()
        asked.append(replace(outcome, question=replace(outcome.question, gold=gold)))
    rows = {row.metric: row for row in answer_word_rows(unnamed, asked)}
    assert rows["given"].count == 2
    assert rows["given"].value == 1
    assert rows["of these, exactly an answer"].value == 1
    assert rows["of these, token F1"].value == 1


def test_quality_runs_from_end_to_end(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.quality.measure.ABSENT_DOCUMENTS", 4)
    numbers, details = tmp_path / "out.json", tmp_path / "details.jsonl"
    arguments = ["quality", "--data", str(data), "--sets", "tiny", "--half", "all"]
    arguments += ["--json", str(numbers), "--details", str(details)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "tiny, half: all, 4 documents, 6 questions" in printed
    rows = json.loads(numbers.read_text())["sets"]["tiny"]["rows"]
    values = {(row["group"], row["metric"]): row["value"] for row in rows}
    assert values["retrieval", "right document in 5"] == 1
    assert values["sentences", "best sentence in 3"] == 1
    assert values["honesty", "citations equal to their source"] == 1
    assert ("absent topic", "AUROC") in values
    assert values["topic changes", "answered from the old topic"] == 0
    assert ("one slip", "best sentence first: lost") in values
    assert values["small letters", "right document first"] == 1
    assert values["FAQs", "a question or heading quoted alone"] == 0
    assert values["FAQs", "answered with gold"] > 0.5
    baselines = {(row["group"], row["metric"]): set(row["baselines"]) for row in rows}
    assert baselines["retrieval", "right document first"] == {"BM25", "dense", "fusion"}
    assert len(details.read_text().splitlines()) == 6


def test_unknown_set_and_empty_folder_are_sentences(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quality", "--data", str(data), "--sets", "other"]) == 2
    assert "No set 'other'" in capsys.readouterr().err
    assert main(["quality", "--data", str(tmp_path / "none")]) == 2
    assert "No question sets" in capsys.readouterr().err


def test_an_answer_from_the_topic_of_the_question_before_is_counted(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = load_set(data, "tiny")
    bench = prepare(questions, Embedding(), tmp_path)
    monkeypatch.setattr("assistant.retrieve.takes_up", lambda *_: True)
    monkeypatch.setattr("assistant.answering.ANSWERED", 0.0)
    (row,) = topic_change_rows(bench, questions.questions)
    assert row.value > 0
