"""Check an index against its sources: every text, span, term, vector and count."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from index import origin
from index.changes import changed_sources
from index.document import Chunk, Document, Span
from index.errors import StoreDamagedError
from index.formats.limits import limited
from index.load import Loader
from index.members import file_of, limits_of, read_documents
from index.settings import Settings
from index.sources import Source
from index.split import SCHEME, split_document
from index.store import Store, StoredDocument, checksum
from index.terms import terms

TOLD = ("metadata", "pages", "blocks")


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
    with closing(store):
        changed = changed_sources(store, settings, reread=True)
        faults = store.altered_files()
        documents: tuple[StoredDocument, ...] = ()
        try:
            documents = store.documents()
        except StoreDamagedError as error:
            faults.append(error.detail)
        for entry in documents:
            faults += _told(_document_faults(store, entry), f"{entry.id!r}: ")
        named = [d.id for d in documents if d.id in store.manifest.sources]
        # What has changed since, or is gone, `changed_sources` tells.
        same = [name for name in named if _note_of(store, name) not in changed]
        faults += _told(_source_faults(store, settings, same))
        faults += _told(_vector_faults(store))
        faults += _told(_count_faults(store, documents))
        return Verification(
            documents=len(documents),
            sentences=store.manifest.sentences,
            vectors=store.manifest.vectors,
            changed=changed,
            faults=tuple(dict.fromkeys(faults)),
        )


def _told(faults: Iterator[str], of: str = "") -> Iterator[str]:
    """Faults, the last of which may be what keeps further ones from being looked for."""
    try:
        yield from faults
    except StoreDamagedError as error:
        yield f"{of}{error.detail}"


def _document_faults(store: Store, entry: StoredDocument) -> Iterator[str]:
    known = store.manifest.sources.get(entry.id)
    if known is None or known.digest != entry.digest:
        yield f"{entry.id!r}: the index does not say which source it was made of"
        return
    stored = store.document(entry.id)
    yield from _span_faults(entry.id, stored.text, store.chunks_of(entry.id))
    yield from _term_faults(store, stored)


def _source_faults(store: Store, settings: Settings, names: Sequence[str]) -> Iterator[str]:
    """Read the sources of these documents that have not changed, and compare."""
    manifest = store.manifest
    with limited(limits_of(settings)), Loader(settings) as loader:
        found = (
            one
            for one in read_documents(settings, manifest.containers, names)
            if isinstance(one, Source) and one.digest == manifest.sources[one.name].digest
        )
        for source, loaded in loader.load_all(found):
            if isinstance(loaded, Document):
                yield from _told(_differences(store, loaded), f"{source.name!r}: ")
            else:
                yield f"{source.name!r}: it can't be read once more: {loaded.reason}"


def _note_of(store: Store, name: str) -> str:
    """The note that says where a document came from, if there is one."""
    return file_of(name, store.manifest.containers) + origin.SUFFIX


def _differences(store: Store, document: Document) -> Iterator[str]:
    stored, chunks = store.document(document.id), store.chunks_of(document.id)
    if document.text != stored.text:
        yield f"{document.id!r}: the stored text is not the source's"
    elif any(getattr(document, told) != getattr(stored, told) for told in TOLD):
        yield (
            f"{document.id!r}: what is stored of its pages, blocks or metadata is not the source's"
        )
    elif store.manifest.splitting == SCHEME and split_document(document) != chunks:
        yield f"{document.id!r}: its sentences are not where they should be"


def _span_faults(name: str, text: str, chunks: list[Chunk]) -> Iterator[str]:
    spans = [span for chunk in chunks for span in chunk.sentences]
    if spans != sorted(spans) or any(not span or span.end > len(text) for span in spans):
        yield f"{name!r}: sentences lie outside its text or out of order"
    for chunk in chunks:
        run = chunk.sentences
        if not run or chunk.span != Span(run[0].start, run[-1].end):
            yield f"{name!r}: a chunk is not the run of its sentences"
            return


def _term_faults(store: Store, document: Document) -> Iterator[str]:
    """Make the terms of every sentence and of what its chunk stands under once more."""
    if store.manifest.splitting != SCHEME:
        return
    chunks = store.chunks_with([number for number, _ in store.sentences_in(document.id)])
    sentences = store.sentences_of(list(chunks))
    kept = [
        *((f"{document.title} {chunk.heading}", chunk.terms) for chunk in chunks.values()),
        *((one.span.of(document.text), one.terms) for run in sentences.values() for one in run),
    ]
    if wrong := sum(
        " ".join(terms(text, document.language)).split() != list(found) for text, found in kept
    ):
        yield f"{document.id!r}: sentences or headings whose words are not the text's: {wrong}"


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
        yield f"sentences whose vectors are missing: {missing}"
    if altered:
        yield f"sentences whose vectors are not those that were written: {altered}"


def _count_faults(store: Store, documents: Sequence[StoredDocument]) -> Iterator[str]:
    manifest = store.manifest
    found = {
        "documents": (len(documents), manifest.documents),
        "sentences": (sum(document.sentences for document in documents), manifest.sentences),
        "vectors": (store.vector_count(), manifest.vectors),
    }
    for what, (there, expected) in found.items():
        if there != expected:
            yield f"it holds {there} {what} instead of {expected}"
