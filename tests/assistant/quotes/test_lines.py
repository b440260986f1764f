"""Lines that only ask or announce: never quoted, in whatever they stand."""

import pytest

from assistant.quotes.lines import asks, quotable
from index.settings import Settings
from tests.documents import index_of

FAQ = """\
# Warranty

Is there a warranty?

Yes, on every lamp.

How long is the warranty?

Two years from the day that the lamp was bought.
"""
LABELLED = """\
Q: How long is the warranty?
A: Two years from the day that the lamp was bought.

Q: Who pays for sending it back?
A: We do, within the country.
"""
BOLD = """\
**How long is the warranty?**
Two years from the day that the lamp was bought.

**Who pays for sending it back?**
We do, within the country.
"""
NUMBERED = """\
1. How long is the warranty?
   Two years from the day that the lamp was bought.
2. Who pays for sending it back?
   We do, within the country.
"""


@pytest.mark.parametrize("text", [FAQ, LABELLED, BOLD, NUMBERED])
def test_a_faq_is_answered_by_its_answers(settings: Settings, text: str) -> None:
    answer = index_of(settings, faq=text).ask("How long is the warranty?")
    assert answer.answered
    assert "Two years from the day" in answer.citations[0].quote
    assert not any("?" in one.quote for one in answer.citations)


def test_a_quiz_does_not_answer_its_own_questions(settings: Settings) -> None:
    quiz = "Village quiz\n\n1. Who built the lighthouse?\n2. When did the railway come?\n"
    answer = index_of(settings, quiz=quiz).ask("Who built the lighthouse?")
    assert not answer.answered
    assert answer.nearest == ()


def test_an_interview_is_answered_by_who_is_asked(settings: Settings) -> None:
    interview = (
        "A talk with the keeper\n\nWhat do you do all winter?\n\n"
        "I mend nets and paint the railings.\n\nDo you ever get lonely?\n\nOnly in March.\n"
    )
    answer = index_of(settings, talk=interview).ask("What does the keeper do all winter?")
    assert answer.answered
    assert answer.citations[0].quote == "I mend nets and paint the railings."


def test_a_heading_is_no_answer_to_what_is_it(settings: Settings) -> None:
    text = (
        "# Handbook\n\nFor new members.\n\n## The ballast fund\n\n"
        "It is money set aside for repairs of the hull.\n\n## Moorings\n\nBook them in May.\n"
    )
    answer = index_of(settings, handbook=text).ask("What is the ballast fund?")
    assert answer.answered
    assert answer.citations[0].quote == "It is money set aside for repairs of the hull."


def test_headings_of_minutes_are_not_quoted(settings: Settings) -> None:
    minutes = (
        "Minutes of the parish council\n\n4. Bus shelter\n\n"
        "Councillor Brandt proposed walls of granite.\n\n5. Harbour dues\n\n"
        "Dues rise by two pounds from April.\n"
    )
    answer = index_of(settings, minutes=minutes).ask("What was said about harbour dues?")
    assert answer.answered
    assert [one.quote for one in answer.citations] == ["Dues rise by two pounds from April."]


@pytest.mark.parametrize(
    ("sentence", "is_question"),
    [
        ("How long is it?", True),
        ("Q: How long is it?", True),
        ("**How long is it?**", True),
        ("“Why now?”", True),
        ("“Why now?” she asked.", False),
        ("She asked him: “Why now?”", False),
        ('She asked him "why now?".', False),
        ('When was the "Viva la Vida" out?', True),
        ("Who wrote “The Lamp” and when?", True),
        ("It is two years.", False),
        ("?", True),
        ("", False),
    ],
)
def test_a_question_is_told_from_one_that_is_reported(sentence: str, is_question: bool) -> None:
    assert asks(sentence) is is_question


def test_headings_in_a_row_are_headings_and_short_lines_further_on_are_not() -> None:
    sentences = ["Handbook", "Moorings", "Book them in May.", "Price: 40 pounds"]
    assert quotable(sentences, "Handbook") == [False, False, True, True]
    assert quotable(sentences, "") == [True] * 4


def test_a_line_between_two_sentences_is_no_quote_and_an_item_of_a_list_is() -> None:
    caption = ["The keeper left.", "Hannah Broad at the lamp", "She was seventeen."]
    assert quotable(caption, "") == [True, False, True]
    listed = ["You need:", "Two lamps", "Forty feet of rope", "Bring them all."]
    assert quotable(listed, "") == [True] * 4
    assert quotable(["It is new.", "Price: 40 pounds", "Post is free."], "") == [True] * 3


def test_short_lines_with_nothing_under_them_are_quoted() -> None:
    assert quotable(["Price: 40 pounds", "Open in May"], "Price: 40 pounds") == [True, True]
    assert quotable(["A quiz", "Who built it?"], "A quiz") == [False, False]


def test_a_heading_at_the_edge_of_a_chunk_is_told_by_what_stands_around_it() -> None:
    alone = ["6. FLOOD SCHEME"]
    assert quotable(alone, "", "The talk ended.", "The culvert was blocked.") == [False]
    assert quotable(alone, "", "The talk ended:", "The culvert was blocked.") == [True]
    assert quotable(alone, "", "The talk ended.", "7. DUES") == [True]
    assert quotable(alone, "", "", "The culvert was blocked.") == [True]


def test_a_numbered_heading_is_not_quoted(settings: Settings) -> None:
    body = "The Clerk read a letter about the swimming baths in full. " * 12
    minutes = f"{body}\n\n6. FLOOD ALLEVIATION SCHEME\n6.1 A culvert was found blocked.\n{body}"
    answer = index_of(settings, minutes=minutes).ask("What is the flood alleviation scheme?")
    assert not any("SCHEME" in one.quote for one in (*answer.citations, *answer.nearest))
