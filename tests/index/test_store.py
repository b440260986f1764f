import gc
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.build import build
from index.embed import embed_question, fingerprint
from index.errors import (
    StoreDamagedError,
    StoreError,
    StoreFormatError,
    StoreMismatchError,
    StoreMissingError,
    UnknownDocumentError,
)
from index.settings import Settings
from index.store import Store
from tests.conftest import sign_anew
from tests.fakes import BagOfWords, small_bag_of_words

LEVEL = np.full(16, 0.25, np.float32)
REBUILD = "Rebuild it with `python -m index rebuild`"
ALTERED = "is not as it was written"
CHROMA = "vectors/chroma.sqlite3"
GRAPH = (
    "data_level0.bin",
    "link_lists.bin",
    "length.bin",
    "header.bin",
    "index_metadata.pickle",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store of more vectors than Chroma replays from its log."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "sources").mkdir()
    for number in range(3):
        lines = [f"Lamp {n} of house {number} hangs over door {7 * n}." for n in range(1200)]
        (folder / "sources" / f"{number}.txt").write_text("\n\n".join(lines))
    (folder / "sources" / "long.txt").write_text("Boat " * 400)
    settings = Settings(sources=folder / "sources", store=folder / "store")
    build(settings, embedding=small_bag_of_words())
    return settings


@pytest.fixture
def folder(built: Settings, tmp_path: Path) -> Path:
    """A copy of the store, to be damaged."""
    return Path(shutil.copytree(built.store, tmp_path / "store"))


def version_of(folder: Path) -> Path:
    (version,) = (folder / "versions").iterdir()
    return version


def graph_of(folder: Path) -> Path:
    (graph,) = (path for path in (version_of(folder) / "vectors").iterdir() if path.is_dir())
    return graph


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[:100] = b"garbage!" * 12 + b"more"
    path.write_bytes(content)


def write_a_list(path: Path) -> None:
    path.write_text("[]")


def flip(path: Path) -> None:
    """What rots is one bit, in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def change_manifest(folder: Path, **fields: object) -> None:
    """Change a manifest and leave its digest."""
    path = version_of(folder) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


@pytest.fixture
def store(built: Settings) -> Iterator[Store]:
    with closing(Store.open(built.store)) as opened:
        yield opened


def test_nothing_built_yet(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="Build it with `python -m index build`"):
        Store.open(tmp_path / "nowhere")


def test_store_gives_back_the_documents_as_they_were(store: Store, built: Settings) -> None:
    assert [document.id for document in store.documents()] == [
        "0.txt",
        "1.txt",
        "2.txt",
        "long.txt",
    ]
    for entry in store.documents():
        document = store.document(entry.id)
        assert document.text == (built.sources / entry.id).read_text("utf-8")
        assert (document.title, document.source, document.digest) == (
            entry.title,
            entry.source,
            entry.digest,
        )
    with pytest.raises(UnknownDocumentError, match="nothing"):
        store.document("nothing")


def test_chunks_come_back_in_order(store: Store) -> None:
    chunks = store.chunks_of("1.txt")
    text = store.document("1.txt").text
    assert [chunk.span for chunk in chunks] == sorted(chunk.span for chunk in chunks)
    sentences = [span.of(text) for chunk in chunks for span in chunk.sentences]
    assert sentences == text.split("\n\n")


@pytest.mark.parametrize("exact", [5000, 10], ids=["all compared", "through the graph"])
def test_every_vector_finds_its_own_sentence(
    store: Store, exact: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.vectors.EXACT", exact)
    numbers = store.all_sentences()
    for number, _, vectors in store.vectors(numbers[::400]):
        assert max(store.nearest(vectors[0], 10).values()) == pytest.approx(1, abs=1e-5)
        assert store.cosines(vectors[0], [number])[number] == pytest.approx(1, abs=1e-5)


def test_nothing_is_asked_of_an_empty_list(store: Store) -> None:
    assert store.cosines(np.zeros(16, np.float32), []) == {}
    assert store.chunks_with([]) == {}
    assert store.matching([], 5) == []
    assert store.matching(["zeppelin"], 5) == []
    assert store.frequency("zeppelin") == 0


def test_frequency_counts_sentences(store: Store) -> None:
    assert store.frequency("lamp") == 3600
    assert store.frequency("boat") == store.documents()[-1].sentences > 1
    assert store.occurring(["boat", "zeppelin", "lamp"]) == ["lamp", "boat"]
    assert store.occurring(["zeppelin", '"', "lamp OR boat"]) == []


def test_reading_leaves_the_files_as_they_are(folder: Path, built: Settings) -> None:
    sources = Path(shutil.copytree(built.sources, folder / "sources"))
    (sources / "new.txt").write_text("One more boat, which stays in Chroma's log.")
    build(Settings(sources=sources, store=folder), embedding=small_bag_of_words())
    for _ in range(2):
        with closing(Store.open(folder)) as opened:
            opened.nearest(LEVEL, 50)
            assert opened.altered_files() == []


def test_closing_one_of_two_stores_leaves_the_other_open(folder: Path) -> None:
    first, second = Store.open(folder), Store.open(folder)
    first.close()
    with closing(second):
        assert second.nearest(LEVEL, 5)
        assert second.document("0.txt").text


def damage_vectors_folder(folder: Path) -> None:
    shutil.rmtree(version_of(folder) / "vectors")


def damage_graph_folder(folder: Path) -> None:
    shutil.rmtree(graph_of(folder))


def damage_graph_files(folder: Path) -> None:
    for path in graph_of(folder).iterdir():
        path.unlink()


def damage_half_of_the_graph(folder: Path) -> None:
    """What a crash leaves: a file of the right size, only half of which was written."""
    path = graph_of(folder) / "data_level0.bin"
    half = path.stat().st_size // 2
    path.write_bytes(path.read_bytes()[:half] + bytes(path.stat().st_size - half))


def in_graph(name: str, damage: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda folder: damage(graph_of(folder) / name)


def signed(damage: Callable[[Path], None]) -> Callable[[Path], None]:
    """Have the manifest call the damage what was written."""

    def done(folder: Path) -> None:
        damage(folder)
        sign_anew(folder)

    return done


def in_version(name: str, damage: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda folder: damage(version_of(folder) / name)


@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        pytest.param(damage_vectors_folder, "is missing", id="no vectors folder"),
        pytest.param(damage_graph_folder, "is missing", id="no graph folder"),
        pytest.param(damage_graph_files, "is missing", id="empty graph folder"),
        pytest.param(damage_half_of_the_graph, ALTERED, id="graph that is half zeros"),
        *(
            pytest.param(in_graph(name, damage), detail, id=f"{name} {damage.__name__}")
            for name in GRAPH
            for damage, detail in (
                (halve, "bytes instead of"),
                (Path.unlink, "is missing"),
                (spoil, ALTERED),
                (flip, ALTERED),
            )
        ),
        *(
            pytest.param(in_version(CHROMA, damage), detail, id=f"chroma {damage.__name__}")
            for damage, detail in (
                (halve, "bytes instead of"),
                (Path.unlink, "is missing"),
                (spoil, ALTERED),
                (flip, ALTERED),
            )
        ),
        pytest.param(
            in_version(CHROMA, lambda path: change(path, "DELETE FROM collections")),
            ALTERED,
            id="no collection",
        ),
        pytest.param(
            signed(
                in_version(CHROMA, lambda path: change(path, "DELETE FROM embeddings WHERE id % 2"))
            ),
            "it holds [0-9]+ vectors instead of",
            id="half the vectors",
        ),
        pytest.param(
            in_version("texts.sqlite", Path.unlink), r"texts\.sqlite is missing", id="no texts"
        ),
        pytest.param(in_version("texts.sqlite", spoil), "texts cannot be read", id="texts header"),
        pytest.param(in_version("texts.sqlite", halve), "bytes instead of", id="half of the texts"),
        pytest.param(
            in_version("texts.sqlite", lambda path: change(path, "DELETE FROM sentences")),
            "sentences are missing from its texts",
            id="no sentences",
        ),
        pytest.param(
            in_version("texts.sqlite", lambda path: change(path, "DELETE FROM lexicon_docsize")),
            "sentences are missing from its texts",
            id="no lexicon",
        ),
        pytest.param(
            in_version("texts.sqlite", lambda path: change(path, "DROP TABLE wordings")),
            "texts cannot be read",
            id="no wordings",
        ),
        pytest.param(
            in_version(
                "texts.sqlite", lambda path: change(path, "UPDATE wordings SET checksum = 1")
            ),
            "its vectors are not those of its sentences",
            id="other vectors",
        ),
        pytest.param(
            in_version(
                "texts.sqlite", lambda path: change(path, "UPDATE wordings SET vectors = NULL")
            ),
            "its entries make no sense",
            id="no number of vectors",
        ),
        pytest.param(in_version("manifest.json", Path.unlink), "manifest", id="no manifest"),
        pytest.param(in_version("manifest.json", spoil), "manifest", id="garbage in the manifest"),
        pytest.param(
            in_version("manifest.json", write_a_list),
            "manifest",
            id="another thing as manifest",
        ),
        pytest.param(in_version("manifest.json", flip), "manifest", id="a bit of the manifest"),
        pytest.param(
            lambda folder: change_manifest(folder, vectors=7),
            r"manifest\.json is not as it was written",
            id="another manifest",
        ),
        pytest.param(in_version("lock", Path.unlink), "is missing", id="no lock"),
    ],
)
def test_damage_is_noticed_when_opening(
    folder: Path, damage: Callable[[Path], None], detail: str
) -> None:
    damage(folder)
    with pytest.raises(StoreDamagedError, match=rf"is damaged: .*({detail}).*{REBUILD}"):
        Store.open(folder)


def test_damage_in_the_middle_of_the_texts_is_an_error_when_it_is_met(folder: Path) -> None:
    path = version_of(folder) / "texts.sqlite"
    content = bytearray(path.read_bytes())
    middle = content[8192:-4096]
    content[8192:-4096] = b"\xff" * len(middle)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="texts cannot be read"):
        Store.open(folder).documents()


@pytest.mark.parametrize(
    ("found", "age", "advice"),
    [
        (1, "an older", "Build it anew with `python -m index build`"),
        (99, "a newer", "Update Pullquote, or rebuild it with `python -m index rebuild`"),
        ("x", "an older", "Build it anew with `python -m index build`"),
    ],
)
def test_other_format_is_refused(folder: Path, found: object, age: str, advice: str) -> None:
    change_manifest(folder, format=found)
    with pytest.raises(StoreFormatError, match=rf"by {age} version .*format {found}.*{advice}"):
        Store.open(folder)


def test_text_with_a_wrong_bit_is_not_given_out(folder: Path) -> None:
    path = version_of(folder) / "texts.sqlite"
    content = path.read_bytes()
    assert b"Lamp 7 of house 1" in content
    path.write_bytes(content.replace(b"Lamp 7 of house 1", b"Lamp 7 of mouse 1"))
    with closing(Store.open(folder)) as store:
        assert store.document("0.txt").text
        for _ in range(2):
            with pytest.raises(
                StoreDamagedError, match=rf"the text of '1\.txt' is not as it was.*{REBUILD}"
            ):
                store.document("1.txt")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET title = NULL",
        "UPDATE documents SET metadata = '{'",
        "UPDATE chunks SET terms = NULL, start = x'00'",
        "UPDATE sentences SET start = x'00', terms = 7",
        "UPDATE sentences SET terms = NULL",
    ],
)
def test_entries_that_make_no_sense_are_damage(folder: Path, statement: str) -> None:
    change(version_of(folder) / "texts.sqlite", statement)
    sign_anew(folder)
    with closing(Store.open(folder)) as store:
        numbers = store.all_sentences()[:3]
        told = []
        for ask in (
            store.documents,
            lambda: store.document("0.txt"),
            lambda: store.chunks_of("0.txt"),
            lambda: store.sentences_in("0.txt"),
            lambda: store.chunks_with(numbers),
            lambda: store.sentences_of([1, 2]),
            lambda: store.terms_in([1, 2]),
        ):
            try:
                ask()
            except StoreDamagedError as error:
                told.append(str(error))
    assert told
    assert all("its entries make no sense" in one and REBUILD in one for one in told)


def test_texts_are_kept_up_to_a_number_of_characters(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Store.open(folder)) as store:
        first, size = store.document("0.txt"), len(store.document("0.txt").text)
        monkeypatch.setattr("index.store.documents.KEPT", int(2.5 * size))
        second = store.document("1.txt")
        assert store.document("0.txt") is first  # asked for last
        store.document("2.txt")
        assert store.document("0.txt") is first
        assert store.document("1.txt") is not second
        monkeypatch.setattr("index.store.documents.KEPT", 1)
        last = store.document("2.txt")
        assert store.document("2.txt") is last
        assert store.document("0.txt") is not first


def test_a_store_closes_with_its_last_user(folder: Path) -> None:
    """A long-lived process would else keep every version that it has ever shown."""
    store = Store.open(folder)
    store.nearest(LEVEL, 1)
    store.document("0.txt")
    close = store.close
    gc.disable()
    try:
        del store
        assert not close.alive
    finally:
        gc.enable()


def test_other_embedding_is_refused(folder: Path) -> None:
    other = BagOfWords(model_name="another")
    refused = "built with the embedding 'BagOfWords bag of words', but 'BagOfWords another' is"
    with pytest.raises(StoreMismatchError, match=rf"{refused} .*{REBUILD}"):
        Store.open(folder, fingerprint(other))
    Store.open(folder, fingerprint(small_bag_of_words())).close()


def test_failed_opening_holds_nothing(folder: Path) -> None:
    name = version_of(folder).name
    (version_of(folder) / "manifest.json").unlink()
    with pytest.raises(StoreDamagedError, match="manifest"):
        Store.open(folder)
    with pytest.raises(StoreDamagedError, match="manifest"):
        Store(folder, name, (folder / "versions" / name / "lock").open("rb"))


def test_damaged_store_is_mended_by_rebuilding(folder: Path, built: Settings) -> None:
    damage_graph_folder(folder)
    settings = Settings(sources=built.sources, store=folder)
    with pytest.raises(StoreDamagedError, match=REBUILD):
        build(settings, embedding=small_bag_of_words())
    build(settings, embedding=small_bag_of_words(), from_scratch=True)
    Store.open(folder).close()
    assert len(list((folder / "versions").iterdir())) == 1


def test_equal_sentences_share_a_vector_and_are_all_found(settings: Settings) -> None:
    """Thousands of equal vectors cut the graph into parts that cannot be reached."""
    footer = "Join the conversation about this story now.\n\n"
    for number in range(3):
        text = footer * 700 + f"Only house {number} has a lamp."
        (settings.sources / f"{number}.txt").write_text(text)
    embedding = BagOfWords()
    report = build(settings, embedding=embedding)
    assert (report.sentences, report.embedded) == (2103, 4)
    (settings.sources / "new.txt").write_text("Lions sleep at noon.\n\n" + footer)
    assert build(settings, embedding=embedding).embedded == 1
    (settings.sources / "0.txt").unlink()
    build(settings, embedding=embedding)
    with closing(Store.open(settings.store)) as store:
        assert store.vector_count() == 4
        found = store.nearest(embed_question(embedding, "Lions sleep at noon."), 4)
        best = max(found, key=lambda number: found[number])
        (chunk,) = store.chunks_with([best]).values()
        assert chunk.document_id == "new.txt"
        found = store.nearest(embed_question(embedding, "Join this conversation"), 1)
        assert 1 < len(found) <= 20
        assert len(list(store.vectors())) == 1404
