"""Chroma: the configuration of its collection, and how its folder is opened and let go of."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import StoreUnreadableError
from index.invocation import index_command

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration

FOLDER = "vectors"
"""Chroma's folder in a version."""

DATABASE = f"{FOLDER}/chroma.sqlite3"
"""What Chroma writes to whenever it opens its folder, if only to read."""

COLLECTION = "sentences"

BATCH = 5000
"""Vectors written or read at once; Chroma takes at most 5,461."""

SYNC = 1000
"""Vectors after which Chroma puts the graph on disk while it is written."""

HNSW: "CreateCollectionConfiguration" = {
    "hnsw": {"space": "ip", "ef_search": 300, "sync_threshold": SYNC, "batch_size": SYNC}
}
"""Vectors are of unit length, so the inner product is the cosine; `ef_search` is for recall."""

_CLIENTS = threading.RLock()
"""Chroma shares what stands behind a folder among its clients, and makes it without a lock."""


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


def collection_of(client: "Client") -> "Collection":
    """The vectors in an open folder."""
    # None must be said again: Chroma would attach an embedding that downloads.
    return client.get_collection(COLLECTION, embedding_function=None)


def put_graph_on_disk(path: Path) -> None:
    """Have Chroma write down what it still keeps in its log.

    Everybody who opens the folder would else put it into the graph again: a second for every
    1,000 vectors of 384 dimensions.
    """
    client = open_or_make(path)
    collection_of(client).modify(configuration={"hnsw": {"sync_threshold": 2}})
    close_client(client)
    client = open_or_make(path)  # only now does that hold
    vectors = collection_of(client)
    vectors.get(limit=1, include=["embeddings"])
    vectors.modify(configuration={"hnsw": {"sync_threshold": SYNC}})
    close_client(client)


def vector_id(wording: int, part: int) -> str:
    """The name of a vector in Chroma: that of one part of a wording."""
    return f"{wording}.{part}"


@contextmanager
def reading_vectors(folder: Path) -> Iterator[None]:
    """Turn what Chroma raises while reading into what a person can act on.

    Raises:
        StoreUnreadableError: Something keeps Chroma from reading files that are as they were
            written.
    """
    try:
        yield
    except Exception as error:  # Chroma raises anything, AttributeError for a full disk too
        raise StoreUnreadableError(
            folder,
            f"Chroma fails with {str(error).rstrip('.')!r}",
            "Its files are as they were written: make room for temporary files and try again, or "
            f"rebuild it with {index_command('rebuild')}.",
        ) from error
