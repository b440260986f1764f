"""Characters that nobody sees: what turns the direction of a text, and what shows nothing at all.

A quote is shown as it is stored, character by character. That holds for what a reader sees only if
no character in it turns the others round, and if those that show nothing are named.
"""

import re
import unicodedata
from collections.abc import Iterator

_OPENING = {
    "\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c",
    "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069",
}  # fmt: skip
"""What sets a direction, and what ends it."""

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Between letters that run from right to left these are ordinary; between others they turn numbers.
_TURNING_OR_MARK = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""What shows nothing although Unicode does not count it among the format characters."""

_SEEN = re.compile("[\0\t\n\r\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
"""Controls and format characters that do show; NUL is shown as a sign of its own."""

_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_JOINS = re.compile("[\u200c\u200d]")
_VARIES = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LISTED = 4

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e01ef\U000f0000-\U0010ffff]"
)
"""What is taken out of what a language model writes, or a server says: these, and what means
something to a program alone, such as characters for private use."""


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
    return _listed([f"{_code(c)} {unicodedata.name(c, 'control').lower()}" for c in hidden])


def _hidden(text: str) -> Iterator[str]:
    from_the_right = _FROM_THE_RIGHT.search(text) is not None
    before = " "
    for char in text:
        if _shows_nothing(char) and not (
            _is_ordinary(char, before)
            or (from_the_right and _TURNING_OR_MARK.match(char) and not _TURNING.match(char))
        ):
            yield char
        before = char


def _shows_nothing(char: str) -> bool:
    if _BLANK.match(char):
        return True
    return unicodedata.category(char) in {"Cf", "Cc"} and not _SEEN.match(char)


def _is_ordinary(char: str, before: str) -> bool:
    """Whether it belongs to how the character before it is written, as in emoji and Persian."""
    kind = unicodedata.category(before)
    if _JOINS.match(char):
        return kind in {"Lo", "Lm", "Mn", "Mc", "So", "Sk"}
    return bool(_VARIES.match(char)) and kind not in {"Lu", "Ll", "Zs", "Mn", "Cf", "Cc"}


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _listed(names: list[str]) -> str:
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def without_hidden(text: str) -> str:
    """A text of which a reader sees every character."""
    return HIDDEN.sub("", text)
