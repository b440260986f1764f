"""What a reasoning model thinks aloud, kept from what it answers.

Models mark their thoughts in many ways, and some leave out the mark that opens them, because their
template has set it already. All have one thing in common: the answer begins where a thought ends.
So whatever came before that end is no answer, whether or not a mark opened it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMES = r"(?:\w+:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratchpad)"
_OPENS = re.compile(
    rf"<{_NAMES}>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|channel\|>\s*(?!final)\w*",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    rf"</{_NAMES}>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|channel\|>\s*final", re.IGNORECASE
)
_TOKEN = re.compile(r"<\|start\|>\s*\w*|<\|\w+\|>")
"""What belongs to a chat's form, and never to its text."""

_MAY_BECOME = re.compile(
    r"<\|(?:channel|start)\|>\s{0,2}\w{0,20}|<[/|]?[\w:]{0,24}\|?>?|\[/?[A-Za-z]{0,5}\]?|◁/?\w{0,5}▷?"
)
_NAMED_AFTER = ("<|channel|>", "<|start|>")
"""Marks that a word belongs to, which follows them."""

_BARE_FINAL = "assistantfinal"
"""What is left of the mark before an answer where the server took the signs out."""


@dataclass(slots=True)
class Habit:
    """How a model is known to reply."""

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
            if self._held or char in "<[◁":
                self._held = longer
                if char in ">]▷" and not longer.startswith(_NAMED_AFTER):
                    yield from self._settled()
            else:
                yield from self._passed(char)

    def close(self) -> Iterator[str | None]:
        """Give out what was held back, when the reply is over."""
        return self._settled()

    def _settled(self) -> Iterator[str | None]:
        """What was held back is a mark, or text after all."""
        held, self._held = self._held, ""
        if _CLOSES.fullmatch(held):
            yield from self._ended()
        elif _OPENS.fullmatch(held):
            self._inside = True
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
