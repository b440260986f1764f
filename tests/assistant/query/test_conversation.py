from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.answer import Passage, ScoredSentence
from assistant.query.conversation import LONG, MARGIN, takes_up, turns_before
from index.document import Span
from index.settings import Settings
from tests.documents import MINUTES, index_of

LIGHTHOUSE = """\
The Lamp at Skerrow Point

Skerrow Light was built in 1847 by the engineer Josiah Penhale.

The lighthouse was automated in 1986, because nobody wanted to live on the rock any more.
"""


def passage(score: float, text: str, heading: str = "") -> Passage:
    span = Span(0, len(text))
    sentences = (ScoredSentence(span, score),)
    return Passage("a.txt", "Skerrow Point", span, text, score, sentences, heading)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], ""),
        (["What did IBM announce?"], "What did IBM announce?"),
        (["what did ibm announce"], "what did ibm announce?"),
        (
            ["Who built it?", "What did IBM announce this year?"],
            "What did IBM announce this year?",
        ),
        (
            ["What did IBM announce?", "Thanks!", "For how long?"],
            "What did IBM announce? For how long?",
        ),
        (["", "?!", "😀"], ""),
    ],
)
def test_as_many_turns_stand_in_front_as_make_a_topic(before: list[str], expected: str) -> None:
    assert turns_before("Why?", [(turn, "") for turn in before]) == expected


@pytest.mark.parametrize("said", ["thanks", "ok, great!", "!?", ""])
def test_what_asks_nothing_follows_nothing(said: str) -> None:
    assert turns_before(said, [("What did IBM announce?", "A pause.")]) == ""


def test_a_long_conversation_does_not_pile_up() -> None:
    many = [(f"{word}?", "") for word in ("Why", "Since when", "How often") * 100]
    assert len(turns_before("Where?", many)) < 200


def test_of_a_long_turn_its_last_question_is_kept() -> None:
    history = [(f"{'I have read a lot. ' * 200}What did the council decide?", "")]
    searched = turns_before("Why?", history)
    assert searched.endswith("What did the council decide?")
    assert len(searched) < LONG + 20


ENOUGH = 0.7
"""Probability from which on a sentence answers."""


def test_a_follow_up_is_answered_by_another_sentence_or_better_by_a_margin() -> None:
    other, same = "The lamp is old.", "Nobody wanted to live there."
    assert takes_up("Why?", [passage(0.5, other)], [passage(0.4, same)], ENOUGH)
    answered = [passage(ENOUGH, other)]
    assert not takes_up("Why?", answered, [passage(ENOUGH + MARGIN, same)], ENOUGH)
    assert takes_up("Why?", answered, [passage(ENOUGH + MARGIN + 0.01, same)], ENOUGH)
    assert takes_up("Why?", [passage(0.5, same)], [passage(0.51 + MARGIN, same)], ENOUGH)
    assert not takes_up("Why?", [passage(0.5, same)], [passage(0.49 + MARGIN, same)], ENOUGH)
    assert takes_up("Why?", [], [passage(0.2, same)], ENOUGH)
    assert not takes_up("Why?", [passage(0.5, same)], [], ENOUGH)


def test_a_question_that_names_nothing_follows() -> None:
    found = [passage(0.9, "In March, workers asked Microsoft to stop.")]
    assert takes_up("What did they want?", [passage(0.2, "The lamp is old.")], found, ENOUGH)
    assert not takes_up(
        "What did the pirates want?", [passage(0.2, "The lamp is old.")], found, ENOUGH
    )


def test_what_a_new_question_names_must_stand_in_what_is_found() -> None:
    found = passage(0.9, "The lamp was lit in 1847.", heading="Oil prices")
    assert not takes_up("What is inflation?", [], [found], ENOUGH)
    assert takes_up("And the lamp?", [], [found], ENOUGH)
    assert takes_up("And the price of oil?", [], [found], ENOUGH)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the embedding that ships: how near a question is in meaning decides here."""
    return replace(settings, embedding="default")


@pytest.mark.parametrize(
    ("before", "question", "quote"),
    [
        ("When was the lighthouse automated?", "Why?", "nobody wanted to live on the rock"),
        ("What happened to Skerrow Light in 1847?", "And who did that?", "Josiah Penhale"),
        ("Which flood scheme was approved?", "How much does it cost?", "three million pounds"),
    ],
)
def test_a_follow_up_is_answered_on_its_topic(
    settings: Settings, before: str, question: str, quote: str
) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    answer = assistant.ask(question, [(before, "")])
    assert answer.searched == f"{before} {question}"
    assert quote in answer.text


@pytest.fixture
def assistant(settings: Settings) -> Assistant:
    return index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)


@pytest.mark.parametrize(
    "question",
    ["What is inflation?", "Who is Ada Lovelace?", "What is a comet?", "Do cats swim?"],
)
def test_a_new_topic_is_not_answered_from_the_old(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, [("When was the lighthouse automated?", "In 1986.")])
    assert answer.searched == question
    assert not answer.answered


def test_a_question_that_stands_alone_is_answered_as_without_a_history(
    assistant: Assistant,
) -> None:
    question = "What did Councillor Brandt propose?"
    answer = assistant.ask(question, [("When was the lighthouse automated?", "In 1986.")])
    assert answer == assistant.ask(question)


def test_passages_of_a_follow_up_are_those_that_it_is_answered_from(assistant: Assistant) -> None:
    history = [("When was the lighthouse automated?", "In 1986.")]
    (best, *_) = assistant.retrieve("Why?", history)
    assert "nobody wanted" in best.text
