import time

import pytest

from assistant.query.question import analyse, names_in


@pytest.mark.parametrize(
    "text",
    [
        "What is this article about?",
        "what's this about",
        "Summarise it",
        "Summarize the report in two sentences.",
        "Give me the key takeaways of the article.",
        "What is the main point?",
        "tl;dr",
        "What does the document say?",
        "What is this document?",
    ],
)
def test_questions_about_a_document_as_a_whole(text: str) -> None:
    assert analyse(text).kind == "whole document"


@pytest.mark.parametrize(
    "text",
    [
        "Who wrote it?",
        "Who is the author of this article?",
        "who's the author",
        "Who took the minutes?",
        "By whom was this written?",
    ],
)
def test_questions_about_the_author(text: str) -> None:
    assert analyse(text).kind == "author"


@pytest.mark.parametrize(
    "text",
    [
        "How do I reach the reporter?",
        "How can I write to the author?",
        "phone number to book a cottage?",
        "council email address",
        "Where can I send a tip?",
        "Who can I contact at the newspaper?",
    ],
)
def test_questions_about_how_to_reach_somebody(text: str) -> None:
    assert analyse(text).kind == "contact"


@pytest.mark.parametrize(
    "text",
    [
        "What is the report about Microsoft saying about taxes?",
        "What did the report say about taxes?",
        "What does it say about Rekognition?",
        "What does the article say about the FBI?",
        "Who wrote the poem about the lighthouse?",
        "Who did the council write to?",
        "How did the message reach the harbour?",
        "Did the pilot contact the tower?",
        "What did the summit of 1992 decide about forests?",
    ],
)
def test_questions_about_a_fact(text: str) -> None:
    assert analyse(text).kind == "fact"


def test_names_are_runs_of_capitalised_words() -> None:
    asked = "Did Brad Smith of Microsoft meet the DEA in New York?"
    assert names_in(asked) == ("Brad Smith", "Microsoft", "DEA", "New York")


def test_the_first_word_is_a_name_only_if_it_must_be_one() -> None:
    assert names_in("Recently the FBI changed") == ("FBI",)
    assert names_in("IBM changed") == ("IBM",)


def test_nouns_are_no_names_where_all_have_capitals() -> None:
    asked = "Welche Häuser und welche Firmen kaufte die DEA in Hull von McLaren?"
    assert names_in(asked, "de") == ("DEA", "McLaren")
    assert names_in("¿Cuándo vino Ana Luna?", "es") == ("Ana Luna",)


def test_the_language_is_one_of_the_documents() -> None:
    assert analyse("Wann wurde der Turm gebaut?", ("es", "de")).language == "de"
    assert analyse("Wann wurde der Turm gebaut?", ("es", "en")).language == "es"
    assert analyse("Turm 1857", ("en", "de")).language == "en"
    assert analyse("Wann wurden die Türme gebaut?", ("de", "en")).terms == ("turm", "gebaut")


@pytest.mark.parametrize("word", ["it", "this", "the", "article", "by", "an"])
def test_repeated_words_take_no_time(word: str) -> None:
    started = time.perf_counter()
    for start in ("Who wrote", "What is", "Tell me what", "How can I contact"):
        analyse(f"{start}{f' {word}' * 400} x")
    assert time.perf_counter() - started < 1
