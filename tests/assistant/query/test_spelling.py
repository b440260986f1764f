import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant import Assistant
from assistant.query.spelling import mended, understood
from assistant.reader.model import the_reader
from index.settings import Settings
from index.store import Store
from tests.documents import index_of

NEWS = """Plague in Port Hallan

Josiah Penhale's COVID-19 ward near Times Square opened for the government in May.
Tony Marsh announced that facial recognition would end, and Penhale agreed.
"""


@pytest.fixture
def asked(settings: Settings) -> Assistant:
    return index_of(settings, news=NEWS)


@pytest.fixture
def store(settings: Settings, asked: Assistant) -> Iterator[Store]:
    assert asked.status().documents
    with closing(Store.open(settings.store)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who opened Times Sqaure?", "Who opened Times Square?"),
        ("what did the goverment open", "what did the government open"),
        ("Is recogniton over?", "Is recognition over?"),
        ("who was josia penhle", "who was Josiah Penhale"),
        ("Who ran the COVID19 ward?", "Who ran the COVID-19 ward?"),
        ("what did marsh anounce", "what did marsh announce"),
        ("the timessquare ward", "the Times Square ward"),
    ],
)
def test_slips_are_mended(store: Store, typed: str, meant: str) -> None:
    assert mended(typed, store) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What did Sony announce?",  # a name of its own, though one letter from another
        "What did Announcde say?",  # a name is no slip of a common word
        "Who opened the square?",
        "what did they demnad",
        "Did Mrs Zwicky open it?",
        "",
        "灯塔有多高?",
        "x" * 2000,
    ],
)
def test_what_is_no_slip_stays(store: Store, question: str) -> None:
    assert mended(question, store) == question


def test_only_names_are_mended_in_a_language_that_the_models_do_not_read(
    settings: Settings,
) -> None:
    asked = index_of(
        settings,
        culto="El culto de los antiguos pueblos de la región fue descrito por los viajeros. "
        "En Maastricht se firmó el tratado que todos los países de la unión aprobaron.",
    )
    assert asked.status().documents
    with closing(Store.open(settings.store)) as store:
        assert store.languages()[0] == "es"
        kept = "¿Cuál fue el cultivo de la región?"
        assert mended(kept, store) == kept
        name = "¿Qué se firmó en Maastrich?"
        assert mended(name, store) == "¿Qué se firmó en Maastricht?"


def test_what_no_document_decides_is_read_as_a_common_word(store: Store) -> None:
    assert understood("what did they demnad", store) == "what did they demand"
    assert understood("Who was Demnad?", store) == "Who was Demnad?"


def test_what_was_read_otherwise_is_told_as_it_was_typed(asked: Assistant) -> None:
    answer = asked.ask("is zebrra milk gzip?")
    assert "‘zebrra’" in answer.reason
    assert "‘gzip’" in answer.reason
    assert answer.searched == answer.question


def test_only_common_words_are_taken_from_the_vocabulary() -> None:
    assert the_reader().commonest(["demand", "dement", "qzx"]) == "demand"
    assert the_reader().commonest(["ovid", "corvid"]) == ""
    assert the_reader().commonest([]) == ""


def test_an_answer_says_what_was_searched_for(asked: Assistant) -> None:
    answer = asked.ask("When did the COVID19 ward near Times Sqaure open?")
    assert answer.answered
    assert answer.question == "When did the COVID19 ward near Times Sqaure open?"
    assert answer.searched == "When did the COVID-19 ward near Times Square open?"
    typed = asked.ask("When did the COVID19 ward near Times Sqaure open?", as_typed=True)
    assert typed.searched == typed.question


def test_a_question_as_typed_is_no_follow_up(asked: Assistant) -> None:
    history = [("When did the ward near Times Square open?", "In May.")]
    assert asked.ask("And for whom?", history).searched != "And for whom?"
    assert asked.ask("And for whom?", history, as_typed=True).searched == "And for whom?"


@pytest.mark.parametrize("question", ["x" * 2000, "xqz" * 600, "zqxj kqwz " * 200])
def test_a_question_of_no_words_is_soon_looked_through(store: Store, question: str) -> None:
    started = time.process_time()
    assert mended(question, store) == question
    assert time.process_time() - started < 0.5


def test_words_of_a_long_question_are_looked_at_up_to_a_limit(store: Store) -> None:
    question = " ".join(f"zq{letter}{other}wv" for letter in "abcdefgh" for other in "qzxjkvw")
    started = time.process_time()
    mended(question, store)
    assert time.process_time() - started < 5
