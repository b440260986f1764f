"""Whether two texts are in one language, by the small words in them.

Names and most numbers are the same in many languages, so only words without a capital count.
"""

from collections.abc import Collection
from functools import lru_cache

from index.terms import FUNCTION_WORDS, fold, words

_ENGLISH = 0.2
"""Share of English function words from which on a text is held to be English."""

_FOREIGN = 0.3
"""Share of a text's words that another has, below which the two may be in different languages."""

_FEWEST = 4
"""Words that it takes to tell."""


def is_english(text: str) -> bool:
    """Whether a text is English, as far as can be told."""
    return _share(_small_words(text), FUNCTION_WORDS) >= _ENGLISH


def is_foreign_to(text: str, documents: str) -> bool | None:
    """Whether a text is in another language than documents; None if it is too short to tell."""
    small = _small_words(text)
    if len(small) < _FEWEST:
        return None
    is_unknown = _share(small, _vocabulary(documents)) < _FOREIGN
    return is_unknown and is_english(text) != is_english(documents)


def _small_words(text: str) -> list[str]:
    found = (word for word in words(text) if word[0].isalpha() and not word[0].isupper())
    return [fold(word) for word in found if word != "a"]  # a word in many languages


def _share(small: list[str], known: Collection[str]) -> float:
    """The share of known ones among words; 1 if there are too few to tell."""
    return sum(word in known for word in small) / len(small) if len(small) >= _FEWEST else 1.0


@lru_cache(maxsize=16)
def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words(text))
