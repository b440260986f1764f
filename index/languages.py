"""What is known of languages: their stemmers, and their function words.

A language goes by the first part of its BCP 47 tag, in small letters: `de` for de-AT.
"""

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from Stemmer import Stemmer  # type: ignore[import-not-found]

from index.llama import static_folder

if TYPE_CHECKING:
    from collections.abc import Callable

ENGLISH = "en"
"""What a text is read as whose language can't be told."""

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

SPACELESS = frozenset({"ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages written without spaces between words."""

NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})
"""Languages in which a capital letter does not tell a name."""

_ENGLISH = frozenset(
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
"""More words than Snowball lists: what a question says of nothing."""

_LISTED = frozenset(
    {"ar", "ca", "da", "de", "el", "es", "eu", "fi", "fr", "hu", "id", "it", "nb", "ne", "nl", "nn",
     "no", "pt", "ro", "ru", "sv", "ta", "tr"}
)  # fmt: skip
"""Languages of which llama-index-core brings Snowball's list of function words."""

RECOGNISABLE = frozenset(
    {"ca", "cs", "da", "de", "en", "es", "eu", "fi", "fr", "hu", "id", "it", "nl", "no", "pl", "pt",
     "ro", "sv", "tr", "vi"}
)  # fmt: skip
"""Languages in Latin letters whose function words are known, one of those that share them."""

_MORE = {
    "cs": "a aby ale ani bez byl byla bylo byly být co do i jak jako je jeho její jejich jen jsem "
    "jsou k kde kdo kdy který která které kteří když ke kolik mezi na nebo než o od po pod podle "
    "pro proč protože před při s se si tak také tedy ten to u v ve za ze že",
    "da": "hvem hvilke hvilken hvilket hvorfor hvornår hvorledes",
    "de": "wann warum welch wem wen wer wessen weshalb wieso wieviel wieviele viel viele "
    "woher wohin worden wurde wurden",
    "es": "cuál cuáles cuándo cuánta cuántas cuánto cuántos cómo dónde fue fueron según",
    "fr": "combien comment où pourquoi quand quel quelle quelles quels quoi",
    "hi": "और का की के को कब कहाँ कितना कितनी कितने कौन कौनसा क्या क्यों कैसे था थी थे पर में ने यह "
    "से है हैं ही भी जो वह किस",
    "it": "cosa quale quali quando quanta quante quanti quanto",
    "nl": "hoe hoeveel waarom wanneer welk welke",
    "no": "hva hvem hvilke hvilken hvilket hvor hvordan hvorfor når",
    "pl": "a ale albo bez był była było były być co czy dla do gdy gdzie go i ich ile jak jaki "
    "jaka jakie jako jego jej jest już kiedy kto która które który którzy lub ma na nad nie niż o "
    "od oraz po pod przed przez przy się są ta tak także te tego tej ten to tym w we z za ze że",
    "pt": "onde quais quanta quantas quanto quantos quê",
    "ru": "где когда который которая которое которые куда откуда почему сколько какие какое каких",
    "sv": "hur varför vad var vem vilka vilken vilket när",
    "tr": "hangi hangisi kaç kim kimin nasıl ne neden nerede niçin olan olarak",
    "vi": "bao các cái chỉ cho có của cũng đã đang đâu để đến đó được gì hay khi không là lúc mà "
    "một nào này ngày nhiêu như nhưng những ở rằng sẽ tại thì theo trên trong từ và vào về với vì",
}
"""The commonest function words of languages that have no such list, and words that ask, which
Snowball's lists often leave out."""


class _Stemmers(threading.local):
    """Snowball's, one a thread: each keeps the word that it is at work on in itself."""

    def __init__(self) -> None:
        self._made: dict[str, Callable[[str], str]] = {}

    def stem(self, word: str, language: str) -> str:
        if language not in self._made:
            name = _STEMMERS.get(language)
            self._made[language] = Stemmer(name).stemWord if name else str
        return self._made[language](word)


_OF_THREAD = _Stemmers()


def primary(tag: str) -> str:
    """The language of a BCP 47 tag; English for none."""
    return tag.replace("_", "-").partition("-")[0].lower() or ENGLISH


def stem(word: str, language: str) -> str:
    """The stem of a word in small letters; the word itself in a language without a stemmer."""
    return _OF_THREAD.stem(word, language)


@cache
def function_words(language: str) -> frozenset[str]:
    """The words that say how a sentence hangs together, in small letters; none if not known."""
    if language == ENGLISH:
        return _ENGLISH
    listed = _MORE.get(language, "")
    folder = static_folder()
    if folder and language in _LISTED:
        file = folder / "nltk_cache" / "corpora" / "stopwords" / _STEMMERS[language]
        listed += f"\n{file.read_text('utf-8')}" if file.is_file() else ""
    return frozenset(plain(listed).split())


def plain(text: str) -> str:
    """A text in small letters and with straight apostrophes, as function words are listed."""
    return unicodedata.normalize("NFC", text.replace("’", "'").casefold())
