"""The names in a claim, and whether its quotes have them: in any inflection, or as an acronym."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.prose.check.numbers import NUMBER_WORDS
from index.terms import FUNCTION_WORDS, fold, term_of

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[’'&][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_MIXED = re.compile(r"(?=.*[^\W\d_])(?=.*\d)")
_OPENS = re.compile(r"(?:^|[.!?:;•(“\"‘«–—-])[\s“\"'‘’«(`]*$")
_CONNECTORS = frozenset(
    """
    of the and for de la le du des von van der den di da in on al el bin
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_ENDINGS = frozenset(
    "s es n an ns ans ian ians ese i is y ic er ers ish ean eans a al d ed ing ist ists ism".split()  # noqa: SIM905
)
_COMMON_ENDINGS = re.compile(
    r"(?:s|ly|ing|ed|tion|sion|ment|ness|ity|ism|ance|ence|ship|hood|ive|able|ible|ful|less)$"
)
_MONTHS = """
    january february march april may june july august september october november december
    """.split()  # noqa: SIM905 - a list would be unreadable
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
CALENDAR = {name: name for name in (*_MONTHS, *_DAYS)} | {
    **{name[:3]: name for name in _MONTHS},
    **{name[:3]: name for name in _DAYS},
    "sept": "september",
    "tues": "tuesday",
    "thur": "thursday",
    "thurs": "thursday",
}
_ISO_DATE = re.compile(r"\b\d{4}-(\d{2})-\d{2}\b")
_STATES = {
    "us": "united states", "usa": "united states", "america": "united states",
    "uk": "united kingdom", "britain": "united kingdom", "eu": "european union",
    "un": "united nations",
}  # fmt: skip
# Capitalised as titles, or as plain words where a style wants it so.
_NO_NAMES = frozenset(
    """
    i mr mrs ms dr prof sir lord lady st president god internet web north south east west
    northern southern eastern western additionally overall later today currently
    finally according based even though since while perhaps often sometimes usually
    generally thus hence besides meanwhile people part due see note visit click please
    """.split()  # noqa: SIM905 - a list would be unreadable
)


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words."""

    words: tuple[str, ...]
    certain: tuple[bool, ...]
    """For each word, whether it must be a name; what begins a sentence may be a plain word."""

    shown: str


class Evidence:
    """What a claim's names are looked up in."""

    def __init__(self, quotes: Sequence[str], documents: str = "") -> None:
        """Read the texts.

        Args:
            quotes: Where the names must be.
            documents: What surrounds the quotes: it says which acronym stands for what, and which
                words are names at all.
        """
        words = [word for quote in quotes for word in words_in(quote)]
        self.folded = {_bare(word) for word in words}
        self.stems = {term_of(_POSSESSIVE.sub("", word)) for word in words} - {""}
        self.initials = {_initials(run) for quote in quotes for run in _capital_runs(quote)}
        self.acronyms = {_letters(word) for word in words if _is_acronym(word)}
        self.calendar = {CALENDAR[word] for word in self.folded if word in CALENDAR}
        self.calendar |= {
            _MONTHS[int(month) - 1]
            for quote in quotes
            for month in _ISO_DATE.findall(quote)
            if 1 <= int(month) <= 12  # noqa: PLR2004 - a year's
        }
        self._documents = documents

    def missing(self, name: Name) -> tuple[str, ...]:
        """The words of a name that are not there."""
        if self._is_spelled_out(name.words) or self._is_state(name.shown):
            return ()
        return tuple(
            word
            for word, certain in zip(name.words, name.certain, strict=True)
            if not self._has(word, certain=certain)
        )

    def _has(self, word: str, *, certain: bool) -> bool:
        bare = _bare(word)
        if bare in CALENDAR and (certain or bare not in {"may", "march", "sun", "sat"}):
            return CALENDAR[bare] in self.calendar
        if bare in self.folded or term_of(_POSSESSIVE.sub("", word)) in self.stems:
            return True
        if _is_acronym(word) and self._is_introduced(_letters(word)):
            return True
        if any(_are_inflections(bare, other) for other in self.folded):
            return True
        return self._is_state(word) or (not certain and not self._is_used_as_name(word))

    def _is_introduced(self, letters: str) -> bool:
        return letters in self.initials and bool(re.search(rf"\b{letters}\b", self._documents))

    def _is_spelled_out(self, words: Sequence[str]) -> bool:
        """Whether the quotes have the acronym of a name that the documents spell out."""
        initials = _initials(words)
        if len(words) < 2 or initials not in self.acronyms:  # noqa: PLR2004 - one word has none
            return False
        return " ".join(words) in " ".join(words_in(self._documents))

    def _is_state(self, name: str) -> bool:
        bare = _letters(name).lower() if "." in name else fold(name)
        full = _STATES.get(bare, bare)
        known = {_STATES.get(word.replace(".", ""), word) for word in self.folded}
        return full in _STATES.values() and (full in known or set(full.split()) <= self.folded)

    def _is_used_as_name(self, word: str) -> bool:
        """Whether a word that begins a claim is a name elsewhere, or can't be a plain word."""
        bare = re.escape(_POSSESSIVE.sub("", word))
        if re.search(rf"(?<![.!?:“\"•\n])[ (]{bare}\b", self._documents):
            return True
        if re.search(rf"\b{re.escape(_POSSESSIVE.sub('', word).lower())}\b", self._documents):
            return False
        return not _COMMON_ENDINGS.search(fold(word))


def words_in(text: str) -> list[str]:
    """The words of a text as written; `U.S.` is one."""
    return _WORD.findall(text)


def names_of(claim: str) -> Iterator[Name]:
    """Find the names in a claim."""
    run: list[tuple[str, bool, int, int]] = []
    for match in _WORD.finditer(claim):
        word = match[0]
        opens = bool(_OPENS.search(claim[: match.start()]))
        joined = run and re.fullmatch(r"[\s.&-]{1,3}|’s |'s ", claim[run[-1][3] : match.start()])
        if run and not joined:
            yield _name(run, claim)
            run = []
        if _is_name(word, opens=opens):
            run.append((word, not opens or _is_surely_name(word), match.start(), match.end()))
        elif run and word in _CONNECTORS and re.match(r"\s+[A-Z]", claim[match.end() :]):
            continue
        elif run:
            yield _name(run, claim)
            run = []
    if run:
        yield _name(run, claim)


def is_name(word: str) -> bool:
    """Whether a word within a sentence is written as a name."""
    return _is_name(word, opens=False)


def _name(run: Sequence[tuple[str, bool, int, int]], claim: str) -> Name:
    certain = [sure for _, sure, _, _ in run]
    if len(run) > 1 and not certain[0]:
        # "Amazon Prime" at the beginning: the second word's capital makes a name of both,
        # unless the first is a plain opener.
        certain[0] = fold(run[0][0]) not in FUNCTION_WORDS
    shown = claim[run[0][2] : run[-1][3]]
    return Name(tuple(word for word, *_ in run), tuple(certain), shown)


def _is_name(word: str, *, opens: bool) -> bool:
    bare = _POSSESSIVE.sub("", word)
    if fold(bare) in _NO_NAMES or fold(bare) in NUMBER_WORDS or len(bare.strip(".")) < 2:  # noqa: PLR2004 - an initial
        return False
    if fold(bare) in FUNCTION_WORDS and bare not in {"US", "IT", "WHO", "May", "Will"}:
        return False
    if bare in {"May", "Will"}:
        return not opens
    return any(char.isupper() for char in bare) or bool(_MIXED.match(bare) and bare[0].isalpha())


def _is_surely_name(word: str) -> bool:
    bare = _POSSESSIVE.sub("", word)
    return sum(char.isupper() for char in bare) > 1 or bool(_MIXED.match(bare))


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", fold(word)).rstrip(".")


def _is_acronym(word: str) -> bool:
    letters = _letters(word)
    return 2 <= len(letters) <= 8 and letters.isupper() and letters.isalpha()  # noqa: PLR2004


def _letters(word: str) -> str:
    return _POSSESSIVE.sub("", word).replace(".", "")


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words if word[0].isupper())


def _capital_runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of capitalised words, and every part of one."""
    run: list[str] = []
    for word in [*words_in(text), ""]:
        if word and word[0].isupper():
            run.append(word)
        elif word not in _CONNECTORS or not word:
            for start in range(len(run)):
                for end in range(start + 2, min(len(run), start + 8) + 1):
                    yield tuple(run[start:end])
            run = []


def _are_inflections(one: str, other: str) -> bool:
    """Canada, Canadian; Germany, German: the longer one is the shorter with an ending."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4:  # noqa: PLR2004 - shorter ones begin too many other words
        return False
    if long.startswith(short):
        return long[len(short) :] in _ENDINGS
    stem = short[:-1]
    return len(stem) > 3 and long.startswith(stem) and {short[-1:], long[len(stem) :]} <= _ENDINGS  # noqa: PLR2004
