"""Which language a text is in: by its script, by letters that only some have, by function words.

What a file says of its language is believed where the text does not say otherwise: programs write
their own language into what people write in another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache

from index.languages import ENGLISH, RECOGNISABLE, function_words, plain, primary
from index.terms import words

SAMPLE = 2000
"""Characters that are looked at, from the beginning, and as many from the middle."""

SHARE = 0.05
"""Share of a text's words that must be function words of its language alone; one that several
languages have counts in parts."""

DIFFERENT = 3
"""How many different ones there must be: a table repeats one as often as it likes."""

AHEAD = 1.5
"""How many times as many as English has it takes to be another language."""

_SCRIPTS = {
    "und-Latn": r"[^\W\d_\u0250-\U0010ffff]|[\u1e00-\u1eff]",
    "ru": r"[\u0400-\u052f]",
    "el": r"[\u0370-\u03ff\u1f00-\u1fff]",
    "hy": r"[\u0530-\u058f]",
    "he": r"[\u05d0-\u05ea]",
    "ar": r"[\u0620-\u064a\u066e-\u06d3]",
    "hi": r"[\u0900-\u0963\u0970-\u097f]",
    "bn": r"[\u0980-\u09e5]",
    "ta": r"[\u0b80-\u0bff]",
    "th": r"[\u0e00-\u0e4f]",
    "lo": r"[\u0e80-\u0ecf]",
    "my": r"[\u1000-\u109f]",
    "ka": r"[\u10a0-\u10ff]",
    "km": r"[\u1780-\u17d3]",
    "ja": r"[\u3041-\u30ff]",
    "ko": r"[\uac00-\ud7a3]",
    "zh": r"[\u3400-\u9fff\uf900-\ufaff]",
}
"""Scripts by the language that is most often written so."""

_ALSO = {
    "ru": {"be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "uk"},
    "ar": {"ckb", "fa", "ps", "sd", "ug", "ur"},
    "he": {"yi"},
    "hi": {"kok", "mai", "mr", "ne", "sa"},
    "bn": {"as"},
    "zh": {"wuu", "yue"},
}
"""Others that are written so, which a file is believed when it says them."""

_OWN_LETTERS = {
    "und-Latn": {
        "tr": "ğı",
        "vi": "ạảấầậắặẹẻếềểệịọỏốồổộớờởợụủứừửữựỳỹ",
        "pl": "łąę",
        "cs": "řěů",
        "hu": "őű",
    },
    "ru": {"uk": "їєґ", "be": "ў", "sr": "ђћџљњј", "kk": "әғқңөұһ"},
    "ar": {"ur": "ٹڈڑںے", "fa": "پچژگ"},
}
"""Letters of those, by which their texts are told."""


def language_of(text: str, said: str = "") -> str:
    """Tell a text's language.

    Args:
        text: The whole text.
        said: The language that it says it is in, as a BCP 47 tag.

    Returns:
        A BCP 47 tag; empty if it can't be told.
    """
    middle = max(SAMPLE, len(text) // 2)
    sample = text[:SAMPLE] + text[middle : middle + SAMPLE]
    script = _script_of(sample)
    found = (script == "und-Latn" and _by_function_words(sample)) or _by_letters(sample, script)
    if not said or primary(said) == found:
        return said or found
    return said if _is_believable(primary(said), found, script) else found


def language_asked_in(question: str) -> str:
    """Tell a question's language, as far as its few words do; empty if they don't."""
    script = _script_of(question)
    if script != "und-Latn":
        return _by_letters(question, script)
    counts, _ = _counted(question)
    best = sorted(counts, key=lambda language: (-counts[language], language))[:2]
    if not best or (len(best) > 1 and counts[best[0]] < AHEAD * counts[best[1]]):
        return ""
    return best[0]


def _is_believable(said: str, found: str, script: str) -> bool:
    """Whether a text may be in the language that it says, which is not the one found."""
    of_script = {script, *_ALSO.get(script, ())}
    if script == "und-Latn":
        return not found and not any(said in {one, *_ALSO.get(one, ())} for one in _SCRIPTS)
    return said in of_script and found in {script, ""}


def _script_of(sample: str) -> str:
    """The script of most letters, by its commonest language; empty if there are none."""
    if sample.isascii():
        return "und-Latn"
    counts = {code: len(one.findall(sample)) for code, one in _patterns().items()}
    if counts["ja"] * 20 > counts["zh"]:  # kanji are the same characters
        counts["ja"] += counts.pop("zh")
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] else ""


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {code: re.compile(pattern) for code, pattern in _SCRIPTS.items()}


def _by_letters(sample: str, script: str) -> str:
    """Of the languages of a script the one whose own letters occur; else the commonest."""
    small = sample.lower()
    for language, letters in _OWN_LETTERS.get(script, {}).items():
        if sum(small.count(letter) for letter in letters) * 200 > len(small):
            return language
    return "" if script == "und-Latn" else script


def _by_function_words(sample: str) -> str:
    counts, total = _counted(sample)
    if not counts:
        return ""
    best = min(counts, key=lambda language: (-counts[language], language))
    if counts[best] < SHARE * total or _different(sample, best) < DIFFERENT:
        return ""
    is_other = best == ENGLISH or counts[best] >= AHEAD * counts[ENGLISH]
    return best if is_other else ""


def _counted(sample: str) -> tuple[Counter[str], int]:
    """How many function words of each language there are, and how many words at all."""
    known = _owners()
    counts: Counter[str] = Counter()
    said = words(plain(sample))
    for word, times in Counter(said).items():
        owners = known.get(word, ())
        for language in owners:
            counts[language] += times / len(owners)  # type: ignore[assignment]
    return counts, len(said)


def _different(sample: str, language: str) -> int:
    return len({word for word in words(plain(sample)) if language in _owners().get(word, ())})


@cache
def _owners() -> Mapping[str, tuple[str, ...]]:
    """The languages that have each function word."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for language in sorted(RECOGNISABLE):
        for word in function_words(language):
            if len(word) > 1:  # letters alone are formulas and initials in any language
                found[word].append(language)
    return {word: tuple(languages) for word, languages in found.items()}
