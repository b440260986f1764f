"""The check of claims against the quotes they cite."""

from dataclasses import dataclass

import pytest

from assistant.prose.check.claim import Surroundings, mismatches
from assistant.prose.check.numbers import numbers_in

EMAILS = (
    "Emails released by the American Civil Liberties Union on Wednesday show Microsoft as recently "
    "as 2018 pitched its facial recognition technology to the federal Drug Enforcement "
    "Administration."
)
PLEDGE = (
    "Amazon’s announcement on Wednesday that it would suspend police use of its controversial "
    "facial-recognition technology, Rekognition, for one year."
)
REFUSAL = (
    "Microsoft President Brad Smith says the company does not sell facial recognition to US police "
    "departments."
)
ARTICLE = (
    f"{EMAILS} The ACLU obtained the emails through a lawsuit against the DEA. {PLEDGE} {REFUSAL}"
)
SALES = "Sales rose 4 % to $3.5 million in June 1999, said Vereinigte Werke AG of Germany."


@dataclass(frozen=True)
class Case:
    claim: str
    quote: str
    missing: str = ""
    """A part of what must be found; empty when nothing may be."""


SOUND = [
    Case("Microsoft pitched facial recognition to the DEA in 2018.", EMAILS),
    Case("Microsoft pitched it to the Drug Enforcement Administration in '18.", EMAILS),
    Case("The ACLU published emails about Microsoft.", EMAILS),
    Case("Amazon paused police use of Rekognition for a year.", PLEDGE),
    Case("Microsoft doesn’t sell the technology to U.S. police, says Smith.", REFUSAL),
    Case("Microsoft does not sell facial recognition to police.", REFUSAL),
    Case("The revenue was $3.5m, 4 percent more.", SALES),
    Case("Its revenue was 3,500,000 dollars, up four per cent.", SALES),
    Case("The German firm sold goods for 3.5 million dollars in June.", SALES),
    Case("Three people came.", "3 people came to the meeting."),
    Case("It happened on 19 June 2009.", "2009-06-19: it happened."),
    Case("About 3.5 million people live there.", "The city has 3,487,100 inhabitants, people say."),
    Case("Twenty-five votes were cast.", "25 votes were cast."),
    Case("In 1970 nearly 70 boats sank.", "In 1970 exactly 69.7 boats sank."),
    Case("The reason is unknown.", "The reason is not known."),
    Case("The war lasted from 1914 to 1918.", "The war of 1914–18 was long."),
]

ALTERED = [
    Case("Microsoft pitched facial recognition to the DEA in 1999.", EMAILS, "‘1999’ is not in"),
    Case("Google pitched facial recognition to the DEA in 2018.", EMAILS, "‘Google’ is not in"),
    Case("Amazon paused police use of Rekognition for three years.", PLEDGE, "‘three’"),
    Case("Microsoft sells facial recognition to police.", REFUSAL, "‘not’"),
    Case(
        "Brad Smith says the company does sell facial recognition to US police.", REFUSAL, "‘not’"
    ),
    Case("Amazon would not suspend police use of Rekognition.", PLEDGE, "‘not’"),
    Case("Sales rose 5 % in June 1999.", SALES, "‘5 %’"),
    Case("Sales rose to €3.5 million.", SALES, "‘€3.5 million’"),
    Case("Sales rose to $3.5 billion.", SALES, "‘$3.5 billion’"),
    Case("Sales rose in July 1999.", SALES, "‘July’"),
    Case("Sales rose, said Werke AG of France.", SALES, "‘France’"),
    Case("Write to ceo@example.org about Microsoft.", EMAILS, "‘ceo@example.org’"),
    Case("See https://evil.example/x for Microsoft.", EMAILS, "‘https://evil.example/x’"),
    Case("Robert Baker met Anna Cole in Paris.", "Anna Cole met Robert Baker in Rome.", "‘Paris’"),
    Case(
        "The council gave the contract for the new bridge to Adams rather than to Adams.",
        "The council gave the contract for the new bridge to Baker rather than to Adams.",
        "‘Baker’",
    ),
]


def found(case: Case) -> tuple[str, ...]:
    around = Surroundings(documents=f"{ARTICLE} {case.quote}")
    return mismatches(case.claim, [case.quote], around)


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.claim)
def test_honest_claim_is_left_alone(case: Case) -> None:
    assert found(case) == ()


@pytest.mark.parametrize("case", ALTERED, ids=lambda case: case.claim)
def test_altered_claim_is_found_and_told(case: Case) -> None:
    assert any(case.missing in phrase for phrase in found(case))


def test_acronym_that_no_document_introduces_is_missing() -> None:
    assert mismatches("The ACLU published emails.", [EMAILS], Surroundings(documents=EMAILS))


def test_name_that_it_stands_for_may_come_from_before_the_quote() -> None:
    quote = "It was founded in 1975."
    before = Surroundings(before=("Microsoft makes software. ",))
    assert mismatches("Microsoft was founded in 1975.", [quote], before) == ()
    assert mismatches("Google was founded in 1975.", [quote], before)


def test_meaning_counts_when_words_do_not() -> None:
    def far(_: str, __: object) -> float:
        return 0.1

    def close(_: str, __: object) -> float:
        return 0.8

    claim, quote = "fish swim upstream every spring", "Taxes went up."
    assert mismatches(claim, [quote], near=far) == ("the quoted text is about something else",)
    assert mismatches(claim, [quote], near=close) == ()


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("three", 3, ""),
        ("twenty-five", 25, ""),
        ("one hundred and five thousand", 105_000, ""),
        ("a dozen", 12, ""),
        ("$3.5m", 3_500_000, "$"),
        ("3,5 %", 3.5, "%"),
        ("1.000.000 euros", 1_000_000, "€"),
        ("’18", 2018, ""),
        ("’87", 1987, ""),
        ("nineteen eighty-four", 1984, ""),
        ("3rd", 3, ""),
        ("1980s", 1980, ""),
    ],
)
def test_number_is_read_by_value(text: str, value: float, unit: str) -> None:
    (number,) = numbers_in(f"it was {text} then")
    assert value in number.values
    assert number.unit == unit


def test_number_within_a_name_is_none() -> None:
    assert numbers_in("the O2 arena and GPT-x4") == []
