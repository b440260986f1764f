"""Words as they are compared: folded, stemmed, without the ones that carry no meaning.

Terms are made from copies. They are what the lexical index holds and what coverage counts; no
term is ever shown. When the same text comes to other terms than before, `index.split.SCHEME` has
to change.
"""

import re
import threading
import unicodedata
from functools import lru_cache

from snowballstemmer import stemmer  # type: ignore[import-untyped]

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., e.g.
    r"|\d+(?:[.,]\d+)*"  # 1,000.5
    r"|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"  # scripts written without spaces: by character
    r"|[^\W_]+(?:['’][^\W_]+)*"
)
_POSSESSIVE = re.compile(r"['’]s$|['’]$")

FUNCTION_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always am
    among an and another any anybody anyone anything are aren't around as at away be because been
    before being below between both but by can can't cannot could couldn't did didn't do does
    doesn't doing don't done down during each either else ever every everybody everyone everything
    few for from further get gets getting give given gives go goes going gone got had hadn't has
    hasn't have haven't having he he'd he'll he's her here hers herself him himself his how however
    i i'd i'll i'm i've if in instead into is isn't it it's its itself just know let let's like
    made make makes making many may maybe me might mine more most much must my myself neither no
    nobody none nor not nothing now of off often on once one only onto or other others our ours
    ourselves out over own per perhaps please quite rather really same say shall she she'd she'll
    she's should shouldn't since so some somebody someone something still such tell than that
    that's the their theirs them themselves then there there's therefore these they they'd they'll
    they're they've thing things this those though through thus to together too toward towards
    under until up upon us very via was wasn't way we we'd we'll we're we've well were weren't
    what what's whatever when whenever where wherever whether which whichever while who who's
    whoever whole whom whose why will with within without won't would wouldn't yet you you'd
    you'll you're you've your yours yourself yourselves
    """.split()  # noqa: SIM905 - a list of three hundred would be unreadable
)
"""English words that say how a sentence hangs together rather than what it is about."""


class _Stemmer(threading.local):
    """Snowball's, one a thread: it keeps the word that it is at work on in itself."""

    def __init__(self) -> None:
        self.stem = stemmer("english").stemWord


_STEMMER = _Stemmer()


def terms(text: str) -> list[str]:
    """Split a text into terms, in order and with repetitions.

    Example:
        >>> terms("Who's selling the U.S. 1,000 face-scanning cameras?")
        ['sell', 'u.s', '1000', 'face', 'scan', 'camera']
    """
    return [term for word in words(text) if (term := term_of(word))]


def words(text: str) -> list[str]:
    """Split a text into words as written."""
    return _WORD.findall(text)


@lru_cache(maxsize=200_000)
def term_of(word: str) -> str:
    """Fold and stem one word; the empty string for a function word."""
    if word in {"US", "UK", "EU", "UN"}:
        return f"{word[0]}.{word[1]}".lower()
    folded = fold(word)
    if folded in FUNCTION_WORDS:
        return ""
    if folded[0].isdigit():
        return folded.replace(",", "").rstrip(".")
    if "." in folded:
        return folded.rstrip(".")
    bare = _POSSESSIVE.sub("", folded).replace("'", "")
    return "" if bare in FUNCTION_WORDS else str(_STEMMER.stem(bare))


def fold(text: str) -> str:
    """Fold case, compatibility forms, accents and curly apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)) or text
