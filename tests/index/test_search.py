import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.build import build
from index.embed import embed_question, load_embedding
from index.search import K1, B, ChunkHit, Hit, search
from index.settings import Settings
from index.store import Store
from tests.conftest import ARTICLE
from tests.documents import FARO, LEUCHTTURM, LIGHTHOUSE
from tests.fakes import BagOfWords

if TYPE_CHECKING:
    from pathlib import Path

Found = list[tuple[str, float]]


@pytest.fixture
def indexed(settings: Settings) -> Iterator[Callable[..., Store]]:
    """Index some texts with the bag of words, and open the store."""
    opened: list[Store] = []

    def indexed(*texts: str) -> Store:
        for number, text in enumerate(texts):
            (settings.sources / f"{number}.txt").write_text(text)
        build(settings, embedding=BagOfWords())
        opened.append(Store.open(settings.store))
        return opened[-1]

    yield indexed
    for store in opened:
        store.close()


def ask(store: Store, question: str, k: int = 5) -> list[ChunkHit]:
    return search(store, question, embed_question(BagOfWords(), question), k)


def best_sentences(store: Store, found: list[ChunkHit]) -> list[str]:
    """The best sentence of each chunk."""
    return [
        max(chunk.hits, key=lambda hit: hit.score).sentence.span.of(
            store.document(chunk.chunk.document_id).text
        )
        for chunk in found
    ]


def test_order_is_the_one_that_is_computed_by_hand(indexed: Callable[..., Store]) -> None:
    store = indexed("red lamp", "red door", "lamp lamp", "green boat")
    found = ask(store, "red lamp")
    assert best_sentences(store, found) == ["red lamp", "lamp lamp", "red door", "green boat"]
    # Both words stand in two of the four sentences and weigh the same; each sentence has two terms.
    once = (K1 + 1) / (1 + K1)
    twice = 2 * (K1 + 1) / (2 + K1)
    # Of its title, which is the same, and its sentence: four terms where two are usual.
    norm = K1 * (1 - B + B * 4 / 2)
    expected = {
        "red lamp": (1.0, once, 2 * (K1 + 1) / (2 + norm)),
        "red door": (0.5, once / 2, 2 * (K1 + 1) / (2 + norm) / 2),
        "lamp lamp": (1 / math.sqrt(2), twice / 2, 4 * (K1 + 1) / (4 + norm) / 2),
        "green boat": (0.0, 0.0, 0.0),
    }
    for chunk in found:
        (hit,) = chunk.hits
        cosine, cover, passage_cover = expected[chunk.chunk.title]
        assert hit.signals.cosine == pytest.approx(cosine, abs=2e-3)
        assert hit.signals.cover == pytest.approx(cover)
        assert hit.score == pytest.approx(
            hit.signals.cosine + 0.2 * hit.signals.cover + 0.2 * hit.signals.passage_cover
        )
        assert hit.signals.passage_cover == pytest.approx(passage_cover)
    scores = [chunk.score for chunk in found]
    assert scores == sorted(scores, reverse=True)


def test_term_in_most_sentences_still_counts(indexed: Callable[..., Store]) -> None:
    store = indexed("The lamp burns.\n\nThe lamp fell.\n\nA lamp hangs.\n\nThe boat sank.")
    (chunk,) = ask(store, "lamp")
    covers = [hit.signals.cover for hit in chunk.hits]
    assert all(cover > 0.5 for cover in covers[:3])
    assert covers[3] == 0


def test_chunk_comes_whole_with_the_sentences_that_were_found(
    indexed: Callable[..., Store],
) -> None:
    store = indexed(*("\n\n".join(f"Lamp {n} of {m}." for n in range(9)) for m in range(9)))
    found = ask(store, "Lamp 7 of 3", k=9)
    assert all(len(chunk.sentences) == 9 for chunk in found)
    assert 0 < sum(len(chunk.hits) for chunk in found) < 81
    for chunk in found:
        assert {hit.sentence for hit in chunk.hits} <= set(chunk.sentences)
        assert all(hit.signals.cosine > 0 for hit in chunk.hits)


def test_rare_words_weigh_more_than_frequent_ones(indexed: Callable[..., Store]) -> None:
    store = indexed(
        "The lamp of Anna burns.", "The lamp of Bert burns.", "The zeppelin of Carl burns."
    )
    found = ask(store, "zeppelin lamp")
    covers = {chunk.chunk.document_id: chunk.hits[0].signals.cover for chunk in found}
    assert covers["2.txt"] > covers["0.txt"] > 0


def test_title_and_heading_count_for_the_passage(indexed: Callable[..., Store]) -> None:
    store = indexed("Zeppelins\n\nIt burns at night.", "Boats\n\nIt burns at night.")
    found = ask(store, "Which zeppelin burns?")
    by_document = {chunk.chunk.document_id: chunk.hits[-1].signals for chunk in found}
    assert by_document["0.txt"].cover == by_document["1.txt"].cover > 0
    assert by_document["0.txt"].passage_cover > by_document["1.txt"].passage_cover


def test_k_is_how_many_chunks_are_found(indexed: Callable[..., Store]) -> None:
    store = indexed(*(f"Lamp {number} burns." for number in range(9)))
    assert [len(ask(store, "lamp", k)) for k in (1, 3, 20)] == [1, 3, 9]


@pytest.mark.parametrize("question", ["Zeppelin?", "?!", "the of and", "漢字", "a" * 100_000])
def test_question_that_nothing_matches_covers_nothing(
    question: str, indexed: Callable[..., Store]
) -> None:
    store = indexed("The lamp burns.", "The boat sank.")
    for chunk in ask(store, question):
        for hit in chunk.hits:
            assert (hit.signals.cover, hit.signals.passage_cover) == (0, 0)
            assert hit.score < 0.6


def test_store_of_one_sentence(indexed: Callable[..., Store]) -> None:
    store = indexed("The lamp burns.")
    (chunk,) = ask(store, "Does the lamp burn?")
    (hit,) = chunk.hits
    assert hit.signals.cover == pytest.approx(1.0)
    assert 0 < hit.score < 1.6


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿Cuándo encendieron la lámpara del faro?", "Navidad"),
        ("Seit wann steht das Haus des Wärters leer?", "Häuser"),
        ("Who built the towers?", "Penhale"),
    ],
)
def test_documents_in_several_languages_are_found_by_their_own_stems(
    indexed: Callable[..., Store], question: str, words: str
) -> None:
    store = indexed(FARO, LEUCHTTURM, LIGHTHOUSE)
    assert sorted(store.languages()) == ["de", "en", "es"]
    best = max((hit for chunk in ask(store, question) for hit in chunk.hits), key=_cover)
    document = next(d.id for d in store.documents() if words in store.document(d.id).text)
    assert words in best.sentence.span.of(store.document(document).text)


def _cover(hit: Hit) -> float:
    return hit.signals.cover


def test_empty_store_finds_nothing(indexed: Callable[..., Store]) -> None:
    assert ask(indexed(), "lamp") == []


def test_sentence_embedded_in_windows_counts_by_the_best(settings: Settings) -> None:
    # Short words without a clause: as many tokens as a sentence may have.
    text = "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 6
    (settings.sources / "a.txt").write_text(text)
    settings = replace(settings, embedding="default")
    report = build(settings)
    with closing(Store.open(settings.store)) as store:
        assert store.vector_count() >= report.sentences
        vector = embed_question(load_embedding("default"), text)
        found = search(store, text, vector, 5)
        assert {hit.sentence.number for chunk in found for hit in chunk.hits} <= set(
            store.all_sentences()
        )


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The article in seeds/, with the real embedding."""
    folder: Path = tmp_path_factory.mktemp("article")
    (folder / "sources").mkdir()
    shutil.copy(ARTICLE, folder / "sources")
    settings = Settings(sources=folder / "sources", store=folder / "store")
    build(settings)
    with closing(Store.open(settings.store)) as store:
        yield store


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When did Microsoft pitch facial recognition to the DEA?", "2018"),
        ("What did Amazon announce?", "Amazon"),
        ("What did IBM say?", "IBM"),
        ("Who did the records come from?", "ACLU"),
    ],
)
def test_best_sentence_of_the_article_answers(article: Store, question: str, words: str) -> None:
    vector = embed_question(load_embedding("default"), question)
    found = search(article, question, vector, 5)
    text = article.document(ARTICLE.name).text
    hits = sorted(
        (hit for chunk in found for hit in chunk.hits), key=lambda hit: hit.score, reverse=True
    )
    best = [hit.sentence.span.of(text) for hit in hits[:3]]
    assert any(words in sentence for sentence in best), best
    assert best[0] in ARTICLE.read_text("utf-8")
