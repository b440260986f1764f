"""What a reasoning model thinks aloud, kept from what it answers.

Models mark their thoughts in many ways, and some leave out the mark that opens them, because their
template has set it already. All have one thing in common: the answer begins where a thought ends.
So whatever came before that end is no answer, whether or not a mark opened it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = r"[\w:.▁-]{0,30}(?:think|thought|reason|analysis|reflection|scratchpad)[\w:.▁-]{0,30}"
_WITH = r"\s[^<>\n]{0,200}"
_MARK = re.compile(
    rf"(?:<|◁|\[(?=/?think(?:ing)?\]))[|｜]?(?P<name>/?{_NAME})(?:{_WITH})?(?<!/)[|｜]?[>\]▷]|"
    r"<(?:\|(?P<opens>channel)\|?>\s*(?!final)\w*|\|channel\|?>\s*final|channel\|>)",
    re.IGNORECASE,
)
"""The mark of a thought: signs around a name that tells of thinking, or a channel."""

_END = re.compile(r"/|(?:.*[\W_▁])?end(?![^\W_▁])", re.IGNORECASE)
"""What in such a name says that a thought ends."""

_TOKEN = re.compile(r"<\|(?:start|constrain)\|>\s*\w*|<[|｜][\w▁]+[|｜]?>|<[\w▁]+[|｜]>")
"""What belongs to a chat's form, and never to its text."""

_MAY_BECOME = re.compile(
    r"<\|(?:channel|start|constrain)\|?>\s{0,2}\w{0,20}|[<◁][|｜]?/?[\w:.▁-]{0,60}[|｜]?[>▷]?|"
    rf"<[|｜]?/?{_NAME}{_WITH}>?|\[/?[A-Za-z]{{0,8}}\]?",
    re.IGNORECASE,
)
_NAMED_AFTER = ("<|channel|>", "<|channel>", "<|start|>", "<|constrain|>")
"""Marks that a word belongs to, which follows them."""

_CLOSED_BY = {"<": ">", "[": "]", "◁": "▷"}

_BARE_FINAL = "assistantfinal"
"""What is left of the mark before an answer where the server took the signs out."""


@dataclass(slots=True)
class ThinkingHabit:
    """How a model is known to think aloud."""

    thinks_unmarked: bool | None = None
    """Whether its thoughts begin without a mark; None before its first whole reply."""

    def learn(self, seen: "Thoughts") -> None:
        """Take note of a whole reply."""
        self.thinks_unmarked = bool(self.thinks_unmarked) or seen.unmarked


class Thoughts:
    """Reads a reply piece by piece, and lets pass what is not marked as a thought."""

    def __init__(self) -> None:
        self.ended = False
        """Whether a thought has ended: what follows is the answer."""

        self.unmarked = False
        """Whether a thought ended that no mark had opened."""

        self._inside = False
        self._held = ""
        self._last = ""

    def feed(self, piece: str) -> Iterator[str | None]:
        """Read on.

        Yields:
            Text; None where a thought ends, which makes one of all the text before.
        """
        for char in piece:
            longer = self._held + char
            if self._held and not _MAY_BECOME.fullmatch(longer):
                yield from self._settled()
                longer = char
            if self._held or char in _CLOSED_BY:
                self._held = longer
                if char == _CLOSED_BY[longer[0]] and not longer.startswith(_NAMED_AFTER):
                    yield from self._settled()
            else:
                yield from self._passed(char)

    def close(self) -> Iterator[str | None]:
        """Give out what was held back, when the reply is over."""
        return self._settled()

    def _settled(self) -> Iterator[str | None]:
        """What was held back is a mark, or text after all."""
        held, self._held = self._held, ""
        if mark := _MARK.fullmatch(held):
            if mark["opens"] or (mark["name"] and not _END.match(mark["name"])):
                self._inside = True
            else:
                yield from self._ended()
        elif not _TOKEN.fullmatch(held):
            yield from self._passed(held)

    def _passed(self, text: str) -> Iterator[str | None]:
        if self._inside or not text:
            return
        self._last = (self._last + text)[-len(_BARE_FINAL) :]
        if self._last == _BARE_FINAL:
            yield from self._ended()
        else:
            yield text

    def _ended(self) -> Iterator[None]:
        self.unmarked = self.unmarked or not self._inside
        self.ended, self._inside = True, False
        yield None


def without_thoughts(reply: str) -> tuple[str, Thoughts]:
    """What a whole reply answers, and what was seen on the way there."""
    thoughts = Thoughts()
    answer = ""
    for part in (*thoughts.feed(reply), *thoughts.close()):
        answer = "" if part is None else answer + part
    return answer, thoughts
