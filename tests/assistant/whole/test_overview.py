from pathlib import Path

import pytest

from assistant import Assistant
from index.build import build
from index.settings import Settings
from tests.documents import LIGHTHOUSE, MINUTES, article_settings, index_of


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real article, by the real embedding."""
    return Assistant(article_settings(tmp_path_factory.mktemp("article")))


@pytest.mark.parametrize("question", ["What is this article about?", "Summarise it", "tl;dr"])
def test_the_article_is_told_in_its_own_sentences(article: Assistant, question: str) -> None:
    answer = article.ask(question)
    assert answer.answered
    quoted = " ".join(citation.quote for citation in answer.citations)
    assert "facial recognition" in quoted
    assert "DEA" in quoted or "Drug Enforcement Administration" in quoted
    for furniture in ("Join the conversation", "NOW WATCH", "homepage", "Signal"):
        assert furniture not in quoted


@pytest.mark.parametrize("question", ["Who wrote it?", "Who is the author of this article?"])
def test_no_author_is_named_and_the_contact_line_is_given(
    article: Assistant, question: str
) -> None:
    answer = article.ask(question)
    assert answer.text.startswith("The document names no author. It gives this contact:")
    assert [citation.quote.split(",")[0] for citation in answer.citations] == [
        "Contact Ashley Stewart via email at"
    ]


def test_how_to_reach_the_reporter(article: Assistant) -> None:
    answer = article.ask("How do I reach the reporter?")
    assert "@ashannstew" in " ".join(citation.quote for citation in answer.citations)


def test_the_contact_of_somebody_else_is_not_given(article: Assistant) -> None:
    answer = article.ask("How can I contact Satya Nadella?")
    assert "Ashley" not in answer.text


def test_the_author_is_the_one_in_the_byline(settings: Settings) -> None:
    answer = index_of(settings, lighthouse=LIGHTHOUSE).ask("Who wrote this?")
    assert [citation.quote for citation in answer.citations] == ["By Imogen Tarrant"]


def test_a_document_without_author_or_contact_says_so(settings: Settings) -> None:
    answer = index_of(settings, minutes=MINUTES).ask("Who wrote this?")
    assert not answer.answered
    assert answer.reason == "The document names no author."


def test_with_several_documents_it_asks_which(settings: Settings) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    answer = assistant.ask("What is this article about?")
    assert not answer.answered
    assert answer.reason.startswith("Which document do you mean? Open one, or name it:")
    assert "The Lamp at Skerrow Point" in answer.reason


@pytest.mark.parametrize(
    ("question", "open_document", "expected"),
    [
        ("Summarise the lighthouse article", None, "lighthouse.txt"),
        ("Summarise the lighthouse article", "minutes.txt", "lighthouse.txt"),
        ("What are the minutes about?", None, "minutes.txt"),
        ("What is this article about?", "minutes.txt", "minutes.txt"),
    ],
)
def test_the_document_named_or_the_one_open_is_told(
    settings: Settings, question: str, open_document: str | None, expected: str
) -> None:
    assistant = index_of(settings, lighthouse=LIGHTHOUSE, minutes=MINUTES)
    answer = assistant.ask(question, document_id=open_document)
    assert {citation.document_id for citation in answer.citations} == {expected}


def test_a_document_of_furniture_alone_has_an_overview_too(settings: Settings) -> None:
    answer = index_of(settings, footer="© 2020 The Herald\n\nRead more:\n").ask("Summarise it")
    assert answer.answered


def test_a_long_document_is_told_from_its_beginning(settings: Settings) -> None:
    text = "\n\n".join(
        f"The committee of the year {year} met about the old bridge." for year in range(1000, 1700)
    )
    answer = index_of(settings, bridge=text).ask("Summarise it")
    assert answer.citations[0].span.start < len(text) / 4


def test_a_document_without_words_is_about_nothing(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "marks.txt").write_text("* * *\n", encoding="utf-8")
    settings = Settings(sources=sources, store=tmp_path / "store")
    build(settings)
    answer = Assistant(settings).ask("What is this document about?")
    assert not answer.answered
    assert answer.reason == "The document doesn’t say: it holds no words."
