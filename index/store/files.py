"""The files of a version: their names and schema, how they are opened, and what can be wrong."""

import hashlib
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreDamagedError, StoreUnwritableError, reason_of
from index.manifest import FileState
from index.versions import folder_of, reading

P = ParamSpec("P")
R = TypeVar("R")

TEXTS = "texts.sqlite"

SCHEMA = """
CREATE TABLE documents (
    document INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, source TEXT, digest TEXT UNIQUE,
    language TEXT, metadata TEXT, checksum TEXT, pages TEXT, blocks TEXT,
    text TEXT); -- last, so that listing documents does not read through their texts
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
    tokenize="ascii tokenchars '.'");
CREATE VIRTUAL TABLE frequencies USING fts5vocab ('lexicon', 'row');
"""


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum(vectors: NDArray[np.float32]) -> int:
    """A number that changes when any bit of the vectors does."""
    return zlib.crc32(np.ascontiguousarray(vectors, dtype="<f4").tobytes())


def check_sizes(folder: Path, version: Path, files: Mapping[str, FileState]) -> None:
    """Compare the files' sizes, which costs nothing.

    Raises:
        StoreDamagedError: A file is missing or has another size.
        StoreUnreadableError: It can't be looked at.
    """
    for name, state in files.items():
        with reading(folder, name):
            size = (version / name).stat().st_size
        if size != state.size:
            raise StoreDamagedError(folder, f"{name} has {size:,} bytes instead of {state.size:,}")


def check_file(folder: Path, version: Path, name: str, state: FileState) -> None:
    """Compare all that is in a file.

    Raises:
        StoreDamagedError: It is not as it was written.
        StoreUnreadableError: It can't be read.
    """
    with reading(folder, name):
        found = digest_of(version / name)
    if found != state.digest:
        raise StoreDamagedError(folder, f"{name} is not as it was written")


def check_texts(folder: Path, name: str, files: Mapping[str, FileState]) -> None:
    """Compare all that is in a version's texts, of which opening it looks at the size alone.

    Raises:
        StoreDamagedError: They are not as they were written.
        StoreUnreadableError: They can't be read.
    """
    check_file(folder, folder_of(folder, name), TEXTS, files[TEXTS])


def copy_version(folder: Path, name: str, new: Path, files: Mapping[str, FileState]) -> None:
    """Copy a version that was opened, and so had its vectors checked, to build upon it.

    Args:
        folder: The store's folder.
        name: The version's name.
        new: The folder of the version to be.
        files: Those of the version, as they were written.

    Raises:
        StoreDamagedError: Its texts are not as they were written: nothing may be built upon them.
        StoreUnreadableError: They can't be read.
        OSError: There is no room.
    """
    check_texts(folder, name, files)
    version = folder_of(folder, name)
    for file in files:
        (new / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(version / file, new / file)


def open_texts(folder: Path, version: Path) -> sqlite3.Connection:
    """Open a version's texts for reading.

    Raises:
        StoreDamagedError: They are missing.
        StoreUnreadableError: They can't be opened.
    """
    path = version / TEXTS
    with reading(folder, TEXTS), path.open("rb"):  # SQLite does not say why it can't
        pass
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


@contextmanager
def making_sense(folder: Path) -> Iterator[None]:
    """Turn what comes of rows that no build writes into what a person can act on.

    Raises:
        StoreDamagedError: Rows hold other things than they should.
    """
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise StoreDamagedError(folder, f"its entries make no sense ({error})") from error


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
        reason = reason_of(error)
        raise StoreUnwritableError(folder, reason) from error


class InFolder(Protocol):
    """What belongs to a store's folder."""

    folder: Path


S = TypeVar("S", bound=InFolder)


def sensible(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Have a method tell what comes of damaged rows in the user's words."""

    @wraps(method)
    def told(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with making_sense(self.folder):
            return method(self, *args, **kwargs)

    return told
