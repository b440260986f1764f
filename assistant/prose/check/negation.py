"""Whether a claim denies what its quotes say, or says what they deny."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from index.terms import fold

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
"""What may stand for a negation in other words."""

_AFTER_NOT = frozenset({"only", "just", "merely", "simply"})
_ALIKE = 2
"""Words that must be equal on both sides of a difference."""

_WIDEST = 3
"""Words that it may have: did not open."""


class _Read:
    """A text's words, and where it denies."""

    def __init__(self, text: str) -> None:
        self.tokens = [fold(token) for token in _TOKEN.findall(text)]
        self.cues = [place for place in range(len(self.tokens)) if self._is_cue(place)]

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


def contradiction(claim: str, quotes: Sequence[str]) -> str:
    """Find a negation that is all that differs at a place where claim and quote are alike.

    Returns:
        A phrase that says so; empty when there is none.
    """
    said = _Read(claim)
    return next((found for quote in quotes if (found := _one_sided(said, _Read(quote)))), "")


def _one_sided(said: _Read, quote: _Read) -> str:
    blocks = SequenceMatcher(None, said.tokens, quote.tokens, autojunk=False).get_opcodes()
    for position, (kind, start, end, from_, to) in enumerate(blocks):
        if kind == "equal" or end - start > _WIDEST or to - from_ > _WIDEST:
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
            return f"the claim says ‘{_shown(here[0])}’, the quoted text does not"
        if there and not _LEANS & set(said.tokens[start:end]):
            return f"the quoted text says ‘{_shown(there[0])}’, the claim does not"
    return ""


def _shown(cue: str) -> str:
    return "not" if cue.endswith(("n't", "n’t")) else cue
