"""Characters that nobody sees: what turns the direction of a text, and what shows nothing at all.

A quote is shown as it is stored, character by character. That holds for what a reader sees only if
no character in it turns the others round, and if those that show nothing are named.
"""

import re
import unicodedata
from collections.abc import Iterator

from index.characters import (
    DIRECTION_MARKS,
    HIDDEN,
    JOINERS,
    SHOWING_NOTHING,
    TURNING,
    VARIATIONS,
)

_OPENING = {
    "\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c",
    "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069",
}  # fmt: skip
"""What sets a direction, and what ends it."""

_TURNING = re.compile(f"[{TURNING}]")
# Between letters that run from right to left these are ordinary; between others they turn numbers.
_TURNING_OR_MARK = re.compile(f"[{TURNING}{DIRECTION_MARKS}]")
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

_SHOWING_NOTHING = re.compile(f"(?![\0\r])[{SHOWING_NOTHING}]")
"""What a quote names; NUL is shown as a sign of its own."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_JOINS = re.compile(f"[{JOINERS}]")
_VARIES = re.compile(f"[{VARIATIONS}]")
_LISTED = 4


def turning(text: str) -> re.Pattern[str]:
    """What in a text may turn the direction of other characters."""
    return _TURNING if _FROM_THE_RIGHT.search(text) else _TURNING_OR_MARK


def closed(text: str) -> str:
    """A text with what ends every direction that it sets, so that it turns nothing after it."""
    waiting: list[str] = []
    for char in text:
        if char in _OPENING:
            waiting.append(_OPENING[char])
        elif char == "\u202c" and waiting[-1:] == [char]:
            waiting.pop()
        elif char == "\u2069" and char in waiting:
            # The end of an isolate ends what was opened in it, too.
            while waiting.pop() != char:
                pass
        elif char in "\n\u2029":
            waiting.clear()
    return text + "".join(reversed(waiting))


def hidden_in(text: str) -> tuple[str, ...]:
    """The kinds of characters in a text that show nothing, in the order in which they come up."""
    return tuple(dict.fromkeys(_hidden(_FLAG.sub("\U0001f3f4", text))))


def codes_of(hidden: tuple[str, ...]) -> str:
    """Such characters by their numbers: `U+202E, U+200B`."""
    return _listed([_code(char) for char in hidden])


def names_of(hidden: tuple[str, ...]) -> str:
    """Such characters by number and name: `U+202E right-to-left override`."""
    return _listed([f"{_code(char)} {_name(char)}" for char in hidden])


def without_hidden(text: str) -> str:
    """A text of which a reader sees every character.

    It is what becomes of what a language model writes or reads, and of what a server says.
    """
    return _HIDDEN.sub(lambda found: " " if found[0].isspace() else "", text)


def _hidden(text: str) -> Iterator[str]:
    from_the_right = _FROM_THE_RIGHT.search(text) is not None
    before = " "
    for char in text:
        if _SHOWING_NOTHING.match(char) and not (
            _is_ordinary(char, before)
            or (from_the_right and _TURNING_OR_MARK.match(char) and not _TURNING.match(char))
        ):
            yield char
        before = char


def _is_ordinary(char: str, before: str) -> bool:
    """Whether it belongs to how the character before it is written, as in emoji and Persian."""
    kind = unicodedata.category(before)
    if _JOINS.match(char):
        return kind in {"Lo", "Lm", "Mn", "Mc", "So", "Sk"}
    return bool(_VARIES.match(char)) and kind not in {"Lu", "Ll", "Zs", "Mn", "Cf", "Cc"}


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _name(char: str) -> str:
    is_control = unicodedata.category(char) == "Cc"  # which Unicode gives no name
    return unicodedata.name(char, "control" if is_control else "unassigned").lower()


def _listed(names: list[str]) -> str:
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")
