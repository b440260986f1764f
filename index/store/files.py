"""The files of a version: their names and schema, how they are opened, and what can be wrong."""

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreDamagedError, StoreUnwritableError
from index.manifest import FileState

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

COLLECTION = "sentences"

BATCH = 5000
"""Vectors written or read at once; Chroma takes at most 5,461."""

HNSW: "CreateCollectionConfiguration" = {
    "hnsw": {"space": "ip", "ef_search": 300, "sync_threshold": 1000, "batch_size": 1000}
}
"""Vectors are of unit length, so the inner product is the cosine; `ef_search` is for recall. What
is not synced to disk has to be put into the graph again by everybody who opens the store: a second
for 5,000 vectors. Writing them by the thousand costs nothing in comparison."""

SCHEMA = """
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

_CLIENTS = threading.RLock()
"""Chroma shares what stands behind a folder among its clients, and makes it without a lock."""


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum(vectors: NDArray[np.float32]) -> int:
    """A number that changes when any bit of the vectors does."""
    return zlib.crc32(np.ascontiguousarray(vectors, dtype="<f4").tobytes())


def vector_id(wording: int, part: int) -> str:
    """The name of a vector in Chroma: that of one part of a wording."""
    return f"{wording}.{part}"


def open_or_make(path: Path) -> "Client":
    """Open a Chroma folder, making it if it isn't there."""
    from chromadb import PersistentClient
    from chromadb.api.client import Client

    with _CLIENTS:
        client = PersistentClient(str(path))
    if not isinstance(client, Client):  # its signature promises less than it returns
        raise TypeError(f"Chroma returned a {type(client).__name__}")
    return client


def close_client(client: "Client") -> None:
    """Let go of a Chroma folder."""
    with _CLIENTS:
        client.close()


def check_files(folder: Path, version: Path, files: Mapping[str, FileState]) -> None:
    """Compare sizes, which is cheap; Chroma notices neither a missing file nor half of one."""
    for name, state in files.items():
        path = version / name
        if not path.is_file():
            raise StoreDamagedError(folder, f"{name} is missing")
        if path.stat().st_size != state.size:
            raise StoreDamagedError(
                folder, f"{name} has {path.stat().st_size:,} bytes instead of {state.size:,}"
            )


def open_texts(folder: Path, version: Path) -> sqlite3.Connection:
    """Open a version's texts for reading.

    Raises:
        StoreDamagedError: They are missing or unreadable.
    """
    path = version / "texts.sqlite"
    if not path.is_file():
        raise StoreDamagedError(folder, "its texts are missing")
    try:
        # A version in service never changes: no locks are needed, nor a writable disk.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreDamagedError(folder, f"its texts cannot be opened ({error})") from error


def rows_of(
    folder: Path, texts: sqlite3.Connection, select: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """Ask a version's texts.

    Raises:
        StoreDamagedError: They can't be read.
    """
    try:
        return texts.execute(select, parameters).fetchall()
    except sqlite3.Error as error:
        raise StoreDamagedError(folder, f"its texts cannot be read ({error})") from error


def open_client(folder: Path, version: Path) -> "Client":
    """Open a version's vectors for reading.

    Raises:
        StoreDamagedError: They are missing.
    """
    if not (version / "vectors" / "chroma.sqlite3").is_file():
        raise StoreDamagedError(folder, "its vectors are missing")
    with reading_vectors(folder):
        return open_or_make(version / "vectors")


@contextmanager
def reading_vectors(folder: Path) -> Iterator[None]:
    """Turn what Chroma raises while reading into what a person can act on.

    Raises:
        StoreDamagedError: The vectors can't be read.
    """
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, OSError) as error:
        raise StoreDamagedError(folder, f"its vectors cannot be read ({error})") from error


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
