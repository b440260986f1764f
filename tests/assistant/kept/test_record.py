import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Claim, cite, stands
from assistant.kept.record import (
    UNREADABLE,
    KeptTurn,
    answer_as_data,
    answer_from_data,
    turn_as_json,
    turn_from_json,
)
from index.document import Document, Span
from index.scope import Scope

TEXT = "The tide was high. The gulls were loud."
DOCUMENT = Document(
    "quay\udcff.txt", "The <b>quay</b>", TEXT, "ab" * 32, "quay.txt",
    metadata={"url": "https://example.org/quay", "author": "A. Miller", "published": "2024-03"},
)  # fmt: skip


def answer() -> Answer:
    quoted = cite(1, DOCUMENT, Span(0, 18), Span(13, 17))
    return Answer(
        "Was it high?",
        "Was the tide high?",
        "The tide was high [1].",
        (quoted,),
        answered=True,
        claims=(Claim(Span(0, 22), (1,), "mismatch", ("‘low’ is missing",)),),
        mode="prose",
        scope=Scope(documents=(DOCUMENT.id,), published_after="2024"),
        documents=1,
    )


def test_what_is_kept_comes_back_the_same() -> None:
    turn = KeptTurn("Was it high?", "2026-11-29T02:00:00+00:00", answer(), "A problem.", True)
    assert turn_from_json(turn_as_json(turn)) == turn


def test_a_quote_is_kept_with_its_digest_and_place() -> None:
    first = answer_as_data(answer())["citations"][0]
    assert (first["digest"], first["span"]) == ("ab" * 32, {"start": 0, "end": 18})


SPOILT: list[tuple[str, Any]] = [
    ("text", 5),
    ("citations", "none"),
    ("mode", "html"),
    ("claims", [{"span": {"start": 0, "end": 999}, "verdict": "mismatch"}]),
    ("claims", [{"span": {"start": 0, "end": 2}, "verdict": "<script>"}]),
    ("scope", {"published_after": "never"}),
    ("scope", {"anything": "x"}),
    ("documents", -1),
]


@pytest.mark.parametrize(("name", "value"), SPOILT)
def test_what_is_no_answer_is_not_read_as_one(name: str, value: object) -> None:
    data = json.loads(json.dumps(answer_as_data(answer()))) | {name: value}
    with pytest.raises(ValueError, match=r"."):
        answer_from_data(data)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quote", "Other words."),
        ("span", {"start": 18, "end": 0}),
        ("span", {"start": True, "end": 19}),
        ("answer", {"start": 30, "end": 34}),
        ("answer", {"start": 13, "end": 15}),
        ("number", 0),
        ("number", "1"),
        ("page", "<b>"),
        ("url", ["javascript:"]),
    ],
)
def test_a_citation_that_does_not_agree_with_itself_is_refused(name: str, value: object) -> None:
    data = json.loads(json.dumps(answer_as_data(answer())))
    data["citations"][0][name] = value
    with pytest.raises(ValueError, match=r"."):
        answer_from_data(data)


def test_of_a_turn_that_cannot_be_read_the_question_is_left() -> None:
    kept = json.loads(turn_as_json(KeptTurn("Was it high?", "", answer())))
    kept["answer"]["citations"][0]["quote"] = ""
    assert turn_from_json(json.dumps(kept)) == KeptTurn("Was it high?", problem=UNREADABLE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(
        ["question", "answer", "citations", "span", "start", "end", "quote", "text", "scope"]
    ), inner),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_nothing_in_the_file_brings_reading_down(anything: object) -> None:
    assert isinstance(turn_from_json(json.dumps(anything)), KeptTurn)


@pytest.mark.parametrize("broken", ["", "{", "[" * 100_000, None, b"\x00"])
def test_what_is_no_json_is_told(broken: object) -> None:
    assert turn_from_json(broken).problem == UNREADABLE


def test_words_that_have_moved_are_found_and_words_that_are_gone_are_not() -> None:
    cited = cite(1, DOCUMENT, Span(0, 18), Span(13, 17))
    moved = Document(DOCUMENT.id, "", f"Once more. {TEXT}", "cd" * 32, "")
    there = stands(cited, moved)
    assert there is not None
    assert there.span.of(moved.text) == cited.quote
    assert there.answer is not None
    assert there.answer.of(moved.text) == "high"
    assert stands(cited, Document(DOCUMENT.id, "", "It was low.", "", "")) is None
    assert stands(cited, Document(DOCUMENT.id, "", f"Oh! {TEXT} {TEXT}", "", "")) is None
    assert stands(cited, DOCUMENT) is cited
