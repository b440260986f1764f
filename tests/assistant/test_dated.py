from collections.abc import Callable
from datetime import date

import pytest

from assistant import Answer, Assistant, Scope
from assistant.answer import cite
from assistant.dated import told_in_time
from index.document import Document, Span
from index.settings import Settings
from tests.documents import described

Indexed = Callable[..., Assistant]

CUP = "Football\n\nThe cup was won by {}. The final was played in {} before 60,000 people.\n"
ALL = Span(0, len("It is so."))


@pytest.fixture
def indexed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Indexed:
    monkeypatch.setattr("assistant.answering.today", lambda: date(2026, 11, 29))
    monkeypatch.setattr("assistant.ask.today", lambda: date(2026, 11, 29))

    def indexed(**documents: tuple[str, str]) -> Assistant:
        said = {
            name: (text, {"published": day} if day else {})
            for name, (text, day) in documents.items()
        }
        return described(settings, monkeypatch, **said)

    return indexed


def test_a_document_of_the_year_asked_for_comes_first(indexed: Indexed) -> None:
    cups = indexed(
        a=(CUP.format("Ardmore", "Port Hallan"), "2025-05-20"),
        b=(CUP.format("Brackley", "Eldermere"), "2026-05-21"),
    )
    for year, winner in (("2025", "Ardmore"), ("2026", "Brackley")):
        answer = cups.ask(f"Who won the cup in {year}?")
        assert [c.quote for c in answer.citations] == [f"The cup was won by {winner}."]
        assert answer.scope == Scope(
            published_after=f"{year}-01-01", published_before=f"{int(year) + 1}-01-01"
        )
        assert answer.documents == 1
        assert answer.question == f"Who won the cup in {year}?"
        assert answer.notice == ""


def test_a_document_of_another_year_is_not_quoted_in_silence(indexed: Indexed) -> None:
    cups = indexed(a=("The cup was won by Ardmore in 2025.\n", "2025-05-20"))
    answer = cups.ask("Who won the cup in 2026?")
    assert answer.answered
    assert answer.notice == (
        "Nothing dated in 2026 was found that answers; this is from 20 May 2025."
    )
    assert cups.ask("Who won the cup in 2025?").notice == ""
    assert cups.ask("Who won the cup?").notice == ""


def test_an_undated_text_that_speaks_of_another_year_is_not_quoted_in_silence(
    indexed: Indexed,
) -> None:
    cups = indexed(a=("The cup was won by Ardmore in 2025.\n", ""))
    answer = cups.ask("Who won the cup in 2026?")
    assert answer.answered
    assert answer.notice == ("Nothing dated in 2026 was found that answers; this speaks of 2025.")


def test_words_that_name_the_year_need_no_date(indexed: Indexed) -> None:
    emails = indexed(
        a=("The lab pitched cameras to the police in 2018.\n", "2020-06-17"),
        b=("The weather was mild.\n", "2018-03-01"),
    )
    answer = emails.ask("What did the lab pitch in 2018?")
    assert answer.citations[0].document_id == "a.txt"
    assert answer.notice == ""
    assert answer.scope == Scope()


def test_without_dates_nothing_is_declined_for_its_date(indexed: Indexed) -> None:
    cups = indexed(a=(CUP.format("Ardmore", "Port Hallan"), ""))
    for question in ("Who won the cup this week?", "Who won the latest cup?"):
        answer = cups.ask(question)
        assert answer.citations[0].quote.startswith("The cup was won by Ardmore.")


def test_the_latest_is_the_newest_that_answers_as_well(indexed: Indexed) -> None:
    teams = ("Ardmore", "Brackley", "Corran", "Dunholm")
    cups = {
        team.lower(): (CUP.format(team, "Port Hallan"), f"202{place}-05-20")
        for place, team in enumerate(teams, start=2)
    }
    answer = indexed(
        **cups, weather=("The weather was mild.\n", "2026-01-01"), old=(CUP.format("Erl", "B"), "")
    ).ask("Who won the latest cup?")
    assert answer.citations[0].document_id == "dunholm.txt"
    assert answer.citations[0].published == "2025-05-20"
    assert answer.notice == "The newest that answers is from 20 May 2025."
    assert answer.scope == Scope()


@pytest.mark.parametrize(
    ("published", "latest", "of_2026"),
    [
        (
            ("2019-05-01", "2023-02-01"),
            "The newest that answers is from 1 February 2023.",
            "is from 1 May 2019 to 1 February 2023.",
        ),
        (
            ("2023", "2019-05-01T08:00Z"),
            "The newest that answers is from 2023.",
            "is from 1 May 2019 to 2023.",
        ),
        (
            ("", "2019-05-01"),
            "Not all of this has a date; the newest that has one is from 1 May 2019.",
            "is from 1 May 2019.",
        ),
        (("", ""), "No date is known of this, so it may not be the latest.", ""),
    ],
)
def test_what_is_said_of_the_time_is_true_of_every_quote(
    published: tuple[str, ...], latest: str, of_2026: str
) -> None:
    cited = tuple(
        cite(place, Document(f"{place}.txt", "T", "It is so.", "1", "x", {"published": day}), ALL)
        for place, day in enumerate(published, start=1)
    )
    for question, notice in (("What is the latest on it?", latest), ("What was in 2026?", of_2026)):
        told = told_in_time(Answer(question, question, "x", cited, True), date(2026, 11, 29))
        assert (
            told.notice.removeprefix("Nothing dated in 2026 was found that answers; this ")
            == notice
        )


def test_this_week_is_counted_from_today(indexed: Indexed) -> None:
    cups = indexed(
        a=(CUP.format("Ardmore", "Port Hallan"), "2026-11-20"),
        b=(CUP.format("Brackley", "Eldermere"), "2026-11-27T08:30:00+01:00"),
    )
    assert "Brackley" in cups.ask("Who won the cup this week?").text
    assert "Ardmore" in cups.ask("Who won the cup last week?").text
    answer = cups.ask("Who won the cup yesterday?")
    assert answer.answered
    assert answer.notice.startswith("Nothing dated on 28 November 2026 was found that answers")


def test_a_follow_up_is_of_its_own_time_or_of_the_one_before(indexed: Indexed) -> None:
    cups = indexed(
        a=(CUP.format("Ardmore", "Port Hallan"), "2025-05-20"),
        b=(CUP.format("Brackley", "Eldermere"), "2026-05-21"),
    )
    before = [("Who won the latest cup?", "")]
    answer = cups.ask("And who won the cup in 2025?", before)
    assert "Ardmore" in answer.text
    assert answer.notice == ""
    text = "The final was played in Port Hallan."
    document = Document("a.txt", "A", text, "1", "a.txt", {"published": "2025-05-20"})
    cited = (cite(1, document, Span(0, len(text))),)
    follow_up = Answer("And where?", "Who won the cup in 2026? And where?", text, cited, True)
    assert told_in_time(follow_up, date(2026, 11, 29)).notice == (
        "Nothing dated in 2026 was found that answers; this is from 20 May 2025."
    )


def test_a_time_narrows_the_scope_that_was_chosen(indexed: Indexed) -> None:
    cups = indexed(
        a=("The cup was won by Ardmore in 2025.\n", "2025-05-20"),
        b=("The cup was won by Brackley in 2026.\n", "2026-05-21"),
        c=("The cup was shown to the Mayor in 2026.\n", "2026-06-21"),
    )
    answer = cups.ask("Who won the cup in 2026?", documents=["a.txt"])
    assert "Ardmore" in answer.text
    assert "from 20 May 2025" in answer.notice
    answer = cups.ask("Who won the cup in 2026?", documents=["a.txt", "b.txt"])
    assert [c.document_id for c in answer.citations] == ["b.txt"]
    answer = cups.ask("What was won this year?", documents=["a.txt", "b.txt"])
    assert [c.document_id for c in answer.citations] == ["b.txt"]
    assert answer.scope.documents == ("a.txt", "b.txt")
    assert answer.scope.published_after == "2026-01-01"
    assert answer.documents == 1
