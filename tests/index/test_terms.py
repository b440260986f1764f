import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from Stemmer import Stemmer  # type: ignore[import-not-found]

from index import languages
from index.terms import fold, term_of, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The lamps hang over a door.", ["lamp", "hang", "door"], id="stems"),
        pytest.param("lamp Lamp lamp", ["lamp", "lamp", "lamp"], id="repetitions stay"),
        pytest.param("What did they get from it?", [], id="function words"),
        pytest.param("Amazon's and Jones’ lamps", ["amazon", "jone", "lamp"], id="possessives"),
        pytest.param("Café Zürich ﬁne", ["cafe", "zurich", "fine"], id="accents and ligatures"),
        pytest.param("3.5 1,000,000 2020.", ["3.5", "1000000", "2020"], id="numbers"),
        pytest.param("U.S. US us U.K.", ["u.s", "u.s", "u.k"], id="abbreviations"),
        pytest.param("漢字かな", ["漢", "字", "か", "な"], id="no spaces between words"),
        pytest.param("Лампа", ["лампа"], id="Cyrillic"),
        pytest.param("cafe\u0301s", ["cafe"], id="accents apart"),
        pytest.param("NFL赛", ["nfl", "赛"], id="scripts side by side"),
        pytest.param("<|endoftext|> \x00 \ud800 😀 —", ["endoftext"], id="no words"),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "Las lámparas más altas de los faros", ["lamp", "altas", "far"]),
        ("de", "Die Häuser der Straßen sind größer.", ["haus", "strass", "gross"]),
        ("fr", "L’homme qu’elle aimait n’était pas là.", ["homm", "aim", "la"]),
        ("it", "dell'acqua nell’oceano", ["acqua", "oce"]),
        ("tr", "Ankara'nın evleri ve Ankara", ["ankar", "ev", "ankar"]),
        ("ru", "Маяки стояли у моря", ["маяк", "стоя", "мор"]),
        ("ar", "المنارات في البحر", ["منار", "بحر"]),
        ("hi", "किताबें और किताब", ["किताब", "किताब"]),
        ("zh", "灯塔高。", ["灯", "塔", "高", "灯塔", "塔高"]),
        ("th", "ทะเล", ["ท", "ะ", "เ", "ล", "ทะ", "ะเ", "เล"]),
        ("de", "1.000.000 und 3,5", ["1000000", "3,5"]),
        ("uk", "Лампи і маяки", ["лампи", "і", "маяки"]),
    ],
)
def test_terms_in_other_languages(language: str, text: str, expected: list[str]) -> None:
    assert terms(text, language) == expected


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("es", "¿Cuántos faros había?", "el faro"),
        ("de", "welcher Häuser", "das Haus"),
        ("ru", "в каких городах", "городе"),
        ("zh", "北京大学在哪里", "北京大学"),
    ],
)
def test_a_question_has_the_terms_of_what_it_asks_for(language: str, one: str, other: str) -> None:
    assert set(terms(other, language)) <= set(terms(one, language))


def test_every_stemmer_and_list_that_is_named_is_there() -> None:
    for language in [*languages._LISTED, *languages.RECOGNISABLE]:
        assert len(languages.function_words(language)) > 30, language
    for language in languages._STEMMERS:
        assert languages.stem("lamp", language)


def test_words_are_as_written() -> None:
    assert words("Who's in the U.S. for $1,000.50?") == [
        "Who's",
        "in",
        "the",
        "U.S.",
        "for",
        "1,000.50",
    ]


def test_curly_and_straight_apostrophes_are_the_same() -> None:
    assert terms("Don’t won't Microsoft’s") == terms("Don't won’t Microsoft's") == ["microsoft"]


def test_folding_never_leaves_nothing() -> None:
    assert fold("\u0301") == "\u0301"
    assert fold("ÉCOLE") == "ecole"
    assert fold("किताबों") == "किताबों"  # signs that write a vowel are no accents


def test_function_words_have_no_term() -> None:
    assert term_of("the") == term_of("Would") == ""


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Make threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient_threads")
def test_threads_that_meet_new_words_do_not_mix_them_up() -> None:
    syllables = ("ban", "dol", "fer", "gim", "hus", "kel", "lor", "mat", "nip", "rog", "sut", "tev")
    endings = ("ational", "fulness", "ing", "ies", "ousli")
    cold = ["".join(parts) for parts in product(syllables, syllables, endings)]
    shares = [cold[first::4] for first in range(4)]
    start = threading.Barrier(len(shares))

    def make(share: list[str]) -> list[str]:
        start.wait()
        return [term_of(word) for word in share]

    term_of.cache_clear()
    with ThreadPoolExecutor(len(shares)) as threads:
        made = list(threads.map(make, shares))
    alone = Stemmer("english")
    assert made == [[alone.stemWord(word) for word in share] for share in shares]
