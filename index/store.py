"""The store: the only module that knows Chroma and SQLite.

A version of the index holds `vectors/`, a Chroma folder with one or more vectors of each
distinct sentence and nothing else, and `texts.sqlite` with everything else: documents with their
exact text, chunks, sentences, and the lexical index over the sentences' terms. Numbers of
distinct wordings tie the two together: thousands of equal vectors, such as a footer's that stands
under every article, would make the graph slow to build and cut parts of it off.
"""

import hashlib
import json
import sqlite3
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from index import versions
from index.document import Chunk, Document, Span
from index.errors import StoreDamagedError, StoreMismatchError, StoreUnwritableError
from index.manifest import FileState, Manifest
from index.terms import terms

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

COLLECTION = "sentences"
SAMPLE = 20
"""Sentences whose vectors are looked at when a store is opened."""

EXACT = 5000
"""Vectors up to which all are compared: a small graph can have corners that no search reaches."""

COPIES = 20
"""Sentences of the same wording that dense search proposes."""

BATCH = 5000
"""Vectors written or read at once; Chroma takes at most 5,461."""

HNSW: "CreateCollectionConfiguration" = {
    "hnsw": {"space": "ip", "ef_search": 300, "sync_threshold": 1000, "batch_size": 1000}
}
"""Vectors are of unit length, so the inner product is the cosine; `ef_search` is for recall. What
is not synced to disk has to be put into the graph again by everybody who opens the store: a second
for 5,000 vectors. Writing them by the thousand costs nothing in comparison."""

_SCHEMA = """
CREATE TABLE documents (
    document INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, text TEXT, digest TEXT UNIQUE,
    source TEXT, metadata TEXT, pages TEXT);
CREATE TABLE chunks (
    chunk INTEGER PRIMARY KEY, document INTEGER, start INTEGER, end INTEGER, heading TEXT,
    terms TEXT);
CREATE TABLE sentences (
    sentence INTEGER PRIMARY KEY, chunk INTEGER, start INTEGER, end INTEGER, terms TEXT,
    wording INTEGER);
CREATE TABLE wordings (
    wording INTEGER PRIMARY KEY, digest BLOB UNIQUE, vectors INTEGER, checksum INTEGER);
CREATE INDEX sentences_of_wording ON sentences (wording);
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
        self.document = lru_cache(maxsize=64)(self._read_document)
        self._all_vectors = lru_cache(maxsize=1)(self._read_all_vectors)
        with ExitStack() as opened:
            opened.callback(lock.close)
            self.manifest = Manifest.read(folder, version)
            _check_files(folder, version, self.manifest.files)
            self._texts = opened.enter_context(closing(_open_texts(folder, version)))
            client = _open_client(folder, version)
            opened.callback(client.close)
            with _reading_vectors(folder):
                # None must be said again: Chroma would attach an embedding that downloads.
                self._vectors = client.get_collection(COLLECTION, embedding_function=None)
            self._check()
            self.close = weakref.finalize(self, opened.pop_all().close)

    @classmethod
    def open(cls, folder: Path, embedding: str | None = None) -> Self:
        """Open the version in service and check that it is sound.

        Args:
            folder: The store's folder.
            embedding: Fingerprint of the embedding that questions will come from.

        Raises:
            StoreError: One of its kinds, when the store can't be used as it is.
        """
        store = cls(folder, *versions.hold(folder))
        built_with = store.manifest.embedding
        if embedding is not None and embedding != built_with:
            store.close()
            raise StoreMismatchError(folder, built_with, embedding)
        return store

    @property
    def is_current(self) -> bool:
        """Whether this version is still the one in service."""
        return versions.current_name(self.folder) == self.name

    def documents(self) -> list[StoredDocument]:
        """List the documents by id."""
        rows = self._rows(
            "SELECT id, title, source, digest, (SELECT count(*) FROM chunks JOIN sentences "
            "USING (chunk) WHERE chunks.document = documents.document) FROM documents ORDER BY id"
        )
        return [StoredDocument(*row) for row in rows]

    def _read_document(self, document_id: str) -> Document:
        rows = self._rows(
            "SELECT id, title, text, digest, source, metadata, pages FROM documents WHERE id = ?",
            (document_id,),
        )
        if not rows:
            raise KeyError(document_id)
        return _document(rows[0])

    def chunks_of(self, document_id: str) -> list[Chunk]:
        """The chunks of a document, in order."""
        document = self.document(document_id)
        rows = self._rows(
            "SELECT chunk, chunks.start, chunks.end, heading FROM chunks JOIN documents "
            "USING (document) WHERE id = ? ORDER BY chunks.start",
            (document_id,),
        )
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

    def sentences_in(self, document_id: str) -> list[tuple[int, Span]]:
        """Number and span of every sentence of a document, in order."""
        rows = self._rows(
            "SELECT sentence, sentences.start, sentences.end FROM sentences JOIN chunks "
            "USING (chunk) JOIN documents USING (document) WHERE id = ? ORDER BY sentences.start",
            (document_id,),
        )
        return [(number, Span(start, end)) for number, start, end in rows]

    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """Find the sentences nearest to a vector: cosines by sentence number."""
        count = min(count, self.manifest.vectors)
        if count == 0:
            return {}
        if self.manifest.vectors <= EXACT:
            ids, matrix = self._all_vectors()
            every = _best_cosines(ids, matrix @ vector)
            best = dict(sorted(every.items(), key=lambda pair: -pair[1])[:count])
        else:
            best = self._approximately_nearest(vector, count)
        rows = self._in(
            "SELECT sentence, wording, row_number() OVER (PARTITION BY wording ORDER BY sentence) "
            "FROM sentences WHERE wording",
            list(best),
        )
        return {sentence: best[wording] for sentence, wording, copy in rows if copy <= COPIES}

    def _read_all_vectors(self) -> tuple[list[str], NDArray[np.float32]]:
        with _reading_vectors(self.folder):
            found = self._vectors.get(include=["embeddings"])
        return found["ids"], np.asarray(found["embeddings"], dtype=np.float32)

    def _approximately_nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        with _reading_vectors(self.folder):
            found = self._vectors.query(
                query_embeddings=vector[None, :], n_results=count, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return _best_cosines(found["ids"][0], 1.0 - np.asarray(distances[0], dtype=np.float32))

    def cosines(self, vector: NDArray[np.float32], sentences: Sequence[int]) -> dict[int, float]:
        """Compute the cosine of a vector with each of some sentences."""
        if not sentences:
            return {}
        rows = list(
            self._in(
                "SELECT sentence, wording, vectors FROM sentences JOIN wordings USING (wording) "
                "WHERE sentence",
                sentences,
            )
        )
        ids = {_vector_id(wording, part) for _, wording, parts in rows for part in range(parts)}
        with _reading_vectors(self.folder):
            found = self._vectors.get(ids=list(ids), include=["embeddings"])
        best = _best_cosines(found["ids"], np.asarray(found["embeddings"]) @ vector)
        return {sentence: best[wording] for sentence, wording, _ in rows}

    def matching(self, wanted: Iterable[str], count: int) -> list[int]:
        """Find sentences that hold any of the terms, those that BM25 ranks highest first."""
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(wanted))
        if not query:
            return []
        rows = self._rows(
            "SELECT rowid FROM lexicon WHERE lexicon MATCH ? ORDER BY rank LIMIT ?", (query, count)
        )
        return [number for (number,) in rows]

    def frequency(self, term: str) -> int:
        """In how many sentences a term occurs."""
        rows = self._rows("SELECT doc FROM frequencies WHERE term = ?", (term,))
        return int(rows[0][0]) if rows else 0

    def all_sentences(self) -> list[int]:
        """Every sentence's number."""
        return [number for (number,) in self._rows("SELECT sentence FROM sentences")]

    def chunks_with(self, sentences: Sequence[int]) -> dict[int, StoredChunk]:
        """The chunks that hold any of some sentences, by number."""
        rows = self._in(
            "SELECT DISTINCT chunks.chunk, id, title, chunks.start, chunks.end, heading, "
            "chunks.terms FROM sentences JOIN chunks USING (chunk) JOIN documents USING (document) "
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

    def vectors(
        self, sentences: Sequence[int] | None = None
    ) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
        """Read number, checksum and vectors of some sentences, or of all, as far as there."""
        rows = self._in(
            "SELECT sentence, wording, vectors, checksum FROM sentences JOIN wordings "
            "USING (wording) WHERE sentence",
            self.all_sentences() if sentences is None else sentences,
        )
        for first in range(0, len(rows), 1000):
            slab = rows[first : first + 1000]
            ids = list(
                {_vector_id(w, part): None for _, w, parts, _ in slab for part in range(parts)}
            )
            by_id: dict[str, NDArray[np.float32]] = {}
            for start in range(0, len(ids), BATCH):
                with _reading_vectors(self.folder):
                    found = self._vectors.get(
                        ids=ids[start : start + BATCH], include=["embeddings"]
                    )
                by_id |= dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
            for number, wording, parts, expected in slab:
                there = [by_id.get(_vector_id(wording, part)) for part in range(parts)]
                yield (
                    number,
                    expected,
                    np.array([v for v in there if v is not None], dtype=np.float32),
                )

    def vector_count(self) -> int:
        """How many vectors Chroma holds."""
        with _reading_vectors(self.folder):
            return self._vectors.count()

    def altered_files(self) -> list[str]:
        """Read every file that should be as it was written, and name those that are not."""
        version = versions.folder_of(self.folder, self.name)
        files = self.manifest.files.items()
        return [name for name, state in files if digest_of(version / name) != state.digest]

    def _in(self, select: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        # SQLite takes a limited number of parameters, but a JSON array of any length.
        return self._rows(
            f"{select} IN (SELECT value FROM json_each(?))",  # noqa: S608 - a SELECT of ours
            (json.dumps(list(numbers)),),
        )

    def _rows(self, select: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._texts.execute(select, parameters).fetchall()
        except sqlite3.Error as error:
            detail = f"its texts cannot be read ({error})"
            raise StoreDamagedError(self.folder, detail) from error

    def _check(self) -> None:
        """Find out cheaply whether the parts are all there; lost vectors make no noise themselves.

        Raises:
            StoreDamagedError: They are not.
        """
        ((sentences,),) = self._rows("SELECT count(*) FROM sentences")
        ((rows,),) = self._rows("SELECT count(*) FROM lexicon_docsize")
        if sentences != self.manifest.sentences or rows != sentences:
            raise StoreDamagedError(self.folder, "sentences are missing from its texts")
        count = self.vector_count()
        if count != self.manifest.vectors:
            raise StoreDamagedError(
                self.folder, f"it holds {count} vectors instead of {self.manifest.vectors}"
            )
        sample = list(self.vectors(self.all_sentences()[:: max(1, sentences // SAMPLE)]))
        if any(checksum(vectors) != expected for _, expected, vectors in sample):
            raise StoreDamagedError(self.folder, "its vectors are not those of its sentences")
        if not all(self.nearest(vectors[0], 1) for _, _, vectors in sample[:1]):
            raise StoreDamagedError(self.folder, "its vectors cannot be searched")


@contextmanager
def telling_failed_writes(folder: Path) -> Iterator[None]:
    """Say it in the user's words when a full disk or the like keeps a version from being written.

    Raises:
        StoreUnwritableError: It does.
    """
    from chromadb.errors import ChromaError

    try:
        yield
    except BrokenPipeError:  # of the one who is shown the progress
        raise
    except (ChromaError, sqlite3.Error, OSError) as error:
        raise StoreUnwritableError(folder, str(error).rstrip(".")) from error


class StoreWriter:
    """A version of the index while it is made, empty or a copy of another."""

    def __init__(self, version: Path) -> None:
        self._version = version
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
            COLLECTION, embedding_function=None, configuration=HNSW
        )

    def add(self, document: Document, chunks: Iterable[Chunk]) -> list[tuple[int, str]]:
        """Write a document, its chunks and sentences.

        Returns:
            The number and text of each new wording, which wants its vectors.
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
            context = _context(document.title, chunk.heading)
            cursor.execute(
                "INSERT INTO chunks (document, start, end, heading, terms) VALUES (?, ?, ?, ?, ?)",
                (number, chunk.span.start, chunk.span.end, chunk.heading, context),
            )
            chunk_number = cursor.lastrowid
            for span in chunk.sentences:
                text = span.of(document.text)
                joined = " ".join(terms(text))
                wording, is_new = self._wording(text)
                if is_new:
                    added.append((wording, text))
                cursor.execute(
                    "INSERT INTO sentences (chunk, start, end, terms, wording) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (chunk_number, span.start, span.end, joined, wording),
                )
                cursor.execute(
                    "INSERT INTO lexicon (rowid, terms) VALUES (?, ?)", (cursor.lastrowid, joined)
                )
        return added

    def _wording(self, text: str) -> tuple[int, bool]:
        """Number a wording, and tell whether it is new."""
        digest = hashlib.sha256(text.encode()).digest()
        row = self._texts.execute(
            "SELECT wording FROM wordings WHERE digest = ?", (digest,)
        ).fetchone()
        if row:
            return int(row[0]), False
        cursor = self._texts.execute("INSERT INTO wordings (digest) VALUES (?)", (digest,))
        return cursor.lastrowid or 0, True

    def rename(self, digest: str, document_id: str, title: str, source: str) -> None:
        """Give a document, which stays the same otherwise, another name."""
        rows = self._texts.execute(
            "SELECT chunk, heading FROM chunks JOIN documents USING (document) WHERE digest = ?",
            (digest,),
        ).fetchall()
        self._texts.executemany(
            "UPDATE chunks SET terms = ? WHERE chunk = ?",
            [(_context(title, heading), chunk) for chunk, heading in rows],
        )
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
            f"SELECT sentence, sentences.terms {belongs}", (digest,)
        ).fetchall()
        self._texts.executemany(
            "INSERT INTO lexicon (lexicon, rowid, terms) VALUES ('delete', ?, ?)",
            rows,
        )
        self._texts.executemany(
            "DELETE FROM sentences WHERE sentence = ?", [(number,) for number, _ in rows]
        )
        self._texts.execute(
            "DELETE FROM chunks WHERE document = (SELECT document FROM documents WHERE digest = ?)",
            (digest,),
        )
        self._texts.execute("DELETE FROM documents WHERE digest = ?", (digest,))

    def forget_unused(self) -> None:
        """Delete the vectors of wordings that no sentence has any more."""
        rows = self._texts.execute(
            "SELECT wording, vectors FROM wordings "
            "WHERE wording NOT IN (SELECT wording FROM sentences)"
        )
        ids = [_vector_id(number, part) for number, parts in rows for part in range(parts or 0)]
        for first in range(0, len(ids), BATCH):
            self._vectors.delete(ids=ids[first : first + BATCH])
        self._texts.execute(
            "DELETE FROM wordings WHERE wording NOT IN (SELECT wording FROM sentences)"
        )

    def add_vectors(
        self, wordings: Sequence[int], vectors: NDArray[np.float32], owners: NDArray[np.intp]
    ) -> None:
        """Write the vectors of some wordings.

        Args:
            wordings: Their numbers.
            vectors: One row each or more, of unit length.
            owners: For each row the position in `wordings` that it belongs to, ascending.
        """
        firsts = np.searchsorted(owners, np.arange(len(wordings) + 1))
        ids = [
            _vector_id(number, part)
            for number, first, last in zip(wordings, firsts, firsts[1:], strict=False)
            for part in range(last - first)
        ]
        for first in range(0, len(ids), BATCH):
            self._vectors.upsert(
                ids=ids[first : first + BATCH], embeddings=vectors[first : first + BATCH]
            )
        self._texts.executemany(
            "UPDATE wordings SET vectors = ?, checksum = ? WHERE wording = ?",
            [
                (int(last - first), checksum(vectors[first:last]), number)
                for number, first, last in zip(wordings, firsts, firsts[1:], strict=False)
            ],
        )

    def finish(self, manifest: Manifest) -> Manifest:
        """Complete the files, let go of them, and complete the manifest with what is in them."""
        counted = replace(
            manifest,
            documents=self._count("count(*) FROM documents"),
            chunks=self._count("count(*) FROM chunks"),
            sentences=self._count("count(*) FROM sentences"),
            vectors=self._count("coalesce(sum(vectors), 0) FROM wordings"),
            terms=self._count(
                "coalesce(sum(length(terms) - length(replace(terms, ' ', '')) + 1), 0) "
                "FROM sentences WHERE terms <> ''"
            ),
        )
        self._texts.execute("COMMIT")
        self._texts.execute("INSERT INTO lexicon (lexicon) VALUES ('optimize')")
        self.close()
        # Chroma writes to its own database even when it only reads, and makes the files of a graph
        # anew as long as none was synced; all of its vectors are in the database then.
        graphs = self._version.glob("vectors/*/index_metadata.pickle")
        paths = [self._version / "texts.sqlite", *(p for g in graphs for p in g.parent.iterdir())]
        files = {
            path.relative_to(self._version).as_posix(): FileState(
                path.stat().st_size, digest_of(path)
            )
            for path in paths
        }
        return replace(counted, files=files)

    def _count(self, what: str) -> int:
        return int(self._texts.execute(f"SELECT {what}").fetchone()[0])

    def close(self) -> None:
        """Let go of the files."""
        self._texts.close()
        self._client.close()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum(vectors: NDArray[np.float32]) -> int:
    """A number that changes when any bit of the vectors does."""
    return zlib.crc32(np.ascontiguousarray(vectors, dtype="<f4").tobytes())


def _context(title: str, heading: str) -> str:
    """The terms that a chunk has from what it stands under."""
    return " ".join(terms(f"{title} {heading}"))


def _vector_id(wording: int, part: int) -> str:
    return f"{wording}.{part}"


def _best_cosines(ids: Sequence[str], cosines: NDArray[np.float32]) -> dict[int, float]:
    """Give each wording the best of its vectors' cosines."""
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


def _client(path: Path) -> "Client":
    from chromadb import PersistentClient
    from chromadb.api.client import Client

    client = PersistentClient(str(path))
    if not isinstance(client, Client):  # its signature promises less than it returns
        raise TypeError(f"Chroma returned a {type(client).__name__}")
    return client


def _check_files(folder: Path, version: Path, files: Mapping[str, FileState]) -> None:
    """Compare sizes, which is cheap; Chroma notices neither a missing file nor half of one."""
    for name, state in files.items():
        path = version / name
        if not path.is_file():
            raise StoreDamagedError(folder, f"{name} is missing")
        if path.stat().st_size != state.size:
            raise StoreDamagedError(
                folder, f"{name} has {path.stat().st_size:,} bytes instead of {state.size:,}"
            )


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


def _open_client(folder: Path, version: Path) -> "Client":
    if not (version / "vectors" / "chroma.sqlite3").is_file():
        raise StoreDamagedError(folder, "its vectors are missing")
    with _reading_vectors(folder):
        return _client(version / "vectors")


@contextmanager
def _reading_vectors(folder: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, OSError) as error:
        raise StoreDamagedError(folder, f"its vectors cannot be read ({error})") from error
