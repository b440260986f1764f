"""Whether a claim denies what its quotes say, or says what they deny."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.terms import FUNCTION_WORDS, fold, term_of

_TOKEN = re.compile(r"n['’]t\b|[^\W_]+(?:['’][^\W_]+)*|[,.;:!?()]")
_DENIES = frozenset(
    "not never no none nobody nothing neither nor without cannot nowhere n't".split()  # noqa: SIM905
)
_LEANS = frozenset(
    """
    hardly barely scarcely rarely seldom unable fail failed fails failing failure refuse
    refused refuses refusing deny denied denies denying lack lacks lacked lacking decline
    declined declines prohibit prohibited prohibits forbid forbids forbidden forbade ban
    bans banned avoid avoids avoided prevent prevents prevented except excluding exclude
    excluded excludes unless impossible absent absence false wrong stop stopped stops ceased
    cease rejected reject rejects little unlike contrary exempt
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
_AFTER_NOT = frozenset({"only", "just", "merely", "simply"})
_ALIKE = 2
_REACH = 5
"""Words over which a negation holds."""


@dataclass(frozen=True, slots=True)
class _Denial:
    """A negation, and what it denies."""

    cue: str
    denied: tuple[str, ...]


class _Read:
    """A text's words, and where it denies."""

    def __init__(self, text: str) -> None:
        self.tokens = [fold(token) for token in _TOKEN.findall(text)]
        self.terms = [
            term_of(bare) if (bare := re.sub(r"n['’]t$", "", token))[:1].isalnum() else ""
            for token in self.tokens
        ]
        self.cues = [place for place in range(len(self.tokens)) if self._is_cue(place)]
        self.leans = any(token in _LEANS for token in self.tokens)

    def _is_cue(self, place: int) -> bool:
        word = self.tokens[place]
        after = self.tokens[place + 1] if place + 1 < len(self.tokens) else ""
        before = self.tokens[place - 1] if place else ""
        if word == "no" and (after == "." or after[:1].isdigit()):
            return False
        if before == "or" and word == "not":
            return False
        is_denial = word in _DENIES or word.endswith(("n't", "n’t"))
        return is_denial and after not in _AFTER_NOT

    def denials(self) -> list[_Denial]:
        return [_Denial(self.tokens[cue], self._denied(cue)) for cue in self.cues]

    def _denied(self, cue: int) -> tuple[str, ...]:
        """The two words of meaning that follow a cue."""
        found: list[str] = []
        for place in range(cue + 1, min(len(self.tokens), cue + 1 + _REACH)):
            if self.tokens[place] in {".", ";", "!", "?"}:
                break
            if self.terms[place] and self.tokens[place] not in FUNCTION_WORDS:
                found.append(self.terms[place])
            if len(found) == 2:  # noqa: PLR2004 - as said above
                break
        return tuple(found)

    def is_denied(self, term: str) -> bool | None:
        """Whether a term is denied wherever it occurs; None if it doesn't occur."""
        places = [place for place, found in enumerate(self.terms) if found == term]
        if not places:
            return None
        return all(self._under_cue(place) for place in places)

    def is_ever_denied(self, term: str) -> bool:
        return any(
            self._under_cue(place) for place, found in enumerate(self.terms) if found == term
        )

    def _under_cue(self, place: int) -> bool:
        return any(0 < place - cue <= _REACH + 1 for cue in self.cues)

    def leans_near(self, term: str) -> bool:
        """Whether a word that half denies stands before a term, or the term has such a form."""
        return any(
            found == term and not _LEANS.isdisjoint(self.tokens[max(0, place - _REACH) : place])
            for place, found in enumerate(self.terms)
        ) or any(_opposite(token) == term for token in self.tokens)


def contradiction(claim: str, quotes: Sequence[str]) -> str:
    """Say how the negations of a claim and its quotes differ; empty when they don't, visibly."""
    said = _Read(claim)
    read = [_Read(quote) for quote in quotes]
    for quote in read:
        if differing := _one_sided(said, quote):
            return differing
    for denial in said.denials():
        if not _is_borne_out(denial, read):
            return _only_claimed(denial.cue)
    for quote in read:
        for denial in quote.denials():
            if _is_turned_round(denial, said, read):
                return _only_quoted(denial.cue)
    return ""


def _one_sided(said: _Read, quote: _Read) -> str:
    """Find a negation that is all that differs at a place where claim and quote are alike."""
    blocks = SequenceMatcher(None, said.tokens, quote.tokens, autojunk=False).get_opcodes()
    for position, (kind, start, end, from_, to) in enumerate(blocks):
        if kind == "equal" or end - start > _ALIKE or to - from_ > _ALIKE:
            continue
        around = [
            blocks[near][2] - blocks[near][1] if 0 <= near < len(blocks) else _ALIKE
            for near in (position - 1, position + 1)
        ]
        here = [said.tokens[cue] for cue in said.cues if start <= cue < end]
        there = [quote.tokens[cue] for cue in quote.cues if from_ <= cue < to]
        if min(around) < _ALIKE or bool(here) == bool(there):
            continue
        if here and not _LEANS & set(quote.tokens[from_:to]):
            return _only_claimed(here[0])
        if there and not _LEANS & set(said.tokens[start:end]):
            return _only_quoted(there[0])
    return ""


def _is_borne_out(denial: _Denial, quotes: Sequence[_Read]) -> bool:
    """Whether a claim's negation is in the quotes too."""
    occurring = [
        term for term in denial.denied if any(q.is_denied(term) is not None for q in quotes)
    ]
    if not occurring:
        return any(quote.cues or quote.leans for quote in quotes)
    return any(q.is_ever_denied(t) or q.leans_near(t) for q in quotes for t in occurring)


def _is_turned_round(denial: _Denial, said: _Read, quotes: Sequence[_Read]) -> bool:
    """Whether a claim says outright what a quote denies."""
    if not denial.denied or said.cues or said.leans_near(denial.denied[0]):
        return False
    if any(said.is_denied(term) is None for term in denial.denied):
        return False
    return all(quote.is_denied(denial.denied[0]) is not False for quote in quotes)


def _only_claimed(cue: str) -> str:
    return f"the claim says ‘{_shown(cue)}’, the quoted text does not"


def _only_quoted(cue: str) -> str:
    return f"the quoted text says ‘{_shown(cue)}’, the claim does not"


def _opposite(token: str) -> str:
    """The term that a word such as `unknown` or `fearless` denies; else the empty string."""
    for prefix in _NEGATIVE_PREFIXES:
        if token.startswith(prefix) and len(token) > len(prefix) + 3:
            return term_of(token[len(prefix) :])
    return term_of(token[:-4]) if token.endswith("less") and len(token) > 7 else ""  # noqa: PLR2004


def _shown(cue: str) -> str:
    return "not" if cue.endswith(("n't", "n’t")) else cue
