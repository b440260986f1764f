"""Check an index against its sources: every text, span, vector and count."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.build import changed_sources
from index.document import Span
from index.errors import PullquoteError
from index.load import load_document, read_source
from index.settings import Settings
from index.split import SCHEME, split_document
from index.store import Store, StoredDocument, checksum


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking came to."""

    documents: int
    sentences: int
    vectors: int
    changed: tuple[str, ...]
    """Sources that were added, changed or removed since the index was built."""

    faults: tuple[str, ...]
    """What does not agree within the index, or with sources that have not changed."""


def verify(settings: Settings) -> Verification:
    """Re-read the sources and check everything that the index says of them.

    Raises:
        StoreError: The store can't even be opened.
        SourcesError: The sources folder is missing.
    """
    store = Store.open(settings.store)
    changed = changed_sources(store.manifest, settings)
    documents = store.documents()
    faults = [
        *(fault for document in documents for fault in _document_faults(store, settings, document)),
        *_vector_faults(store),
        *_count_faults(store, documents),
    ]
    return Verification(
        documents=len(documents),
        sentences=store.manifest.sentences,
        vectors=store.manifest.vectors,
        changed=changed,
        faults=tuple(faults),
    )


def _document_faults(store: Store, settings: Settings, entry: StoredDocument) -> Iterator[str]:
    stored = store.document(entry.id)
    chunks = store.chunks_of(entry.id)
    spans = [span for chunk in chunks for span in chunk.sentences]
    if any(not 0 <= s.start < s.end <= len(stored.text) for s in spans) or spans != sorted(spans):
        yield f"{entry.id!r}: sentences lie outside its text or out of order"
    if any(
        chunk.span != Span(chunk.sentences[0].start, chunk.sentences[-1].end) for chunk in chunks
    ):
        yield f"{entry.id!r}: a chunk is not the run of its sentences"
    try:
        source = read_source(
            settings.sources, entry.id, max_bytes=int(settings.max_file_mb * 1_000_000)
        )
        if source.digest != entry.digest:
            return  # changed since: `changed_sources` tells
        document = load_document(source)
    except PullquoteError:
        return
    if document.text != stored.text:
        yield f"{entry.id!r}: the stored text is not the source's"
    elif store.manifest.splitting == SCHEME and split_document(document) != chunks:
        yield f"{entry.id!r}: its sentences are not where they should be"


def _vector_faults(store: Store) -> Iterator[str]:
    missing = altered = 0
    for _, expected, vectors in store.vectors():
        if not len(vectors):
            missing += 1
        elif checksum(vectors) != expected or not np.allclose(
            np.linalg.norm(vectors, axis=1), 1, atol=1e-3
        ):
            altered += 1
    if missing:
        yield f"the vectors of {missing} sentences are missing"
    if altered:
        yield f"the vectors of {altered} sentences are not those that were written"


def _count_faults(store: Store, documents: list[StoredDocument]) -> Iterator[str]:
    manifest = store.manifest
    found = {
        "documents": (len(documents), manifest.documents),
        "sentences": (sum(document.sentences for document in documents), manifest.sentences),
        "vectors": (store.vector_count(), manifest.vectors),
    }
    for what, (there, expected) in found.items():
        if there != expected:
            yield f"it holds {there} {what} instead of {expected}"
