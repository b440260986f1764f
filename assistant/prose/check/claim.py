"""Does a claim go with the quotes that it cites? Without another model.

The check finds what speaks against a claim: a number, date, amount or name that its quotes do not
have, a negation on one side only, a thing put in place of another, a meaning far from theirs. When
it finds none of these, that is all it says: it can't know that a claim is true.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from assistant.prose.check.names import Evidence, is_name, names_of
from assistant.prose.check.negation import contradiction
from assistant.prose.check.numbers import numbers_in
from index.terms import fold, terms

NEAR = 0.35
"""Cosine between a claim and its quotes below which they are said to be about something else."""

SHARED = 0.5
"""Share of a claim's words of meaning that its quotes have, from which on they are near enough."""

Near = Callable[[str, Sequence[str]], float]
"""How near in meaning a claim is to quotes: the best cosine."""

_POINTS_BACK = re.compile(
    r"^\W*(?:(?:however|but|and|so|then|later|also|in|on|at|by|after|before|since|when|as|for)\b\W+(?:\S+\s+){0,4}?)?"
    r"(?:it|he|she|they|this|that|these|those|the|its|his|her|their|such|both|who|which)\b|"
    r"\b(?:he|she|it|they|his|her|its|their|him|them)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w[\w.]*|(?<!\w)@\w{3,}")
_TOKEN = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|over|more than|under|less than|"
    r"close to|up to|at least)\s+\S{0,3}$",
    re.IGNORECASE,
)
_ROUNDED = 0.05
_ALIKE = 2
_NAME_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the quotes that a claim cites."""

    titles: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """For each quote, what its passage says before it: what its "it" and "they" stand for."""

    documents: str = ""
    """All that is known of the documents: it introduces acronyms, and shows what is a name."""


def mismatches(
    claim: str,
    quotes: Sequence[str],
    around: Surroundings | None = None,
    near: Near | None = None,
) -> tuple[str, ...]:
    """Find what a claim says and its quotes do not.

    Args:
        claim: One sentence, without labels.
        quotes: The words that it cites.
        around: What stands around them.
        near: Compares meanings; without it they are not compared.

    Returns:
        A phrase for each finding, empty when there is none.
    """
    around = around or Surroundings()
    found = [*_addresses(claim, quotes), *_numbers(claim, quotes, around)]
    found += _names(claim, quotes, around, found)
    found += _replaced(claim, quotes, around)
    if said := contradiction(claim, quotes):
        found.append(said)
    is_reworded = near is not None and not found and shared_words(claim, quotes) < SHARED
    if is_reworded and near is not None and near(claim, quotes) < NEAR:
        found.append("the quoted text is about something else")
    return tuple(dict.fromkeys(found))


def unknown_in(sentence: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Find the addresses, numbers and names in a sentence that none of the texts has."""
    around = Surroundings(documents="\n".join(texts))
    found = [*_addresses(sentence, texts), *_numbers(sentence, texts, around)]
    return (*found, *_names(sentence, texts, around, found))


def _absent(words: str) -> str:
    return f"‘{words}’ is not in the quoted text"


def _addresses(claim: str, quotes: Sequence[str]) -> Iterator[str]:
    everything = fold(" ".join(quotes))
    for match in _ADDRESS.finditer(claim):
        address = match[0].rstrip(".,;:!?)”’\"'")
        if fold(address) not in everything:
            yield _absent(address)


def _numbers(claim: str, quotes: Sequence[str], around: Surroundings) -> Iterator[str]:
    text = _ADDRESS.sub(" ", claim)
    quoted = [number for quote in (*quotes, *around.titles) for number in numbers_in(quote)]
    for number in numbers_in(text):
        if number.is_one or number.is_in(quoted):
            continue
        is_rough = _ABOUT.search(text[: number.start]) and any(
            _is_rounded(rough, exact)
            for other in quoted
            for rough in number.values
            for exact in other.values
        )
        if not is_rough:
            yield _absent(number.shown)


def _is_rounded(rough: float, exact: float) -> bool:
    """Whether one number is the other with fewer digits."""
    digits = len(f"{rough:.10g}".replace(".", "").rstrip("0"))
    exactly = len(f"{exact:.10g}".replace(".", "").rstrip("0"))
    return digits < exactly and abs(rough - exact) <= _ROUNDED * abs(exact)


def _names(
    claim: str, quotes: Sequence[str], around: Surroundings, known: Sequence[str]
) -> Iterator[str]:
    pointed_at = [
        before
        for quote, before in zip(quotes, around.before, strict=False)
        if _POINTS_BACK.search(quote)
    ]
    text = _ADDRESS.sub(" ", claim)
    documents = "\n".join((around.documents, *quotes))
    evidence = Evidence([*quotes, *around.titles, *pointed_at], documents)
    for name in names_of(text):
        missing = evidence.missing(name)
        if not missing:
            continue
        shown = name.shown if len(missing) == len(name.words) else " ".join(missing)
        if _absent(shown) not in known:
            yield _absent(shown)


def _replaced(claim: str, quotes: Sequence[str], around: Surroundings) -> Iterator[str]:
    """Find a name that stands where the quote most like the claim has another."""
    said = _TOKEN.findall(claim)
    written = max(
        (_TOKEN.findall(quote) for quote in quotes), key=lambda w: _match(said, w).ratio()
    )
    blocks = [("", 0, 0, 0, 0), *_match(said, written).get_opcodes(), ("", 0, 0, 0, 0)]
    for place, (kind, start, end, from_, to) in enumerate(blocks):
        if kind != "replace":
            continue
        before, after = (
            (near[2] - near[1]) * (near[0] == "equal")
            for near in (blocks[place - 1], blocks[place + 1])
        )
        for mine, theirs in _comparable(said[start:end], written[from_:to], before, after):
            if _differ(mine, theirs, around, quotes):
                yield f"the quoted text says ‘{' '.join(theirs)}’, not ‘{' '.join(mine)}’"
                break


def _match(said: list[str], written: list[str]) -> "SequenceMatcher[str]":
    folded = [fold(word) for word in said], [fold(word) for word in written]
    return SequenceMatcher(None, *folded, autojunk=False)


def _comparable(
    here: list[str], there: list[str], before: int, after: int
) -> Iterator[tuple[list[str], list[str]]]:
    """What stands in the same place: all of two runs, or the names next to equal words."""
    if before + after >= 2 * _ALIKE and max(len(here), len(there)) <= _NAME_LENGTH:
        yield here, there
    if before > _ALIKE:
        yield _leading_names(here), _leading_names(there)
    if after > _ALIKE:
        yield _leading_names(here[::-1])[::-1], _leading_names(there[::-1])[::-1]


def _leading_names(words: list[str]) -> list[str]:
    """The name that a run of words begins with."""
    return list(takewhile(is_name, words))


def _differ(here: list[str], there: list[str], around: Surroundings, quotes: Sequence[str]) -> bool:
    """Whether two runs of words hold names, and not the same ones in other words."""
    names, others = [w for w in here if is_name(w)], [w for w in there if is_name(w)]
    if not names or not others:
        return False
    documents = "\n".join((around.documents, *quotes))
    forward, back = Evidence([" ".join(there)], documents), Evidence([" ".join(here)], documents)
    return not any(
        len(evidence.missing(name)) < len(name.words)
        for evidence, words in ((forward, here), (back, there))
        for name in names_of("x " + " ".join(words))
    )


def shared_words(claim: str, quotes: Sequence[str]) -> float:
    """Share of a claim's words of meaning that its quotes have."""
    wanted = set(terms(claim))
    quoted = {term for quote in quotes for term in terms(quote)}
    return len(wanted & quoted) / len(wanted) if wanted else 1.0
