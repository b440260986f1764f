"""Does a claim go with the quotes that it cites? By rules, and by what the reader makes of it.

Rules find what stands plainly against a claim: a negation, name or number that is all that differs
from the quote. They find what its quotes lack, too: a number, date, amount or name; but that may be
said in other words, and the reader, which reads claim and quotes together, may excuse it. And where
rules find nothing, it may doubt that the quotes say so: who did what to whom, whether all or some,
why, and how surely. When nothing is found, that is all the check says: it can't know that a claim
is true.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from assistant.prose.check.language import is_english
from assistant.prose.check.names import Evidence, is_name, names_of
from assistant.prose.check.negation import contradiction
from assistant.prose.check.numbers import Number, numbers_in
from index.terms import fold, terms

DOUBT = "the quoted text does not seem to say so"

Support = Callable[[str, Sequence[str]], float]
"""The log odds that quotes bear a claim out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Log odds that decide; `python -m benchmarks claims --half fit` chooses them."""

    doubted: float = -3.5
    """Below it a claim is marked though no rule finds anything."""

    excused: float = 0.5
    """From it on what the quotes lack is held to be there in other words."""


_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w[\w.]*|(?<!\w)@\w{3,}")
_TOKEN = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|over|more than|under|less than|"
    r"close to|up to|at least)\s+\S{0,3}$",
    re.IGNORECASE,
)
_ROUNDED = 0.05
_SHARED = 0.15
_ALIKE = 2
_NAME_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the quotes that a claim cites."""

    titles: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """What was said just before: what an "it", a "they" or "the company" stands for."""

    documents: str = ""
    """All that is known of the documents: it introduces acronyms, and shows what is a name."""

    def composed(self) -> "Surroundings":
        """The same, with each accent and its letter as one character."""
        titles, before = map(_composed, self.titles), map(_composed, self.before)
        return Surroundings(tuple(titles), tuple(before), _composed(self.documents))


@dataclass(frozen=True, slots=True)
class Found:
    """What rules find, each a phrase for the reader."""

    plain: tuple[str, ...]
    """What stands against the quotes' own words."""

    lacking: tuple[str, ...]
    """What the quotes don't have, at least not in these words."""

    def weighed(self, odds: float | None, limits: Limits) -> tuple[str, ...]:
        """What is left of it, or comes to it, by the log odds that the quotes bear the claim out.

        Args:
            odds: None where the reader can't read.
            limits: What decides.
        """
        every = tuple(dict.fromkeys([*self.plain, *self.lacking]))
        if self.plain or odds is None:
            return every
        if odds < (limits.excused if self.lacking else limits.doubted):
            return every or (DOUBT,)
        return ()


def mismatches(
    claim: str, quotes: Sequence[str], around: Surroundings, support: Support | None = None
) -> tuple[str, ...]:
    """Find what a claim says and its quotes do not.

    Args:
        claim: One sentence, without labels.
        quotes: The words that it cites.
        around: What stands around them.
        support: Reads claim and quotes together; without it the rules alone decide.

    Returns:
        A phrase for each finding, empty when there is none.
    """
    found = found_by_rules(claim, quotes, around)
    odds = None if found.plain else odds_of(claim, quotes, around, support)
    return found.weighed(odds, Limits())


def is_borne_out(
    claim: str, quotes: Sequence[str], around: Surroundings, support: Support | None
) -> bool:
    """Whether quotes bear out a claim that doesn't cite them: more than that nothing is found."""
    odds = odds_of(claim, quotes, around, support)
    return not mismatches(claim, quotes, around, support) and (odds is None or odds >= 0)


def found_by_rules(claim: str, quotes: Sequence[str], around: Surroundings) -> Found:
    """Find what speaks against a claim, without reading."""
    claim, quotes, around = _composed(claim), list(map(_composed, quotes)), around.composed()
    plain = [*_addresses(claim, quotes), *_replaced(claim, quotes, around)]
    if denied := contradiction(claim, quotes):
        plain.append(denied)
    others = [number for quote in quotes for number in numbers_in(quote)]
    lacking = list(_numbers(claim, quotes, around))
    plain += [_absent(one.shown) for one in lacking if one.is_misstated(others)]
    numbers = tuple(_absent(one.shown) for one in lacking)
    names = tuple(_names(claim, quotes, around, numbers))
    return Found(tuple(plain), numbers + names or tuple(_elsewhere(claim, quotes)))


def odds_of(
    claim: str, quotes: Sequence[str], around: Surroundings, support: Support | None
) -> float | None:
    """What the reader makes of a claim; None where it can't read.

    Where it doubts, it reads again with the quotes' titles: they spell out what a text calls by
    other names, or the other way round.
    """
    if support is None or not is_english(" ".join([claim, *quotes])):
        return None
    odds = support(claim, quotes)
    return odds if odds >= 0 else max(odds, support(claim, [*around.titles, *quotes]))


def unknown_in(sentence: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Find the addresses, numbers and names in a sentence that none of the texts has."""
    sentence, texts = _composed(sentence), list(map(_composed, texts))
    around = Surroundings(documents="\n".join(texts))
    numbers = (_absent(one.shown) for one in _numbers(sentence, texts, around))
    found = [*_addresses(sentence, texts), *numbers]
    return (*found, *_names(sentence, texts, around, found))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _absent(words: str) -> str:
    return f"‘{words}’ is not in the quoted text"


def _addresses(claim: str, quotes: Sequence[str]) -> Iterator[str]:
    everything = fold(" ".join(quotes))
    for match in _ADDRESS.finditer(claim):
        address = match[0].rstrip(".,;:!?)”’\"'")
        if fold(address) not in everything:
            yield _absent(address)


def _numbers(claim: str, quotes: Sequence[str], around: Surroundings) -> Iterator[Number]:
    """The numbers of a claim that its quotes don't have."""
    text = _ADDRESS.sub(" ", claim)
    quoted = [number for quote in (*quotes, *around.titles) for number in numbers_in(quote)]
    for number in numbers_in(text):
        if not (number.is_one or number.is_in(quoted) or _is_rough(number, text, quoted)):
            yield number


def _is_rough(number: Number, text: str, others: Sequence[Number]) -> bool:
    """Whether a number is said to be about as much as another is exactly."""
    return bool(_ABOUT.search(text[: number.start])) and any(
        _is_rounded(rough, exact)
        for other in others
        for rough in number.values
        for exact in other.values
    )


def _is_rounded(rough: float, exact: float) -> bool:
    """Whether one number is the other with fewer digits."""
    digits = len(f"{rough:.10g}".replace(".", "").rstrip("0"))
    exactly = len(f"{exact:.10g}".replace(".", "").rstrip("0"))
    return digits < exactly and abs(rough - exact) <= _ROUNDED * abs(exact)


def _names(
    claim: str, quotes: Sequence[str], around: Surroundings, known: Sequence[str]
) -> Iterator[str]:
    text = _ADDRESS.sub(" ", claim)
    documents = "\n".join((around.documents, *quotes))
    evidence = Evidence([*quotes, *around.titles, *around.before], documents)
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
            if _differ(mine, theirs, around, quotes) or _count_otherwise(mine, theirs):
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


def _elsewhere(claim: str, quotes: Sequence[str]) -> Iterator[str]:
    """Whether claim and quotes have next to no word of meaning in common."""
    said = set(terms(claim))
    quoted = {term for quote in quotes for term in terms(quote)}
    if len(said & quoted) < _SHARED * len(said):
        yield "the quoted text is about something else"


def _count_otherwise(here: list[str], there: list[str]) -> bool:
    """Whether two runs of words hold numbers, and not the same ones."""
    text = " ".join(here)
    mine, theirs = numbers_in(text), numbers_in(" ".join(there))
    if not mine or not theirs or any(number.is_part for number in (*mine, *theirs)):
        return False
    return not any(number.is_in(theirs) or _is_rough(number, text, theirs) for number in mine)
