"""Questions as people type them in haste."""

import random
import re

from benchmarks.baselines import STOP_WORDS

CONTENT = 4
"""Letters of the shortest word that a slip is made in."""

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ROWS
    for place, key in enumerate(row)
}
"""The keys left and right of a letter's."""

_WORD = re.compile(r"[^\W\d_]+")
_ASKING = frozenset(
    re.findall(
        r"\w+",
        """
        have has had having does doing were been being about from into many much some than they
        them whom whose your would could should
        """,
    )
)


def slipped(text: str, seed: str) -> str:
    """A question with one slip in one of its content words, always the same for a seed.

    Two neighbours are swapped, or a letter is left out, doubled, or the one beside it on the
    keyboard; never a word's first. A text without a content word stays as it is.
    """
    chance = random.Random(seed)
    found = [one for one in _WORD.finditer(text) if _is_content(one.group())]
    if not found:
        return text
    chosen = chance.choice(found)
    return text[: chosen.start()] + _slip(chosen.group(), chance) + text[chosen.end() :]


def careless(text: str) -> str:
    """A question in small letters, without its question mark."""
    return text.lower().rstrip(" ?")


def _is_content(word: str) -> bool:
    plain = word.lower()
    return len(word) >= CONTENT and plain not in STOP_WORDS and plain not in _ASKING


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    made = chance.choice((_swapped, _dropped, _doubled, _mistyped))(word, place, chance)
    return made if made != word else _doubled(word, place, chance)


def _swapped(word: str, place: int, _: random.Random) -> str:
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _dropped(word: str, place: int, _: random.Random) -> str:
    return word[:place] + word[place + 1 :]


def _doubled(word: str, place: int, _: random.Random) -> str:
    return word[:place] + word[place] + word[place:]


def _mistyped(word: str, place: int, chance: random.Random) -> str:
    beside = BESIDE.get(word[place].lower(), "")
    return word[:place] + chance.choice(beside) + word[place + 1 :] if beside else word
