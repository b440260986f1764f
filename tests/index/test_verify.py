import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.api.client import Client
from numpy.typing import NDArray

from index.build import build
from index.errors import StoreMissingError
from index.settings import Settings
from index.terms import terms
from index.verify import verify
from tests.conftest import ARTICLE, sign_anew
from tests.fakes import BagOfWords

Vector = NDArray[np.float32]

TEXTS = {
    "cats.txt": "Cats at home\n\nThe cat sat on the mat. It rained all day.\n",
    "dogs.md": "# Dogs\n\nA dog barked at the door.\n\n## Wolves\n\nA wolf howled.\n",
}


@pytest.fixture
def built(settings: Settings) -> Settings:
    for name, text in TEXTS.items():
        (settings.sources / name).write_text(text, "utf-8")
    build(settings, embedding=BagOfWords())
    return settings


def version_of(settings: Settings) -> Path:
    (version,) = (settings.store / "versions").iterdir()
    return version


def change(settings: Settings, *statements: str) -> None:
    with closing(sqlite3.connect(version_of(settings) / "texts.sqlite")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_sound_index_has_no_faults(built: Settings) -> None:
    outcome = verify(built)
    assert (outcome.documents, outcome.sentences, outcome.vectors) == (2, 7, 7)
    assert outcome.changed == ()
    assert outcome.faults == ()


def test_article_with_the_real_embedding_is_sound(settings: Settings) -> None:
    shutil.copy(ARTICLE, settings.sources)
    (settings.sources / "long.txt").write_text("Word after word, " * 40)
    settings = replace(settings, embedding="default")
    build(settings)
    assert verify(settings).faults == ()


def test_nothing_to_verify(settings: Settings) -> None:
    with pytest.raises(StoreMissingError, match="Build it"):
        verify(settings)


def test_changed_sources_are_told(built: Settings) -> None:
    (built.sources / "cats.txt").write_text("Another text.")
    (built.sources / "new.txt").write_text("A new text.")
    (built.sources / "dogs.md").unlink()
    outcome = verify(built)
    assert outcome.changed == ("cats.txt", "dogs.md", "new.txt")
    assert outcome.faults == ()


def test_change_that_keeps_size_and_time_is_told(built: Settings) -> None:
    path = built.sources / "cats.txt"
    found = path.stat()
    path.write_text(TEXTS["cats.txt"].replace("sat", "ran"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert verify(built).changed == ("cats.txt",)


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        pytest.param(
            ["UPDATE documents SET text = replace(text, 'cat', 'dog')"],
            "'cats.txt': the text of 'cats.txt' is not as it was written",
            id="text",
        ),
        pytest.param(
            ["UPDATE documents SET text = NULL WHERE id = 'cats.txt'"],
            "'cats.txt': its entries make no sense (None stands where a text should)",
            id="text that is none",
        ),
        pytest.param(
            ["UPDATE documents SET title = NULL"],
            "its entries make no sense (None stands where a text should)",
            id="title that is none",
        ),
        pytest.param(
            ["UPDATE documents SET pages = '[7]' WHERE id = 'cats.txt'"],
            "'cats.txt': its entries make no sense",
            id="pages that are none",
        ),
        pytest.param(
            ["UPDATE sentences SET end = x'0001' WHERE sentence = 3"],
            "'cats.txt': its entries make no sense ('<=' not supported between",
            id="span of bytes",
        ),
        pytest.param(
            ["UPDATE sentences SET terms = NULL WHERE sentence = 3"],
            "'cats.txt': its entries make no sense",
            id="terms that are none",
        ),
        pytest.param(
            ["UPDATE documents SET digest = 'x' WHERE id = 'dogs.md'"],
            "'dogs.md': the index does not say which source it was made of",
            id="digest",
        ),
        pytest.param(
            ["UPDATE documents SET id = 'other.txt' WHERE id = 'dogs.md'"],
            "'other.txt': the index does not say which source it was made of",
            id="name",
        ),
        pytest.param(
            ["UPDATE sentences SET end = end + 1000 WHERE sentence = 3"],
            "'cats.txt': sentences lie outside its text or out of order",
            id="span beyond the text",
        ),
        pytest.param(
            ["UPDATE sentences SET start = -5 WHERE sentence = 3"],
            "'cats.txt': its entries make no sense (not a span: start -5",
            id="span that is none",
        ),
        pytest.param(
            ["UPDATE sentences SET end = end - 1 WHERE sentence = 2"],
            "'cats.txt': its sentences are not where they should be",
            id="span a character short",
        ),
        pytest.param(
            ["UPDATE chunks SET start = start + 1 WHERE chunk = 1"],
            "'cats.txt': a chunk is not the run of its sentences",
            id="chunk",
        ),
        pytest.param(
            ["UPDATE sentences SET chunk = 1 WHERE chunk = 2"],
            "a chunk is not the run of its sentences",
            id="chunk without sentences",
        ),
        pytest.param(
            ["UPDATE chunks SET heading = 'Lies'"],
            "its sentences are not where they should be",
            id="heading",
        ),
        pytest.param(
            ["DELETE FROM documents WHERE id = 'dogs.md'"],
            "it holds 1 documents instead of 2",
            id="document missing",
        ),
        pytest.param(
            ["UPDATE sentences SET terms = 'lies' WHERE sentence IN (1, 2)"],
            "'cats.txt': sentences or headings whose words are not the text's: 2",
            id="terms",
        ),
        pytest.param(
            ["UPDATE chunks SET terms = ''"],
            "'dogs.md': sentences or headings whose words are not the text's: 2",
            id="terms of title and heading",
        ),
        pytest.param(
            ["DELETE FROM lexicon_data WHERE id > 10"],
            "texts.sqlite is not as it was written",
            id="lexicon",
        ),
    ],
)
def test_tampering_with_the_texts_is_found(
    built: Settings, statements: list[str], fault: str
) -> None:
    change(built, *statements)
    faults = verify(built).faults
    assert any(fault in found for found in faults), faults
    assert "texts.sqlite is not as it was written" in faults


def turned(vector: Vector) -> Vector:
    return np.roll(vector, 1)


def longer(vector: Vector) -> Vector:
    return np.float32(1.01) * vector


def barely(vector: Vector) -> Vector:
    altered: Vector = np.nextafter(vector, np.float32(2))
    return altered


def test_words_that_were_wrong_when_they_were_written_are_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.sources / "cats.txt").write_text(TEXTS["cats.txt"])

    def wrong(text: str, language: str) -> list[str]:
        return ["yak" if term == "mat" else term for term in terms(text, language)]

    monkeypatch.setattr("index.store.writing.terms", wrong)
    build(settings, embedding=BagOfWords())
    assert verify(settings).faults == (
        "'cats.txt': sentences or headings whose words are not the text's: 1",
    )


def test_text_that_is_not_the_sources_is_found(built: Settings) -> None:
    text = TEXTS["cats.txt"].replace("cat", "dog")
    digest = hashlib.sha256(text.encode()).hexdigest()
    change(
        built,
        f"UPDATE documents SET text = '{text}', checksum = '{digest}' WHERE id = 'cats.txt'",
    )
    sign_anew(built.store)
    assert "'cats.txt': the stored text is not the source's" in verify(built).faults


@pytest.mark.parametrize("alter", [turned, longer, barely])
def test_altered_vector_is_found(settings: Settings, alter: Callable[[Vector], Vector]) -> None:
    lines = [f"Lamp {number} hangs over door {7 * number}." for number in range(100)]
    (settings.sources / "lamps.txt").write_text("\n\n".join(lines))
    build(settings, embedding=BagOfWords())
    client = chromadb.PersistentClient(str(version_of(settings) / "vectors"))
    vectors = client.get_collection("sentences", embedding_function=None)
    (sample,) = np.asarray(
        vectors.get(ids=["12.0"], include=["embeddings"])["embeddings"], np.float32
    )
    vectors.update(ids=["12.0"], embeddings=alter(sample)[None, :])
    assert isinstance(client, Client)
    client.close()
    sign_anew(settings.store)
    assert verify(settings).faults == (
        "sentences whose vectors are not those that were written: 1",
    )
