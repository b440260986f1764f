import pytest

from assistant.whole.mentioned import LISTED
from index.settings import Settings
from tests.documents import index_of


@pytest.mark.parametrize(
    "question",
    [
        "Which documents mention cancer?",
        "which of the documents mention cancers",
        "What files talk about cancer?",
        "Where is cancer mentioned?",
        "In which files is cancer mentioned?",
        "Which documents are about cancer?",
    ],
)
def test_every_document_that_mentions_it_is_quoted(settings: Settings, question: str) -> None:
    assistant = index_of(
        settings,
        ward="The ward was painted. Cancers are treated there. Cancer is an illness.",
        lab="The lab studies cancer and mice.",
        quay="The quay was full of boats.",
    )
    answer = assistant.ask(question)
    assert answer.answered
    assert [(one.document_id, one.quote) for one in answer.citations] == [
        ("ward.txt", "Cancers are treated there."),
        ("lab.txt", "The lab studies cancer and mice."),
    ]
    assert answer.text.startswith("2 documents of 3 mention ‘")


def test_what_none_mentions_is_said(settings: Settings) -> None:
    assistant = index_of(settings, quay="The quay was full of boats.")
    answer = assistant.ask("Which documents mention zebras?")
    assert not answer.answered
    assert answer.reason == "No document mentions ‘zebras’."
    answer = assistant.ask("Which documents mention it?")
    assert answer.reason == "‘it’ is too common to look for. Add a word that tells more."


def test_of_many_documents_some_are_quoted(settings: Settings) -> None:
    texts = {f"boat{n}": f"Boat number {n} sank in the harbour." for n in range(LISTED + 2)}
    answer = index_of(settings, **texts).ask("Which documents mention the harbour?")
    assert len(answer.citations) == LISTED
    assert answer.text.startswith(
        "12 documents of 12 mention ‘the harbour’; the 10 that do so most:"
    )


@pytest.mark.parametrize(
    "question",
    [
        "What is this collection about?",
        "What are these documents about?",
        "Summarise the documents",
        "Give me an overview of all the files.",
    ],
)
def test_a_collection_is_told_by_sentences_of_different_documents(
    settings: Settings, question: str
) -> None:
    assistant = index_of(
        settings,
        ward="The new ward of the hospital was painted green last spring by volunteers.",
        lab="Mice\n\nThe laboratory studies how mice remember mazes for several weeks.",
        quay="The quay was full of fishing boats when the storm came in October.",
    )
    answer = assistant.ask(question, document_id="quay.txt")
    assert answer.answered
    assert {one.document_id for one in answer.citations} == {"ward.txt", "lab.txt", "quay.txt"}
    assert answer.text.startswith("3 of 3 documents, in their own words:")
    assert all(one.quote != "Mice" for one in answer.citations)


def test_one_that_is_named_is_told_alone(settings: Settings) -> None:
    assistant = index_of(
        settings,
        mice="Mice in mazes\n\nThe laboratory studies how mice remember mazes for several weeks.",
        quay="The quay was full of fishing boats when the storm came in October.",
    )
    answer = assistant.ask("Summarise “Mice in mazes”")
    assert {one.document_id for one in answer.citations} == {"mice.txt"}
