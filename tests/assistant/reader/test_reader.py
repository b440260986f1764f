"""The real reader, on sentences whose right answer is plain."""

import hashlib
from pathlib import Path
from unicodedata import category, normalize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant.reader.model
from assistant.reader.model import (
    FILE,
    Reader,
    ReaderError,
    Text,
    _windows,
    load_reader,
    the_reader,
)
from assistant.retrieve import LIKELY

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


def test_a_reading_is_the_same_on_every_processor(reader: Reader) -> None:
    """Some add products of int8 up in 16 bits, which overflow, unless they are told not to."""
    (unsaid,) = reader.read("Where did Ada Lovelace die?", [Text(PASSAGE)])
    assert unsaid.odds == pytest.approx([-9.14, -10.95, -11.51], abs=0.2)


def test_a_pronoun_is_read_as_what_it_stands_for(reader: Reader) -> None:
    (together,) = reader.read("What did Ada Lovelace write?", [Text(PASSAGE)])
    (alone,) = reader.read("What did Ada Lovelace write?", [Text(PASSAGE[1:])])
    assert together.odds[1] > alone.odds[0]


def test_the_words_that_answer_are_pointed_at(reader: Reader) -> None:
    (where,) = reader.read("Where was Ada Lovelace born?", [Text(PASSAGE)])
    assert where.words[0].span.of(PASSAGE[0]) == "London"
    assert where.words[0].likely > LIKELY > max(one.likely for one in where.words[1:])
    (again,) = reader.read("When do the ferries start again?", [Text(OTHER)])
    assert again.words[1].span.of(OTHER[1]) == "April"


def test_where_nothing_answers_no_words_are_likely(reader: Reader) -> None:
    for question in ("Where did Ada Lovelace die?", "Is this all?"):
        (reading,) = reader.read(question, [Text(PASSAGE)])
        assert max(one.likely for one in reading.words) < LIKELY


def test_words_said_twice_are_as_likely_in_both_places(reader: Reader) -> None:
    twice = ("Ada Lovelace, born in London", *PASSAGE)
    (reading,) = reader.read("Where was Ada Lovelace born?", [Text(twice)])
    first, second = reading.words[:2]
    assert first.span.of(twice[0]) == second.span.of(twice[1]) == "London"
    assert first.likely == pytest.approx(second.likely)
    assert first.likely > LIKELY


@pytest.mark.parametrize(
    "odd",
    [
        "e\u0301te\u0301 ", "👩\u200d👩\u200d👧 ", "İ ẞ ﬁ ", "\u200b\u202e", "\u05e9\u05dc\u05d5\u05dd\u200f ",
        "\r\n", "\0\x07", "漢字", "\ud800 ", "\U0001d54f ", "\u0301",
    ],
    ids=ascii,
)  # fmt: skip
def test_odd_characters_shift_no_words(reader: Reader, odd: str) -> None:
    sentence = f"{odd}Ada {odd}Lovelace was born in {odd}London {odd}in 1815."
    (reading,) = reader.read("When was Ada Lovelace born?", [Text((sentence,))])
    found = reading.words[0].span
    assert "1815" in found.of(sentence)
    assert found.end in {len(sentence), len(sentence) - 1}


@given(st.text(max_size=60))
def test_every_token_stands_where_it_is_said_to(text: str) -> None:
    tokenizer = the_reader()._model._tokenizer
    (placed,) = the_reader()._model.placed_tokens([text])
    assert placed.tokens == the_reader()._model.tokens([text])[0]
    for token, (start, end) in zip(placed.tokens, placed.places, strict=True):
        piece = (tokenizer.id_to_token(token) or "").removeprefix("##")
        assert piece == "[UNK]" or plain(piece) in plain(text[start:end])


def plain(text: str) -> str:
    """Letters as the tokenizer has them: small, without marks."""
    return "".join(
        char
        for char in normalize("NFD", text.lower())
        if category(char) != "Mn" and category(char)[0] != "C"
    )


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
    assert len(reading.words) == len(passage)
    assert all(one.span.end <= len(text) for one, text in zip(reading.words, passage, strict=True))


def test_no_passages_give_no_readings(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


def test_only_so_many_readings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant.reader.model, "KEPT", 2)
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
