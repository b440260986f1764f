import json
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from index.build import build
from index.document import Document
from index.embed import embed_question
from index.errors import ScopeError, UnknownDocumentError
from index.scope import EVERYTHING, Scope, part_of
from index.search import search
from index.settings import Settings
from index.store import Store, StoredDocument
from tests.fakes import BagOfWords


def entry(name: str, **said: str) -> StoredDocument:
    return StoredDocument(name, name, name, name, 1, said)


SHELF = (
    entry("news/a.html", author="Imogen Tarrant", published="2024-03-12", site="The Post"),
    entry("news/old/b.html", author="Li Tarrant-Wei", published="2023", language="en-GB"),
    entry("c.txt", published="2024-03", url="https://www.post.example/2024/c", language="de"),
    entry("d.txt"),
)


@pytest.mark.parametrize(
    ("scope", "chosen"),
    [
        (EVERYTHING, "a b c d"),
        (Scope(documents=("d.txt", "c.txt")), "c d"),
        (Scope(folder="news"), "a b"),
        (Scope(folder="./news/old/"), "b"),
        (Scope(folder="new"), ""),
        (Scope(author="tarrant"), "a b"),
        (Scope(author="Imogen TARRANT"), "a"),
        (Scope(author="tarr"), ""),
        (Scope(site="the post"), "a"),
        (Scope(site="post.example"), "c"),
        (Scope(published_after="2024"), "a c"),
        (Scope(published_after="2024-03-13"), "c"),
        (Scope(published_before="2024-03-12"), "b c"),
        (Scope(published_before="2024"), "b"),
        (Scope(published_after="2023-05", published_before="2023-06"), "b"),
        (Scope(language="EN"), "b"),
        (Scope(language="de"), "c"),
        (Scope(folder="news", published_after="2024", author="Imogen"), "a"),
    ],
)
def test_documents_meet_all_that_is_given(scope: Scope, chosen: str) -> None:
    names = [one.id.rpartition("/")[2][0] for one in scope.choose(SHELF)]
    assert names == chosen.split()
    assert bool(scope) == (scope is not EVERYTHING)


def test_a_document_is_in_the_folder_of_each_of_its_names() -> None:
    twice = StoredDocument("a.txt", "A", "a.txt = copies/a.txt", "1", 1)
    assert Scope(folder="copies").choose([twice]) == (twice,)


def test_a_document_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownDocumentError, match=r"e\.txt"):
        Scope(documents=("e.txt",)).choose(SHELF)


@pytest.mark.parametrize("value", ["soon", "2024-13", "12 March 2024", "0000"])
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ScopeError, match="is no date"):
        Scope(published_after=value)


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ScopeError, match="put the earlier date first"):
        Scope(published_after="2025", published_before="2024")


@pytest.fixture
def indexed(settings: Settings) -> Iterator[Callable[..., Store]]:
    opened: list[Store] = []

    def indexed(texts: dict[str, str], folder: str = "store") -> Store:
        mine = Settings(settings.sources / folder, settings.store / folder, settings.embedding)
        mine.sources.mkdir()
        for name, text in texts.items():
            (mine.sources / name).write_text(text)
        build(mine, embedding=BagOfWords())
        opened.append(Store.open(mine.store))
        return opened[-1]

    yield indexed
    for store in opened:
        store.close()


LAMPS = {
    f"{n}.txt": f"House {n}\n\nThe red lamp of {n} burns.\n\nThe door is blue.\n\nLamps want oil {n}."
    for n in range(60)
}


def found(store: Store, question: str) -> list[tuple[object, ...]]:
    """Everything that search says, apart from numbers within a store."""
    return [
        (chunk.chunk.document_id, chunk.chunk.span, hit.sentence.span, hit.signals)
        for chunk in search(store, question, embed_question(BagOfWords(), question), 5)
        for hit in chunk.hits
    ]


@pytest.mark.parametrize("exact", [5000, 0], ids=["small", "large"])
def test_one_among_many_is_searched_as_if_it_were_alone(
    indexed: Callable[..., Store], monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    questions = ("Which lamp is red?", "oil", "What colour is the door of house 7?")
    alone = indexed({"7.txt": LAMPS["7.txt"]}, "alone")
    wanted = [found(alone, question) for question in questions]
    assert all(wanted)
    monkeypatch.setattr("index.store.vectors.EXACT", exact)
    part = part_of(indexed(LAMPS, "many"), Scope(documents=("7.txt",)))
    assert [found(part, question) for question in questions] == wanted


def test_all_but_one_is_searched_as_if_it_were_all(indexed: Callable[..., Store]) -> None:
    most = {name: text for name, text in LAMPS.items() if name != "7.txt"}
    part = part_of(indexed(LAMPS, "many"), Scope(documents=tuple(most)))
    alone = indexed(most, "alone")
    question = "Does the lamp of 8 want oil?"
    assert sorted(map(repr, found(part, question))) == sorted(map(repr, found(alone, question)))


def test_a_large_part_reaches_further_when_it_is_off_the_topic(
    indexed: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    boats = {f"boat{n}.txt": f"Boat {n} is made of larch." for n in range(200)}
    many = indexed({**LAMPS, **boats})
    part = part_of(many, Scope(documents=tuple(boats)))
    question = embed_question(BagOfWords(), "red lamp house door oil")
    exactly = part.nearest(question, 50)
    assert len(exactly) == 50
    monkeypatch.setattr("index.store.part.EXACT", 0)
    reached = part.nearest(question, 50)
    assert sorted(reached.values()) == pytest.approx(sorted(exactly.values()), abs=1e-6)


def test_what_a_part_counts_is_its_own(indexed: Callable[..., Store]) -> None:
    many = indexed({**LAMPS, "sea.txt": "The sea is grey.\n\nA lampp hangs."})
    part = part_of(many, Scope(documents=("sea.txt", "1.txt")))
    alone = indexed({"sea.txt": "The sea is grey.\n\nA lampp hangs.", "1.txt": LAMPS["1.txt"]}, "b")
    for name in ("documents", "chunks", "sentences", "vectors", "terms"):
        assert getattr(part.manifest, name) == getattr(alone.manifest, name)
    for term in ("lamp", "sea", "hous", "zeppelin", "42"):
        assert part.frequency(term) == alone.frequency(term)
    wanted = ["sea", "42", "lamp"]
    assert part.occurring(wanted) == alone.occurring(wanted) == ["lamp", "sea"]
    assert part.occurring(["42"]) == []
    assert [one.id for one in part.documents()] == ["1.txt", "sea.txt"]
    assert len(part.all_sentences()) == part.manifest.sentences


@pytest.mark.parametrize("exact", [5000, 0], ids=["small", "large"])
def test_a_part_without_sentences_finds_nothing(
    indexed: Callable[..., Store], monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    monkeypatch.setattr("index.store.vectors.EXACT", exact)
    part = part_of(indexed(LAMPS), Scope(author="Nobody"))
    assert found(part, "Which lamp is red?") == []
    assert part.frequency("lamp") == 0


def test_everything_is_the_store_itself(indexed: Callable[..., Store]) -> None:
    store = indexed(LAMPS)
    assert part_of(store, EVERYTHING) is store
    assert part_of(store, Scope(documents=tuple(LAMPS))) is store


def test_a_store_stays_open_for_its_part_and_no_longer(settings: Settings) -> None:
    (settings.sources / "a.txt").write_text("A lamp.")
    (settings.sources / "b.txt").write_text("A door.")
    build(settings, embedding=BagOfWords())
    store = Store.open(settings.store)
    part, close = part_of(store, Scope(documents=("b.txt",))), store.close
    del store
    assert found(part, "door")
    del part
    assert not close.alive


def test_a_store_lists_what_its_documents_say_of_themselves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"author": "Imogen Tarrant", "published": "2024-03-12", "site": "The Post"}
    (settings.sources / "a.txt").write_text("A lamp.")
    monkeypatch.setattr(
        "index.load.load_document",
        lambda source: Document("a.txt", "A", "A lamp.", source.digest, "a.txt", said),
    )
    build(settings, embedding=BagOfWords())
    with closing(Store.open(settings.store)) as store:
        (listed,) = store.documents()
    assert listed.metadata == said
    assert json.loads(json.dumps(dict(listed.metadata))) == said
