from datetime import date

import pytest

from assistant.query.when import When, when

TODAY = date(2026, 11, 29)  # a Sunday


@pytest.mark.parametrize(
    ("question", "start", "end", "rest"),
    [
        ("What was said in 2024?", "2024-01-01", "2025-01-01", "What was said?"),
        ("Who is the 2026 winner?", "2026-01-01", "2027-01-01", "Who is the winner?"),
        ("In March 2024, who won?", "2024-03-01", "2024-04-01", "who won?"),
        ("Who won on 12 March 2024?", "2024-03-12", "2024-03-13", "Who won?"),
        ("What did March 12, 2024 bring?", "2024-03-12", "2024-03-13", "What did bring?"),
        ("What came on 2024-03-12?", "2024-03-12", "2024-03-13", "What came?"),
        ("What changed since March?", "2026-03-01", "", "What changed?"),
        ("What changed in December?", "2025-12-01", "2026-01-01", "What changed?"),
        ("What changed after 2023?", "2024-01-01", "", "What changed?"),
        ("What was said before May 2024?", "", "2024-05-01", "What was said?"),
        ("What was said until 2022?", "", "2023-01-01", "What was said?"),
        ("What was spent from 2020 to 2022?", "2020-01-01", "2023-01-01", "What was spent?"),
        ("What happened today?", "2026-11-29", "2026-11-30", "What happened?"),
        ("What happened yesterday?", "2026-11-28", "2026-11-29", "What happened?"),
        ("What was said this week?", "2026-11-23", "2026-11-30", "What was said?"),
        ("What was said last week?", "2026-11-16", "2026-11-23", "What was said?"),
        ("What was decided last month?", "2026-10-01", "2026-11-01", "What was decided?"),
        ("What was last year's budget?", "2025-01-01", "2026-01-01", "What was budget?"),
        ("What was said in the past two weeks?", "2026-11-15", "2026-11-30", "What was said?"),
    ],
)
def test_a_time_is_found(question: str, start: str, end: str, rest: str) -> None:
    found = when(question, TODAY)
    assert found
    assert found.period
    assert found.period.start == (date.fromisoformat(start) if start else date.min)
    assert found.period.end == (date.fromisoformat(end) if end else date.max)
    assert found.rest == rest


@pytest.mark.parametrize(
    "question",
    [
        "May I march in?",
        "Who may speak?",
        "What did the Second Council decide?",
        "How did 2,024 people vote?",
        "What cost $2024?",
        "What was music like in the 1990s?",
        "What was built in 1847?",
        "Who won the last time?",
        "Which is the last day of the year?",
        "What is version 3.2024?",
        "What was spent between May and July 2024?",  # last May is no beginning of that
    ],
)
def test_what_is_no_time_is_left_alone(question: str) -> None:
    assert when(question, TODAY) is None


@pytest.mark.parametrize("word", ["latest", "newest", "most recent"])
def test_the_latest_is_asked_for(word: str) -> None:
    assert when(f"What is the {word} budget?", TODAY) == When()
