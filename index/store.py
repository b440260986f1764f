"""The store: the only module that knows Chroma and SQLite.

A version of the index holds `vectors/`, a Chroma folder with one or more vectors of each
sentence and nothing else, and `texts.sqlite` with everything else: documents with their exact
text, chunks, sentences, and the lexical index over the sentences' terms. Numbers of sentences
tie the two together.
"""

import json
import sqlite3
import weakref
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index import versions
from index.document import Chunk, Document, Span
from index.errors import StoreDamagedError, StoreMismatchError
from index.manifest import Manifest
from index.terms import terms

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTION = "sentences"
BATCH = 5000
"""Vectors written or read at once; Chroma takes at most 5,461."""

HNSW = {"space": "ip", "ef_search": 300, "sync_threshold": 50_000, "batch_size": BATCH}
"""Vectors are of unit length, so the inner product is the cosine. The rest is for recall, and to
write the graph to disk seldom while building."""

_SCHEMA = """
CREATE TABLE documents (
    document INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, text TEXT, digest TEXT UNIQUE,
    source TEXT, metadata TEXT, pages TEXT);
CREATE TABLE chunks (
    chunk INTEGER PRIMARY KEY, document INTEGER, start INTEGER, end INTEGER, heading TEXT,
    terms TEXT);
CREATE TABLE sentences (
    sentence INTEGER PRIMARY KEY, chunk INTEGER, start INTEGER, end INTEGER, terms TEXT,
    vectors INTEGER, checksum INTEGER);
CREATE INDEX chunks_of_document ON chunks (document);
CREATE INDEX sentences_of_chunk ON sentences (chunk);
CREATE VIRTUAL TABLE lexicon USING fts5 (
    terms, content='sentences', content_rowid='sentence', columnsize=1,
    tokenize="unicode61 tokenchars '.'");
CREATE VIRTUAL TABLE frequencies USING fts5vocab ('lexicon', 'row');
"""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text."""

    id: str
    title: str
    source: str
    digest: str
    sentences: int


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence as the store knows it."""

    number: int
    chunk: int
    span: Span
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as the store knows it."""

    number: int
    document_id: str
    title: str
    span: Span
    heading: str
    terms: tuple[str, ...]
    """Those of the document's title and the heading, which the chunk's own sentences may lack."""


class Store:
    """One version of the index, open for reading, by any number of threads.

    It keeps showing the same version, whatever is built meanwhile; `is_current` tells when there
    is a newer one.
    """

    def __init__(self, folder: Path, name: str, lock: IO[bytes]) -> None:
        version = versions.folder_of(folder, name)
        self.folder = folder
        self.name = name
        self.manifest = Manifest.read(folder, version)
        self._lock = lock
        self._texts = _open_texts(folder, version)
        self._client, self._vectors = _open_vectors(folder, version)
        self.document = lru_cache(maxsize=64)(self._read_document)
        self.close = weakref.finalize(self, _close, self._texts, self._client, lock)
        self._check()

    @classmethod
    def open(cls, folder: Path, embedding: str | None = None) -> Self:
        """Open the version in service and check that it is sound.

        Args:
            folder: The store's folder.
            embedding: Fingerprint of the embedding that questions will come from.

        Raises:
            StoreError: One of its kinds, when the store can't be used as it is.
        """
        name, lock = versions.hold(folder)
        try:
            store = cls(folder, name, lock)
            built_with = store.manifest.embedding
            if embedding not in {None, built_with}:
                store.close()
                raise StoreMismatchError(folder, built_with, str(embedding))
        except BaseException:
            lock.close()
            raise
        return store

    @property
    def is_current(self) -> bool:
        """Whether this version is still the one in service."""
        return versions.current_name(self.folder) == self.name

    def documents(self) -> list[StoredDocument]:
        """List the documents by id."""
        rows = self._texts.execute(
            "SELECT id, title, source, digest, (SELECT count(*) FROM chunks JOIN sentences "
            "USING (chunk) WHERE chunks.document = documents.document) FROM documents ORDER BY id"
        )
        return [StoredDocument(*row) for row in rows]

    def _read_document(self, document_id: str) -> Document:
        row = self._texts.execute(
            "SELECT id, title, text, digest, source, metadata, pages FROM documents WHERE id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            raise KeyError(document_id)
        return _document(row)

    def chunks_of(self, document_id: str) -> list[Chunk]:
        """The chunks of a document, in order."""
        document = self.document(document_id)
        rows = self._texts.execute(
            "SELECT chunk, chunks.start, chunks.end, heading FROM chunks JOIN documents "
            "USING (document) WHERE id = ? ORDER BY chunks.start",
            (document_id,),
        ).fetchall()
        sentences = self.sentences_of([row[0] for row in rows])
        return [
            Chunk(
                document_id,
                document.digest,
                Span(start, end),
                tuple(s.span for s in sentences[number]),
                heading,
            )
            for number, start, end, heading in rows
        ]

    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """Find the sentences nearest to a vector: cosines by sentence number."""
        count = min(count, self.manifest.vectors)
        if count == 0:
            return {}
        found = self._vectors.query(
            query_embeddings=[vector], n_results=count, include=["distances"]
        )
        distances = found["distances"] or [[]]
        return _best_cosines(found["ids"][0], 1.0 - np.asarray(distances[0], dtype=np.float32))

    def cosines(self, vector: NDArray[np.float32], sentences: Sequence[int]) -> dict[int, float]:
        """Compute the cosine of a vector with each of some sentences."""
        if not sentences:
            return {}
        ids = [_vector_id(number, 0) for number in sentences]
        ids += [
            _vector_id(number, part)
            for number, parts in self._in(
                "SELECT sentence, vectors FROM sentences WHERE vectors > 1 AND sentence", sentences
            )
            for part in range(1, parts)
        ]
        found = self._vectors.get(ids=ids, include=["embeddings"])
        return _best_cosines(found["ids"], np.asarray(found["embeddings"]) @ vector)

    def matching(self, wanted: Iterable[str], count: int) -> list[int]:
        """Find sentences that hold any of the terms, those that BM25 ranks highest first."""
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(wanted))
        if not query:
            return []
        rows = self._texts.execute(
            "SELECT rowid FROM lexicon WHERE lexicon MATCH ? ORDER BY rank LIMIT ?", (query, count)
        )
        return [number for (number,) in rows]

    def frequency(self, term: str) -> int:
        """In how many sentences a term occurs."""
        row = self._texts.execute("SELECT doc FROM frequencies WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def all_sentences(self) -> list[int]:
        """Every sentence's number."""
        return [number for (number,) in self._texts.execute("SELECT sentence FROM sentences")]

    def chunks_with(self, sentences: Sequence[int]) -> dict[int, StoredChunk]:
        """The chunks that hold any of some sentences, by number."""
        rows = self._in(
            "SELECT DISTINCT chunks.chunk, id, title, chunks.start, chunks.end, heading, chunks.terms "
            "FROM sentences JOIN chunks USING (chunk) JOIN documents USING (document) "
            "WHERE sentence",
            sentences,
        )
        return {
            row[0]: StoredChunk(
                row[0], row[1], row[2], Span(row[3], row[4]), row[5], tuple(row[6].split())
            )
            for row in rows
        }

    def sentences_of(self, chunks: Sequence[int]) -> dict[int, list[StoredSentence]]:
        """All sentences of some chunks, by chunk, in order."""
        found: dict[int, list[StoredSentence]] = {chunk: [] for chunk in chunks}
        rows = self._in(
            "SELECT sentence, chunk, start, end, terms FROM sentences WHERE chunk",
            chunks,
        )
        for number, chunk, start, end, joined in rows:
            found[chunk].append(
                StoredSentence(number, chunk, Span(start, end), tuple(joined.split()))
            )
        for run in found.values():
            run.sort(key=lambda sentence: sentence.span)
        return found

    def vectors(self) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
        """Every sentence's number, checksum and vectors, as far as they are there. Reads it all."""
        rows = self._texts.execute("SELECT sentence, vectors, checksum FROM sentences").fetchall()
        for first in range(0, len(rows), 1000):
            slab = rows[first : first + 1000]
            ids = [_vector_id(number, part) for number, parts, _ in slab for part in range(parts)]
            by_id: dict[str, NDArray[np.float32]] = {}
            for start in range(0, len(ids), BATCH):
                found = self._vectors.get(ids=ids[start : start + BATCH], include=["embeddings"])
                by_id |= dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
            for number, parts, checksum in slab:
                there = [by_id.get(_vector_id(number, part)) for part in range(parts)]
                yield (
                    number,
                    checksum,
                    np.array([v for v in there if v is not None], dtype=np.float32),
                )

    def vector_count(self) -> int:
        """How many vectors Chroma holds."""
        return self._vectors.count()

    def _in(self, select: str, numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
        # SQLite takes a limited number of parameters, but a JSON array of any length.
        yield from self._texts.execute(
            f"{select} IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
        )

    def _check(self) -> None:
        """Find out cheaply whether the parts are all there; lost vectors make no noise themselves.

        Raises:
            StoreDamagedError: They are not.
        """
        try:
            (sentences,) = self._texts.execute("SELECT count(*) FROM sentences").fetchone()
            (rows,) = self._texts.execute("SELECT count(*) FROM lexicon").fetchone()
        except sqlite3.Error as error:
            raise StoreDamagedError(self.folder, f"its texts cannot be read ({error})") from error
        if sentences != self.manifest.sentences or rows != sentences:
            raise StoreDamagedError(self.folder, "sentences are missing from its texts")
        _check_vectors(self.folder, self._vectors, self.manifest.vectors)


class StoreWriter:
    """A version of the index while it is made, empty or a copy of another."""

    def __init__(self, version: Path) -> None:
        fresh = not (version / "texts.sqlite").exists()
        self._texts = sqlite3.connect(version / "texts.sqlite", isolation_level=None)
        # Nobody reads this version before it is complete: a crash means starting over.
        self._texts.execute("PRAGMA journal_mode = OFF")
        self._texts.execute("PRAGMA synchronous = OFF")
        if fresh:
            self._texts.executescript(_SCHEMA)
        self._texts.execute("BEGIN")
        self._client = _client(version / "vectors")
        self._vectors = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
        )

    def add(self, document: Document, chunks: Iterable[Chunk]) -> list[tuple[int, str]]:
        """Write a document, its chunks and sentences.

        Returns:
            The number and text of each sentence, which wants its vectors.
        """
        cursor = self._texts.execute(
            "INSERT INTO documents (id, title, text, digest, source, metadata, pages) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.title,
                document.text,
                document.digest,
                document.source,
                json.dumps(dict(document.metadata)),
                json.dumps([(page.start, page.end) for page in document.pages]),
            ),
        )
        number = cursor.lastrowid
        added = []
        for chunk in chunks:
            context = " ".join(terms(f"{document.title} {chunk.heading}"))
            cursor.execute(
                "INSERT INTO chunks (document, start, end, heading, terms) VALUES (?, ?, ?, ?, ?)",
                (number, chunk.span.start, chunk.span.end, chunk.heading, context),
            )
            chunk_number = cursor.lastrowid
            for span in chunk.sentences:
                text = span.of(document.text)
                joined = " ".join(terms(text))
                cursor.execute(
                    "INSERT INTO sentences (chunk, start, end, terms) VALUES (?, ?, ?, ?)",
                    (chunk_number, span.start, span.end, joined),
                )
                sentence = cursor.lastrowid or 0
                cursor.execute(
                    "INSERT INTO lexicon (rowid, terms) VALUES (?, ?)", (sentence, joined)
                )
                added.append((sentence, text))
        return added

    def rename(self, digest: str, document_id: str, title: str, source: str) -> None:
        """Give a document, which stays the same otherwise, another name."""
        self._texts.execute(
            "UPDATE documents SET id = ?, title = ?, source = ? WHERE digest = ?",
            (document_id, title, source, digest),
        )

    def remove(self, digest: str) -> None:
        """Delete a document with all that belongs to it."""
        belongs = (
            "FROM sentences JOIN chunks USING (chunk) JOIN documents USING (document) "
            "WHERE digest = ?"
        )
        rows = self._texts.execute(
            f"SELECT sentence, sentences.terms, vectors {belongs}", (digest,)
        ).fetchall()
        ids = [_vector_id(number, part) for number, _, parts in rows for part in range(parts or 0)]
        for first in range(0, len(ids), BATCH):
            self._vectors.delete(ids=ids[first : first + BATCH])
        self._texts.executemany(
            "INSERT INTO lexicon (lexicon, rowid, terms) VALUES ('delete', ?, ?)",
            [(number, joined) for number, joined, _ in rows],
        )
        self._texts.executemany(
            "DELETE FROM sentences WHERE sentence = ?", [(number,) for number, _, _ in rows]
        )
        self._texts.execute(
            "DELETE FROM chunks WHERE document = (SELECT document FROM documents WHERE digest = ?)",
            (digest,),
        )
        self._texts.execute("DELETE FROM documents WHERE digest = ?", (digest,))

    def add_vectors(
        self, sentences: Sequence[int], vectors: NDArray[np.float32], owners: NDArray[np.intp]
    ) -> None:
        """Write the vectors of some sentences.

        Args:
            sentences: Their numbers.
            vectors: One row each or more, of unit length.
            owners: For each row the position in `sentences` that it belongs to, ascending.
        """
        firsts = np.searchsorted(owners, np.arange(len(sentences) + 1))
        ids = [
            _vector_id(number, part)
            for number, first, last in zip(sentences, firsts, firsts[1:], strict=False)
            for part in range(last - first)
        ]
        for first in range(0, len(ids), BATCH):
            self._vectors.upsert(
                ids=ids[first : first + BATCH], embeddings=vectors[first : first + BATCH]
            )
        self._texts.executemany(
            "UPDATE sentences SET vectors = ?, checksum = ? WHERE sentence = ?",
            [
                (int(last - first), checksum(vectors[first:last]), number)
                for number, first, last in zip(sentences, firsts, firsts[1:], strict=False)
            ],
        )

    def counts(self) -> dict[str, int]:
        """Count what is there: documents, chunks, sentences, vectors, terms."""
        select = {
            "documents": "count(*) FROM documents",
            "chunks": "count(*) FROM chunks",
            "sentences": "count(*) FROM sentences",
            "vectors": "coalesce(sum(vectors), 0) FROM sentences",
            "terms": "coalesce(sum(length(terms) - length(replace(terms, ' ', '')) + 1), 0) "
            "FROM sentences WHERE terms <> ''",
        }
        return {
            name: int(self._texts.execute(f"SELECT {what}").fetchone()[0])
            for name, what in select.items()
        }

    def finish(self) -> None:
        """Complete the files and let go of them."""
        self._texts.execute("COMMIT")
        self._texts.execute("INSERT INTO lexicon (lexicon) VALUES ('optimize')")
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._texts.close()
        self._client.close()


def checksum(vectors: NDArray[np.float32]) -> int:
    """A number that changes when any bit of the vectors does."""
    return zlib.crc32(np.ascontiguousarray(vectors, dtype="<f4").tobytes())


def _vector_id(sentence: int, part: int) -> str:
    return f"{sentence}.{part}"


def _best_cosines(ids: Sequence[str], cosines: NDArray[np.float32]) -> dict[int, float]:
    """Give each sentence the best of its vectors' cosines."""
    best: dict[int, float] = {}
    for vector_id, cosine in zip(ids, cosines.tolist(), strict=True):
        number = int(vector_id.partition(".")[0])
        best[number] = max(cosine, best.get(number, -1.0))
    return best


def _document(row: Sequence[str]) -> Document:
    document_id, title, text, digest, source, metadata, pages = row
    return Document(
        document_id,
        title,
        text,
        digest,
        source,
        json.loads(metadata),
        tuple(Span(start, end) for start, end in json.loads(pages)),
    )


def _client(path: Path) -> "ClientAPI":
    import chromadb

    return chromadb.PersistentClient(str(path))


def _open_texts(folder: Path, version: Path) -> sqlite3.Connection:
    path = version / "texts.sqlite"
    if not path.is_file():
        raise StoreDamagedError(folder, "its texts are missing")
    try:
        # A version in service never changes: no locks are needed, nor a writable disk.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreDamagedError(folder, f"its texts cannot be opened ({error})") from error


def _open_vectors(folder: Path, version: Path) -> "tuple[ClientAPI, Collection]":
    from chromadb.errors import ChromaError

    if not (version / "vectors" / "chroma.sqlite3").is_file():
        raise StoreDamagedError(folder, "its vectors are missing")
    try:
        client = _client(version / "vectors")
        # None must be said again: Chroma would attach an embedding that downloads its model.
        return client, client.get_collection(COLLECTION, embedding_function=None)
    except (ChromaError, ValueError, OSError) as error:
        raise StoreDamagedError(folder, f"its vectors cannot be opened ({error})") from error


def _check_vectors(folder: Path, vectors: "Collection", expected: int) -> None:
    from chromadb.errors import ChromaError

    try:
        count = vectors.count()
        if count != expected:
            raise StoreDamagedError(folder, f"it holds {count} vectors instead of {expected}")
        if count == 0:
            return
        sample = vectors.get(limit=1, include=["embeddings"])["embeddings"]
        wanted = min(50, count)
        found = vectors.query(
            query_embeddings=[np.asarray(sample)[0]], n_results=wanted, include=["distances"]
        )
    except (ChromaError, ValueError, OSError, IndexError) as error:
        raise StoreDamagedError(folder, f"its vectors cannot be read ({error})") from error
    distances = (found["distances"] or [[]])[0]
    if len(distances) < wanted or min(distances) > 1e-3:  # noqa: PLR2004 - a vector and itself
        raise StoreDamagedError(folder, "its vectors are incomplete")


def _close(texts: sqlite3.Connection, client: "ClientAPI", lock: IO[bytes]) -> None:
    with closing(lock), closing(texts):
        client.close()
