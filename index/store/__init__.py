"""The store: the only package that knows Chroma and SQLite.

A version of the index holds `vectors/`, a Chroma folder with one or more vectors of each
distinct sentence and nothing else, and `texts.sqlite` with everything else: documents with their
exact text, chunks, sentences, and the lexical index over the sentences' terms. Numbers of
distinct wordings tie the two together: thousands of equal vectors, such as a footer's that stands
under every article, would make the graph slow to build and cut parts of it off.
"""

from index.store.files import check_texts, checksum, copy_version, telling_failed_writes
from index.store.part import Part
from index.store.reading import Store
from index.store.records import StoredChunk, StoredDocument, StoredSentence
from index.store.shadow import discard_shadows
from index.store.writing import StoreWriter

__all__ = [
    "Part",
    "Store",
    "StoreWriter",
    "StoredChunk",
    "StoredDocument",
    "StoredSentence",
    "check_texts",
    "checksum",
    "copy_version",
    "discard_shadows",
    "telling_failed_writes",
]
