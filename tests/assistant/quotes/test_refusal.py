import time

import pytest

from assistant import Assistant
from assistant.quotes.refusal import refuse_question
from index.settings import Settings
from tests.documents import FARO, LIGHTHOUSE, article_settings, index_of


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real article, by the real embedding."""
    return Assistant(article_settings(tmp_path_factory.mktemp("article")))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", "That was empty. Ask a question in plain words."),
        (" \n\t", "That was empty. Ask a question in plain words."),
        ("?!… —", "There is no word in that. Ask a question in plain words."),
        ("😀😀", "There is no word in that. Ask a question in plain words."),
        (
            "x" * 100_000,
            "That is 100,000 characters long; a question may have 2,000. "
            "Ask for one thing at a time.",
        ),
        ("why", ""),
        ("Что?", ""),
    ],
)
def test_what_is_no_question_gets_a_sentence(question: str, expected: str) -> None:
    assert refuse_question(question) == expected


def test_a_refusal_comes_quickly(article: Assistant) -> None:
    article.ask("Who?")
    started = time.perf_counter()
    answer = article.ask("word " * 20_000)
    assert time.perf_counter() - started < 1
    assert not answer.answered


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Did Google sell it to the DEA?",
            "The documents don’t say: ‘Google’ does not occur in them.",
        ),
        (
            "Did Google or Oracle sell it?",
            "The documents don’t say: ‘Google’ and ‘Oracle’ do not occur in them.",
        ),
        (
            "how do lithium batteries work",
            "The documents don’t say: ‘lithium’ and ‘batteries’ do not occur in them.",
        ),
        (
            "why?",
            "I can’t tell what that is about. Name the person or thing that you ask about.",
        ),
    ],
)
def test_the_reason_names_what_is_missing(article: Assistant, question: str, expected: str) -> None:
    answer = article.ask(question)
    assert not answer.answered
    assert answer.reason == answer.text == expected
    assert answer.citations == ()


@pytest.mark.parametrize(
    "question",
    ["¿Cuánto costó el faro más alto de España?", "Сколько стоит маяк?", "灯塔有多高?"],
)
def test_another_language_gets_a_sentence(article: Assistant, question: str) -> None:
    answer = article.ask(question)
    assert not answer.answered
    assert answer.reason.endswith("Ask in the documents’ language.")


@pytest.mark.parametrize(
    ("question", "is_foreign"),
    [
        ("¿Cuántos camarotes tenía el velero Fortuna?", False),
        ("¿Quién dibujó los planos?", False),
        ("Wie viele Kabinen hatte der Segler?", True),
        ("How many cabins did the schooner have?", True),
        ("Сколько стоит маяк?", True),
    ],
)
def test_a_question_in_the_documents_language_is_not_foreign(
    settings: Settings, question: str, is_foreign: bool
) -> None:
    answer = index_of(settings, faro=FARO).ask(question)
    assert not answer.answered
    assert answer.reason.endswith("Ask in the documents’ language.") == is_foreign


def test_of_several_languages_none_is_foreign(settings: Settings) -> None:
    assistant = index_of(settings, faro=FARO, lighthouse=LIGHTHOUSE)
    for question in ("¿Cuántos camarotes tenía?", "How many cabins did it have?"):
        assert not assistant.ask(question).reason.endswith("Ask in the documents’ language.")


def test_common_words_are_not_named_as_missing(settings: Settings) -> None:
    answer = index_of(settings, lighthouse=LIGHTHOUSE).ask(
        "Which thing would you choose to buy first?"
    )
    assert "‘choose’" not in answer.text


def test_a_name_is_known_by_its_initials(settings: Settings) -> None:
    text = "Emails\n\nThe ACLU released the emails of the agency.\n"
    answer = index_of(settings, emails=text).ask(
        "Did the American Civil Liberties Union release the emails of the agency?"
    )
    assert "do not occur" not in answer.reason
