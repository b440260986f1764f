"""The check of claims against the quotes they cite."""

from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import pytest

from assistant.prose.check.claim import Surroundings, mismatches, unknown_in
from assistant.prose.check.language import is_foreign_to
from assistant.prose.check.numbers import numbers_in
from assistant.reader.model import the_reader

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
    Case("Its sales were 3,500,000 dollars, up four per cent.", SALES),
    Case(
        "They lost between €600 million and €750 million.", "They lost €600–750 million, they said."
    ),
    Case("The union asked for 12 percent.", "The port offered 4 percent, the union asked for 12."),
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
    Case(
        "Brad Smith says the company does sell facial recognition to US police.", REFUSAL, "‘not’"
    ),
    Case("The bridge did not open in 1932.", "The bridge opened in 1932.", "‘not’"),
    Case(
        "The Equal Pay Act of 1964 was passed first.",
        "The Equal Pay Act of 1963 was passed before the Civil Rights Act of 1964.",
        "says ‘1963’, not ‘1964’",
    ),
    Case("It is the second game in the series.", "It is the third game in the series.", "‘third’"),
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


def test_how_accents_are_written_makes_no_mismatch() -> None:
    quote = "Éric Müller met José Peña at the Café Zürich in 2018."
    forms: tuple[tuple[Literal["NFC", "NFD"], ...], ...] = (("NFC", "NFD"), ("NFD", "NFC"))
    for here, there in forms:
        claim, quoted = normalize(here, quote), normalize(there, quote)
        assert mismatches(claim, [quoted], Surroundings((quoted,), (quoted,), quoted)) == ()
        assert unknown_in(claim, [quoted]) == ()
        altered = claim.replace("Jose", "Luise").replace("José", "Luisé")
        assert mismatches(altered, [quoted], Surroundings(documents=quoted))


def test_acronym_that_no_document_introduces_is_missing() -> None:
    assert mismatches("The ACLU published emails.", [EMAILS], Surroundings(documents=EMAILS))


def test_name_may_come_from_the_sentence_before() -> None:
    quote = "It was founded in 1975."
    before = Surroundings(before=("Microsoft makes software.",))
    assert mismatches("Microsoft was founded in 1975.", [quote], before) == ()
    assert mismatches("Google was founded in 1975.", [quote], before)


READ = [
    Case("Farther north the road was closed.", "The road was closed farther to the north."),
    Case("Brought to court, he paid.", "He was brought before a court and paid."),
    Case("Delivery was promised for Friday.", "Petra: Done, we deliver it on Friday."),
    Case("Perhaps not much: rats were no great threat.", "Rats were perhaps not much of a threat."),
    Case("Neither man would resign.", "Neither of these two men would resign."),
    Case("The three were not included.", "The three were left out."),
    Case(
        "An item that nobody has reserved can be renewed two times.",
        "You may renew twice, unless someone has reserved the item.",
    ),
    Case("The agreement runs for three years.", "This Agreement continues for thirty-six months."),
]
"""Sound, and said in words that rules alone take for something else."""

DOUBTED = [
    Case("Microsoft sells facial recognition to police.", REFUSAL),
    Case("All women opposed the amendment.", "Many traditional women opposed the amendment."),
    Case("It closed because of the hurricane.", "It closed in 2008, a year before the hurricane."),
    Case(
        "The paper proved that football causes it.",
        "The paper suggests that football may cause it.",
    ),
    Case("Fish swim upstream every spring.", "Taxes went up."),
]
"""Unsupported, and without a number or name that the quote lacks."""


@pytest.mark.parametrize("case", READ, ids=lambda case: case.claim)
def test_claim_in_other_words_is_left_alone_by_the_reader(case: Case) -> None:
    assert mismatches(case.claim, [case.quote], Surroundings(), the_reader().support) == ()


@pytest.mark.parametrize("case", DOUBTED, ids=lambda case: case.claim)
def test_claim_that_the_reader_does_not_find_said_is_marked(case: Case) -> None:
    assert mismatches(case.claim, [case.quote], Surroundings(), the_reader().support)


def test_a_title_helps_to_read() -> None:
    claim = "Microsoft pitched facial recognition to the DEA in 2018."
    title = "Microsoft pitched facial recognition technology to the DEA as recently as 2018"
    assert mismatches(claim, [EMAILS], Surroundings(), the_reader().support)
    assert not mismatches(claim, [EMAILS], Surroundings((title,)), the_reader().support)


def test_reader_excuses_no_number_that_is_misstated() -> None:
    for claim in ("Sales rose to €3.5 million.", "Sales rose to $3.5 billion."):
        assert mismatches(claim, [SALES], Surroundings(), lambda *_: 9.0)
    claim, quote = "They met three times.", "They met in May, June and July."
    assert mismatches(claim, [quote], Surroundings(), lambda *_: 0.0)
    assert not mismatches(claim, [quote], Surroundings(), lambda *_: 9.0)


def test_reader_is_not_asked_about_other_languages() -> None:
    quote = "Die Brücke über den Fluss wurde von der Stadt gebaut."
    claim = "Die Stadt hat die Brücke über den Fluss gebaut."
    assert mismatches(claim, [quote], Surroundings(), lambda *_: -9.0) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Microsoft hat der DEA seine Technik schon früher angeboten.", True),
        ("Microsoft a proposé sa technologie à la police fédérale.", True),
        ("La empresa no vende la tecnología a la policía.", True),
        ("Microsoft offered the technology to the police before that.", False),
        ("微软向警方提供了该技术。", True),
        ("Er starb 1918.", None),
    ],
)
def test_another_language_is_told(text: str, expected: bool | None) -> None:
    assert is_foreign_to(text, ARTICLE) is expected
    if expected is not None:
        assert is_foreign_to(ARTICLE, text) is expected


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
