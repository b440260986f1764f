"""The real reader, on sentences whose right answer is plain."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import assistant.reader
from assistant.reader import FILE, WINDOW, Reader, ReaderError, _windows, load_reader, the_reader

PASSAGE = (
    "Ada Lovelace was born in London in 1815.",
    "She wrote the first program for a machine that was never built.",
    "The museum sells postcards of it.",
)
OTHER = ("The harbour freezes in February.", "Ferries run again from April.")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return the_reader()


def best(reader: Reader, question: str) -> tuple[int, int]:
    rated = reader.read(question, [PASSAGE, OTHER])
    return max(
        ((p, s) for p, one in enumerate(rated) for s in range(len(one))),
        key=lambda place: rated[place[0]][place[1]].match,
    )


def test_the_sentence_that_answers_matches_best(reader: Reader) -> None:
    assert best(reader, "Where was Ada Lovelace born?") == (0, 0)
    assert best(reader, "When do boats sail once more?") == (1, 1)


def test_a_pronoun_is_read_as_what_it_stands_for(reader: Reader) -> None:
    (together,) = reader.read("What did Ada Lovelace write?", [PASSAGE])
    (alone,) = reader.read("What did Ada Lovelace write?", [PASSAGE[1:]])
    assert together[1].match > alone[0].match
    assert together[1].context > alone[0].context


def test_a_passage_matches_at_least_as_well_as_its_best_sentence(reader: Reader) -> None:
    for question in ("Who sells postcards?", "Which judge is hearing the lawsuit?"):
        for passage in reader.read(question, [PASSAGE, OTHER]):
            assert {one.passage_match for one in passage} == {passage[0].passage_match}
            assert passage[0].passage_match >= max(one.match for one in passage)


def test_passages_are_rated_each_for_itself(reader: Reader) -> None:
    question = "Where was she born?"
    reader.forget()
    among_others = reader.read(question, [OTHER, PASSAGE])[1]
    reader.forget()
    assert among_others == reader.read(question, [PASSAGE])[0]


def test_what_is_longer_than_a_window_is_read_in_several(reader: Reader) -> None:
    passage = [f"House {number} has a lamp over its blue door." for number in range(60)]
    passage[50] = "The lighthouse was sold to a pilot from Bergen."
    (rated,) = reader.read("Who bought the lighthouse?", [passage])
    assert len(rated) == 60
    assert max(range(60), key=lambda number: rated[number].match) == 50


@pytest.mark.parametrize(
    "passage", [["word " * 2000], ["", "\u200b"], ["\ud800 lone"], ["?!", "…"]], ids=repr
)
def test_odd_passages_are_rated(reader: Reader, passage: list[str]) -> None:
    (rated,) = reader.read("Who is it?", [passage])
    assert len(rated) == len(passage)
    assert all(np.isfinite([one.match, one.context, one.passage_match]).all() for one in rated)


def test_no_passages_give_no_ratings(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


def test_only_so_many_passages_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant.reader, "KEPT", 2)
    reader = Reader(FILE)
    for number in (0, 1, 2, 1):
        reader.read("Who?", [[f"Number {number} is here."]])
    kept = reader._passage.cache_info()
    assert (kept.currsize, kept.hits, kept.misses) == (2, 1, 3)


def test_windows_hold_every_sentence_once_and_keep_to_the_limit() -> None:
    lengths = [100, 100, 60, 300, 10, 10]
    windows = _windows(lengths)
    assert windows == [[0, 1], [2], [3], [4, 5]]
    assert all(sum(lengths[n] for n in w) <= WINDOW - 2 or len(w) == 1 for w in windows)


def test_the_readme_of_the_reader_states_the_file_that_is_there() -> None:
    digest = hashlib.sha256(FILE.read_bytes()).hexdigest()
    assert f"`{digest}`" in (FILE.parent / "README.md").read_text(encoding="utf-8")


def test_a_damaged_reader_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"reader\.onnx' is missing or damaged .*Install"):
        load_reader(tmp_path / "reader.onnx")
