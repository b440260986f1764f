"""The writing side: a version of the index while it is made."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.document import Chunk, Document
from index.manifest import FileState, Manifest
from index.store.chroma import (
    BATCH,
    COLLECTION,
    DATABASE,
    FOLDER,
    HNSW,
    close_client,
    collection_of,
    open_or_make,
    put_graph_on_disk,
    vector_id,
)
from index.store.documents import text_checksum
from index.store.files import SCHEMA, TEXTS, checksum, digest_of
from index.terms import terms

DEAD = 1 / 3
"""Share of a graph that may be vectors which no sentence has any more."""


class StoreWriter:
    """A version of the index while it is made, empty or a copy of another."""

    def __init__(self, version: Path, dead: int = 0) -> None:
        """Open it for writing; so many vectors of the copy are `Manifest.dead`."""
        self._version = version
        self._dead = dead
        fresh = not (version / TEXTS).exists()
        self._texts = sqlite3.connect(version / TEXTS, isolation_level=None)
        # Nobody reads this version before it is complete: a crash means starting over.
        self._texts.execute("PRAGMA journal_mode = OFF")
        self._texts.execute("PRAGMA synchronous = OFF")
        if fresh:
            self._texts.executescript(SCHEMA)
        self._texts.execute("BEGIN")
        self._open_vectors()

    def _open_vectors(self) -> None:
        self._client = open_or_make(self._version / FOLDER)
        self._vectors = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration=HNSW
        )

    def add(self, document: Document, chunks: Iterable[Chunk]) -> list[tuple[int, str]]:
        """Write a document, its chunks and sentences.

        Returns:
            The number and text of each new wording, which wants its vectors.
        """
        cursor = self._texts.execute(
            "INSERT INTO documents "
            "(id, title, text, digest, source, language, metadata, pages, blocks, checksum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.title,
                document.text,
                document.digest,
                document.source,
                document.language,
                json.dumps(dict(document.metadata)),
                json.dumps([(page.start, page.end) for page in document.pages]),
                json.dumps([(b.span.start, b.span.end, b.kind, b.level) for b in document.blocks]),
                text_checksum(document.text),
            ),
        )
        number = cursor.lastrowid
        added = []
        for chunk in chunks:
            context = _context(document.title, chunk.heading, document.language)
            cursor.execute(
                "INSERT INTO chunks (document, start, end, heading, terms) VALUES (?, ?, ?, ?, ?)",
                (number, chunk.span.start, chunk.span.end, chunk.heading, context),
            )
            chunk_number = cursor.lastrowid
            for span in chunk.sentences:
                text = span.of(document.text)
                joined = " ".join(terms(text, document.language))
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
        """Delete the vectors of wordings that no sentence has any more.

        Chroma keeps them in its graph and walks through them all the same, so when they are more
        than `DEAD` of it, those that are left are written anew.
        """
        unused = self._ids("wording NOT IN (SELECT wording FROM sentences)")
        self._texts.execute(
            "DELETE FROM wordings WHERE wording NOT IN (SELECT wording FROM sentences)"
        )
        self._dead += len(unused)
        used = self._ids("vectors > 0")
        new = self._count("count(*) FROM wordings WHERE vectors IS NULL")
        if self._dead > DEAD * (self._dead + len(used) + new):
            self._write_anew(used)
            self._dead = 0
        else:
            for first in range(0, len(unused), BATCH):
                self._vectors.delete(ids=unused[first : first + BATCH])

    def _ids(self, condition: str) -> list[str]:
        rows = self._texts.execute(
            f"SELECT wording, vectors FROM wordings WHERE {condition} ORDER BY wording"  # noqa: S608 - of ours
        )
        return [vector_id(number, part) for number, parts in rows for part in range(parts or 0)]

    def _write_anew(self, ids: Sequence[str]) -> None:
        """Replace Chroma's folder by one that holds these vectors only."""
        close_client(self._client)
        old = self._version / f"{FOLDER}.old"
        (self._version / FOLDER).rename(old)
        self._open_vectors()
        client = open_or_make(old)
        try:
            held = collection_of(client)
            for first in range(0, len(ids), BATCH):
                found = held.get(ids=list(ids[first : first + BATCH]), include=["embeddings"])
                self._vectors.upsert(
                    ids=found["ids"], embeddings=np.asarray(found["embeddings"], np.float32)
                )
        finally:
            close_client(client)
        shutil.rmtree(old)

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
            vector_id(number, part)
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
            dead=self._dead,
            terms=self._count(
                "coalesce(sum(length(terms) - length(replace(terms, ' ', '')) + 1), 0) "
                "FROM sentences WHERE terms <> ''"
            ),
        )
        self._texts.execute("COMMIT")
        self._texts.execute("INSERT INTO lexicon (lexicon) VALUES ('optimize')")
        self.close()
        put_graph_on_disk(self._version / FOLDER)
        with closing(sqlite3.connect(self._version / DATABASE)) as database:
            database.execute("VACUUM")  # it is copied by everybody who opens it
        # Of a graph that Chroma never put on disk, all is in the database.
        graphs = self._version.glob(f"{FOLDER}/*/index_metadata.pickle")
        paths = [
            self._version / TEXTS,
            self._version / DATABASE,
            *(path for graph in graphs for path in graph.parent.iterdir()),
        ]
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
        close_client(self._client)


def _context(title: str, heading: str, language: str) -> str:
    """The terms that a chunk has from what it stands under."""
    return " ".join(terms(f"{title} {heading}", language))
