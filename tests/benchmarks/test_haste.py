"""What questions are made of other questions: slips, small letters, FAQs."""

from difflib import SequenceMatcher

import pytest

from benchmarks.data import Place, Question
from benchmarks.faqs import FORMS, PAIRS, Faqs, Pair, faqs_of, name_of
from benchmarks.slips import careless, slipped

QUESTION = "When did Microsoft pitch facial recognition to the DEA?"


def test_slip_is_in_one_content_word_and_the_same_every_time() -> None:
    made = [slipped(QUESTION, str(seed)) for seed in range(200)]
    assert made == [slipped(QUESTION, str(seed)) for seed in range(200)]
    assert len(set(made)) > 50
    for one in made:
        words = list(zip(QUESTION.rstrip("?").split(), one.rstrip("?").split(), strict=True))
        (pair,) = [(before, after) for before, after in words if before != after]
        assert pair[0] in {"Microsoft", "pitch", "facial", "recognition"}
        assert pair[0][0] == pair[1][0]
        assert abs(len(pair[0]) - len(pair[1])) <= 1
        assert SequenceMatcher(None, *pair).ratio() > 0.7
    lengths = {len(one) - len(QUESTION) for one in made}
    assert lengths == {-1, 0, 1}


@pytest.mark.parametrize("text", ["Who is it?", "", "2019?"])
def test_question_without_a_content_word_keeps_its_letters(text: str) -> None:
    assert slipped(text, "1") == text


def test_slip_changes_a_word_of_one_letter_over_and_over() -> None:
    assert all(slipped("aaaa", str(seed)) != "aaaa" for seed in range(20))


def test_careless_question_has_small_letters_and_no_mark() -> None:
    assert careless(QUESTION + " ") == "when did microsoft pitch facial recognition to the dea"


@pytest.fixture
def faqs() -> Faqs:
    """One text of every form, and one more."""
    pairs = [
        Pair(
            Question(f"q{number:02}", f"how long does part {number} last", ("d",), (), True),
            (f"Part {number} lasts for {number + 2} years.", f"Then part {number} is replaced."),
            "Parts",
        )
        for number in range(PAIRS * len(FORMS) + 1)
    ]
    return faqs_of("faqs", pairs)


def test_faqs_hold_each_question_once_and_know_where_its_answer_is(faqs: Faqs) -> None:
    assert len(faqs.questions.documents) == len(FORMS) + 1
    assert {one.suffix for one in faqs.questions.documents} == {".txt", ".md"}
    for question in faqs.questions.questions:
        (document_id,) = question.document_ids
        text = faqs.questions.texts[document_id]
        number = int(question.id[1:])
        assert [text[place.start : place.end] for place in question.gold] == [
            f"Part {number} lasts for {number + 2} years.",
            f"Then part {number} is replaced.",
        ]
        asked = f"How long does part {number} last?"
        assert (asked in text) or (f"## {name_of(question.text)}\n" in text)


def test_lines_that_ask_or_announce_say_nothing_and_answers_say_something(faqs: Faqs) -> None:
    for document in faqs.questions.documents:
        for line in faqs.lines[document.id]:
            assert faqs.says_nothing(line)
            assert faqs.says_nothing(Place(document.id, line.start + 2, line.end + 1))
    for question in faqs.questions.questions:
        first, second = question.gold
        assert not faqs.says_nothing(first)
        assert not faqs.says_nothing(Place(first.document_id, 0, second.end))


def test_heading_names_what_a_question_is_about() -> None:
    assert name_of("How long is the warranty?") == "Long warranty"
    assert name_of("who is it") == "Who is it"
