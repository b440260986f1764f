from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from index.build import build
from index.document import Span
from index.mentions import hits_in, mentions, too_common
from index.scope import Scope, part_of
from index.settings import Settings
from index.store import Store
from tests.fakes import BagOfWords

Held = Callable[..., Store]


@pytest.fixture
def held(settings: Settings) -> Iterator[Held]:
    opened: list[Store] = []

    def make(**texts: str) -> Store:
        for name, text in texts.items():
            (settings.sources / f"{name}.txt").write_text(text, "utf-8")
        build(settings, embedding=BagOfWords())
        opened.append(Store.open(settings.store))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def test_documents_are_found_by_all_the_words_in_any_form(held: Held) -> None:
    store = held(
        many="Cancers are studied. The cancer ward closed. Nothing else.",
        one="A ward for cancer opened.",
        none="The ward was painted.",
    )
    found = mentions(store, "cancer")
    assert [(one.document_id, one.times) for one in found] == [("many.txt", 2), ("one.txt", 1)]
    texts = [span.of(store.document("many.txt").text) for span in found[0].sentences]
    assert texts == ["Cancers are studied.", "The cancer ward closed."]
    assert [one.document_id for one in mentions(store, "the cancer ward")] == [
        "many.txt",
        "one.txt",
    ]
    assert mentions(store, "cancer ward")[0].times == 1  # the sentence that holds both


def test_words_may_stand_in_different_sentences_and_phrases_may_not(held: Held) -> None:
    store = held(apart="The lamp burns. Anna sleeps.", close="Anna lit the old  lamp at dusk.")
    assert {one.document_id for one in mentions(store, "lamp Anna")} == {"apart.txt", "close.txt"}
    assert [one.document_id for one in mentions(store, "“old lamp” Anna")] == ["close.txt"]
    assert mentions(store, '"lamp old"') == []


def test_a_phrase_and_a_word_beside_it_may_stand_apart(held: Held) -> None:
    store = held(
        licence="It is free software. The license is free, the software old. A license follows.",
        other="Software that is free has a license.",
    )
    (found,) = mentions(store, '"free software" license')
    text = store.document("licence.txt").text
    assert found.document_id == "licence.txt"
    assert [span.of(text) for span in found.sentences] == ["It is free software."]


def test_a_phrase_is_of_whole_words(held: Held) -> None:
    store = held(part="The cart is gone.", whole="Art is long; the art is here.")
    assert [one.document_id for one in mentions(store, '"art is"')] == ["whole.txt"]
    chinese = "他在北京大学学习。" * 3
    assert mentions(held(zh=chinese), "“北京大学”")[0].document_id == "zh.txt"


def test_words_that_are_everywhere_are_told(held: Held) -> None:
    languages = held(a="Anna sleeps.").languages()
    assert too_common("the of", languages)
    assert not too_common("the lamp", languages)
    assert not too_common("?!", languages)


@pytest.mark.parametrize("wanted", ["", "the of", "?!", "zeppelin", '"', "NEAR( lamp* ^ -"])
def test_what_nothing_says_is_found_nowhere(held: Held, wanted: str) -> None:
    assert mentions(held(a="Anna sleeps."), wanted) == []


def test_a_scope_is_kept_to_and_every_language_has_its_forms(held: Held) -> None:
    german = "Die Häuser der Stadt wurden im Krieg zerstört und danach wieder aufgebaut. "
    store = held(de=german * 3, en="The house of the captain was sold.", other="A house burned.")
    assert [one.document_id for one in mentions(store, "Haus")] == ["de.txt"]
    with closing(store):
        part = part_of(store, Scope(documents=("other.txt",)))
        assert [one.document_id for one in mentions(part, "houses")] == ["other.txt"]


def test_a_function_word_of_one_language_hides_no_document_in_another(held: Held) -> None:
    german = "Die Häuser der Stadt wurden im Krieg zerstört und danach wieder aufgebaut. "
    store = held(en="The council adopted the ban on sales in March.", de=german * 3)
    assert [one.document_id for one in mentions(store, "the ban on sales")] == ["en.txt"]
    assert [one.document_id for one in mentions(store, "die Stadt")] == ["de.txt"]
    text = store.document("en.txt").text
    hits = hits_in(text, "the ban on sales", store.languages())
    assert [span.of(text) for span in hits] == ["ban", "sales"]


def test_hits_are_the_words_as_they_stand() -> None:
    text = "Cancers, a cancer’s ward."
    assert [span.of(text) for span in hits_in(text, "the cancer", ["en"])] == [
        "Cancers",
        "cancer’s",
    ]
    ward = "The cancer ward, a ward for cancer."
    assert [span.of(ward) for span in hits_in(ward, '"the cancer ward" wards', ["en"])] == [
        "The cancer ward",
        "ward",
    ]
    assert hits_in(text, "", ["en"]) == []
    assert hits_in("", "cancer", ["en"]) == list[Span]()
