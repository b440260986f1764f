import re

import pytest

from assistant import Assistant
from assistant.whole.examples import example_questions, of_different_documents
from index.settings import Settings
from tests.documents import LIGHTHOUSE, MINUTES, article_settings, index_of

GOOD = (
    r"(What did (the )?[A-Z][\w’'& ]+ [a-z ]+\?|When (was|were) [\w’' ]+ [a-z]+\?|"
    r"What does it say about [\w’'& ]+\?|What is said about [\w’'& ]+\?|"
    r"What is this document about\?)"
)


def test_examples_of_the_real_article_are_answered(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assistant = Assistant(article_settings(tmp_path_factory.mktemp("article")))
    examples = assistant.examples(3)
    assert len(examples) == 3
    for question in examples:
        assert re.fullmatch(GOOD, question), question
        assert assistant.ask(question).answered


def test_examples_of_one_document_are_made_of_what_it_tells(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    assert example_questions(assistant._store(), 3) == [
        "When was the tower built?",
        "What did Josiah Penhale propose?",
        "What is this document about?",
    ]


def test_examples_of_several_documents_come_from_each(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    assert example_questions(assistant._store(), 3) == [
        "When was the tower built?",
        "What did the Mayor report?",
        "What did Josiah Penhale propose?",
    ]


def test_names_are_asked_about_when_nothing_else_is_found(settings: Settings) -> None:
    text = "A walk\n\nWe went from Tarbridge to Port Hallan. Then the rain came over Tarbridge.\n"
    assistant = index_of(settings, walk=text)
    assert example_questions(assistant._store(), 2) == [
        "What does it say about Tarbridge?",
        "What does it say about Port Hallan?",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "It announced a pause.",
        "Nobody found the ring.",
        "Then they decided to leave.",
        "The walls were built of stone.",
        "In 1950 it was opened.",
        "Read more: What Amazon announced",
    ],
)
def test_no_question_is_made_of_what_would_not_read_well(settings: Settings, sentence: str) -> None:
    assistant = index_of(settings, one=f"A note\n\n{sentence}\n")
    assert example_questions(assistant._store(), 3) == ["What is this document about?"]


def test_no_examples_without_an_index(settings: Settings) -> None:
    assert Assistant(settings).examples() == []


def test_no_more_examples_than_asked_for(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE)
    assert assistant.examples(0) == []
    assert len(assistant.examples(1)) <= 1


def test_examples_are_of_as_many_documents_as_there_are() -> None:
    sure = [("A?", "one.txt"), ("B?", "one.txt"), ("C?", "two.txt"), ("D?", "three.txt")]
    asked = iter(sure)
    assert of_different_documents(asked, 2, 2) == ["A?", "C?"]
    assert next(asked) == sure[3]  # no more were tried
    assert of_different_documents(sure[:3], 3, 3) == ["A?", "C?", "B?"]
    assert of_different_documents(sure[:2], 2, 1) == ["A?", "B?"]
    assert of_different_documents([], 3, 3) == []
