"""The real reader, on sentences whose right answer is plain."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import assistant.reader
from assistant.reader import FILE, Reader, ReaderError, Text, _windows, load_reader, the_reader

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
    readings = reader.read(question, [Text(PASSAGE), Text(OTHER)])
    return max(
        ((p, s) for p, one in enumerate(readings) for s in range(len(one.odds))),
        key=lambda place: readings[place[0]].odds[place[1]],
    )


def test_the_sentence_that_answers_is_likeliest(reader: Reader) -> None:
    assert best(reader, "Where was Ada Lovelace born?") == (0, 0)
    assert best(reader, "When do the ferries start again?") == (1, 1)


def test_what_is_not_said_is_unlikely_however_near_it_is(reader: Reader) -> None:
    (said,) = reader.read("Where was Ada Lovelace born?", [Text(PASSAGE)])
    (unsaid,) = reader.read("Where did Ada Lovelace die?", [Text(PASSAGE)])
    assert max(said.odds) > 0 > max(unsaid.odds)


def test_a_pronoun_is_read_as_what_it_stands_for(reader: Reader) -> None:
    (together,) = reader.read("What did Ada Lovelace write?", [Text(PASSAGE)])
    (alone,) = reader.read("What did Ada Lovelace write?", [Text(PASSAGE[1:])])
    assert together.odds[1] > alone.odds[0]


def test_a_title_says_what_a_passage_is_about(reader: Reader) -> None:
    (titled,) = reader.read("What did Ada Lovelace write?", [Text(PASSAGE[1:], "Ada Lovelace")])
    (bare,) = reader.read("What did Ada Lovelace write?", [Text(PASSAGE[1:])])
    assert titled.odds[0] > bare.odds[0]


def test_passages_are_read_each_for_itself(reader: Reader) -> None:
    question = "Where was she born?"
    reader.forget()
    among_others = reader.read(question, [Text(OTHER), Text(PASSAGE)])[1]
    reader.forget()
    assert among_others == reader.read(question, [Text(PASSAGE)])[0]


def test_a_claim_is_borne_out_or_not(reader: Reader) -> None:
    assert reader.support("Ada Lovelace was born in London.", PASSAGE[:1]) > 0
    assert reader.support("Ada Lovelace was born in Paris.", PASSAGE[:1]) < 0
    assert reader.support("x", []) < 0


def test_a_claim_is_read_with_many_and_with_long_quotes(reader: Reader) -> None:
    claim = "The lighthouse was sold to a pilot."
    quote = "The lighthouse was sold to a pilot from Bergen."
    houses = [f"House {number} has a lamp over its blue door." for number in range(60)]
    without = reader.support(claim, houses)
    for quotes in ([*houses, quote], [quote, *houses], [" ".join([*houses, quote])]):
        assert reader.support(claim, quotes) > without + 4


def test_what_is_longer_than_a_window_is_read_in_several(reader: Reader) -> None:
    passage = [f"House {number} has a lamp over its blue door." for number in range(60)]
    passage[50] = "The lighthouse was sold to a pilot from Bergen."
    (reading,) = reader.read("Who bought the lighthouse?", [Text(tuple(passage))])
    assert len(reading.odds) == 60
    assert max(range(60), key=lambda number: reading.odds[number]) == 50


@pytest.mark.parametrize(
    "passage", [("word " * 2000,), ("", "\u200b"), ("\ud800 lone",), ("?!", "…"), ()], ids=repr
)
def test_odd_passages_are_read(reader: Reader, passage: tuple[str, ...]) -> None:
    (reading,) = reader.read("Who is it?", [Text(passage)])
    assert len(reading.odds) == len(passage)
    assert np.isfinite(reading.odds).all()


def test_no_passages_give_no_readings(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


def test_only_so_many_readings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant.reader, "KEPT", 2)
    reader = Reader(FILE)
    for number in (0, 1, 2, 1):
        reader.read("Who?", [Text((f"Number {number} is here.",))])
    kept = reader._reading.cache_info()
    assert (kept.currsize, kept.hits, kept.misses) == (2, 1, 3)


def test_windows_hold_every_sentence_once_and_keep_to_the_limit() -> None:
    lengths = [100, 100, 60, 300, 10, 10]
    windows = list(_windows(lengths, 254))
    assert windows == [[0, 1], [2], [3], [4, 5]]
    assert list(_windows([], 254)) == []


def test_the_readme_of_the_reader_states_the_file_that_is_there() -> None:
    digest = hashlib.sha256(FILE.read_bytes()).hexdigest()
    assert f"`{digest}`" in (FILE.parent / "README.md").read_text(encoding="utf-8")


def test_a_damaged_reader_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"reader\.onnx' is missing or damaged .*Install"):
        load_reader(tmp_path / "reader.onnx")
