"""The reading side: one version of the index, open for questions."""

import json
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from index import versions
from index.document import Chunk, Span
from index.errors import StoreDamagedError, StoreMismatchError
from index.manifest import Manifest
from index.store.chroma import vector_id
from index.store.documents import Documents, Rows, check_strings, languages_of, read_documents
from index.store.files import (
    check_file,
    check_sizes,
    checksum,
    making_sense,
    open_texts,
    rows_of,
    sensible,
)
from index.store.records import StoredChunk, StoredSentence
from index.store.vectors import Vectors

SAMPLE = 20
"""Sentences whose vectors are looked at when a store is opened."""

COPIES = 20
"""Sentences of the same wording that dense search proposes."""


class Store:
    """One version of the index, open for reading, by any number of threads.

    It keeps showing the same version, whatever is built meanwhile; `is_current` tells when there
    is a newer one.
    """

    def __init__(self, folder: Path, name: str, lock: IO[bytes]) -> None:
        version = versions.folder_of(folder, name)
        self.folder = folder
        self.name = name
        with ExitStack() as opened:
            opened.callback(lock.close)
            self.manifest = Manifest.read(folder, version)
            check_sizes(folder, version, self.manifest.files)
            texts = opened.enter_context(closing(open_texts(folder, version)))
            vectors = Vectors(folder, version, self.manifest)
            self._vectors = opened.enter_context(closing(vectors))
            # None of these holds the store, so that it is closed as soon as nobody uses it.
            self._rows = partial(rows_of, folder, texts)
            self.documents = lru_cache(maxsize=1)(partial(read_documents, folder, self._rows))
            self.languages = lru_cache(maxsize=1)(partial(languages_of, self.documents))
            self.document = Documents(folder, self._rows)
            self.frequency = lru_cache(maxsize=4096)(partial(_read_frequency, self._rows))
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

    @sensible
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

    @sensible
    def sentences_in(self, document_id: str) -> list[tuple[int, Span]]:
        """Number and span of every sentence of a document, in order."""
        rows = self._rows(
            "SELECT sentence, sentences.start, sentences.end FROM sentences JOIN chunks "
            "USING (chunk) JOIN documents USING (document) WHERE id = ? ORDER BY sentences.start",
            (document_id,),
        )
        return [(number, Span(start, end)) for number, start, end in rows]

    @sensible
    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """Find the sentences nearest to a vector: cosines by sentence number."""
        if not self.manifest.vectors:
            return {}
        best = self._vectors.nearest(vector, count)
        rows = self._in(
            "SELECT sentence, wording, row_number() OVER (PARTITION BY wording ORDER BY sentence) "
            "FROM sentences WHERE wording",
            list(best),
        )
        return {sentence: best[wording] for sentence, wording, copy in rows if copy <= COPIES}

    @sensible
    def cosines(self, vector: NDArray[np.float32], sentences: Sequence[int]) -> dict[int, float]:
        """Compute the cosine of a vector with each of some sentences."""
        if not sentences:
            return {}
        rows = self._in(
            "SELECT sentence, wording, vectors FROM sentences JOIN wordings USING (wording) "
            "WHERE sentence",
            sentences,
        )
        best = self._vectors.cosines(vector, {wording: parts for _, wording, parts in rows})
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

    def occurring(self, wanted: Iterable[str]) -> list[str]:
        """Of some terms, those that occur in any sentence, the most frequent first."""
        rows = self._rows(
            "SELECT term FROM frequencies WHERE term IN (SELECT value FROM json_each(?)) "
            "ORDER BY doc DESC, term",
            (json.dumps(list(wanted)),),
        )
        return [str(term) for (term,) in rows]

    def all_sentences(self) -> list[int]:
        """Every sentence's number."""
        return [number for (number,) in self._rows("SELECT sentence FROM sentences")]

    @sensible
    def chunks_with(self, sentences: Sequence[int]) -> dict[int, StoredChunk]:
        """The chunks that hold any of some sentences, by number."""
        rows = self._in(
            "SELECT DISTINCT chunks.chunk, id, title, chunks.start, chunks.end, heading, "
            "chunks.terms, language FROM sentences JOIN chunks USING (chunk) "
            "JOIN documents USING (document) WHERE sentence",
            sentences,
        )
        for row in rows:
            check_strings((row[1], row[2], row[5], row[7]))
        return {
            row[0]: StoredChunk(
                row[0],
                row[1],
                row[2],
                Span(*row[3:5]),
                row[5],
                tuple(row[6].split()),
                row[7],
            )
            for row in rows
        }

    @sensible
    def terms_in(self, chunks: Sequence[int]) -> dict[int, dict[int, list[str]]]:
        """The terms of each sentence of some chunks: by chunk, then by the sentence's number."""
        found: dict[int, dict[int, list[str]]] = {chunk: {} for chunk in chunks}
        rows = self._in("SELECT sentence, chunk, terms FROM sentences WHERE chunk", chunks)
        for number, chunk, joined in rows:
            found[chunk][number] = joined.split()
        return found

    @sensible
    def places_of(self, sentences: Sequence[int]) -> list[tuple[int, str, str, Span]]:
        """Where some sentences stand: each one's number, its document's id and title, its span."""
        rows = self._in(
            "SELECT sentence, id, title, sentences.start, sentences.end FROM sentences "
            "JOIN chunks USING (chunk) JOIN documents USING (document) WHERE sentence",
            sentences,
        )
        return [(number, str(one), str(title), Span(*at)) for number, one, title, *at in rows]

    @sensible
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
            with making_sense(self.folder):
                ids = [vector_id(w, part) for _, w, parts, _ in slab for part in range(parts)]
            by_id = self._vectors.read(list(dict.fromkeys(ids)))
            for number, wording, parts, expected in slab:
                there = [by_id.get(vector_id(wording, part)) for part in range(parts)]
                yield (
                    number,
                    expected,
                    np.array([v for v in there if v is not None], dtype=np.float32),
                )

    def vector_count(self) -> int:
        """How many vectors Chroma holds."""
        return self._vectors.count()

    def altered_files(self) -> list[str]:
        """Read every file, and say of each that is not as it was written what is wrong.

        Raises:
            StoreUnreadableError: One can't be read.
        """
        version = versions.folder_of(self.folder, self.name)
        altered = []
        for name, state in self.manifest.files.items():
            try:
                check_file(self.folder, version, name, state)
            except StoreDamagedError as error:
                altered.append(error.detail)
        return altered

    def _in(self, select: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        # SQLite takes a limited number of parameters, but a JSON array of any length.
        return self._rows(
            f"{select} IN (SELECT value FROM json_each(?))",  # noqa: S608 - a SELECT of ours
            (json.dumps(list(numbers)),),
        )

    @sensible
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


def _read_frequency(rows: Rows, term: str) -> int:
    """In how many sentences a term occurs."""
    found = rows("SELECT doc FROM frequencies WHERE term = ?", (term,))
    return int(found[0][0]) if found else 0
