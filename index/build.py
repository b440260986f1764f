"""Bring the index in step with the sources: load → split → embed → store.

Only what changed is read into the index and embedded. Readers see the version that was in
service before, whole, until the new one is complete; an interrupted build changes nothing.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index import versions
from index.changes import (
    Progress,
    Scan,
    from_elsewhere,
    has_changed,
    remember_times,
    scan,
    still_failing,
)
from index.errors import StoreFormatError, StoreMissingError
from index.formats.limits import limited
from index.load import FoundDocuments, Loader
from index.manifest import Failure, Manifest
from index.members import limits_of
from index.models import FOLDER, fingerprint_of
from index.names import storable
from index.settings import Settings
from index.sources import find_sources
from index.split import SCHEME, split_document
from index.store import Store, StoreWriter, check_texts, copy_version, telling_failed_writes

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

SLAB = 4096
"""Sentences embedded and written in one go: enough to sort them by length with profit."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found and did."""

    documents: int
    sentences: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    """Indexed anew, under the name that they had."""

    removed: tuple[str, ...]
    renamed: tuple[str, ...]
    unchanged: int
    failures: tuple[tuple[str, str], ...]
    """Name and reason of every source that did not become a document."""

    embedded: int
    """Sentences embedded: those whose wording is new."""

    seconds: float
    version: str
    """Name of the version in service afterwards."""


def build(
    settings: Settings,
    *,
    embedding: "BaseEmbedding | None" = None,
    from_scratch: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> BuildReport:
    """Build the index, or bring it in step.

    Args:
        settings: Where the sources and the store are, and the embedding's name.
        embedding: Used instead of the one that the settings name.
        from_scratch: Read and embed everything, whatever is there already.
        on_progress: Called often, from this thread.

    Raises:
        SourcesError: The sources folder is missing.
        StoreError: The store can't be written, is busy, or needs a rebuild first.
        EmbeddingError: The embedding failed.
        SettingsError: There is no such embedding.
    """
    started = time.monotonic()
    find_sources(settings.sources, settings.store)
    with versions.writing(settings.store):
        old = None if from_scratch else _in_service(settings, embedding)
        if old:
            versions.delete_unused(settings.store)
        found = scan(settings, on_progress)
        if old and not has_changed(old[1], found, settings):
            check_texts(settings.store, old[0], old[1].files)
            remember_times(settings.store, *old, found)
            report = _unchanged_report(*old)
        else:
            with telling_failed_writes(settings.store):
                report = _build_version(settings, embedding, old, found, on_progress)
            versions.delete_unused(settings.store)
        return replace(report, seconds=time.monotonic() - started)


def _in_service(
    settings: Settings, embedding: "BaseEmbedding | None"
) -> tuple[str, Manifest] | None:
    """Name and manifest of the version to build upon, if there is one."""
    try:
        store = Store.open(settings.store, _fingerprint(settings, embedding))
    except StoreMissingError:
        return None
    except StoreFormatError as error:
        if error.is_newer:
            raise
        return None
    store.close()
    return (store.name, store.manifest) if store.manifest.splitting == SCHEME else None


def _fingerprint(settings: Settings, embedding: "BaseEmbedding | None") -> str:
    if embedding is None and settings.embedding == "default" and FOLDER.is_dir():
        return fingerprint_of(FOLDER)  # without importing what makes vectors
    from index.embed import fingerprint, load_embedding

    return fingerprint(embedding or load_embedding(settings.embedding))


def _unchanged_report(version: str, manifest: Manifest) -> BuildReport:
    return BuildReport(
        documents=manifest.documents,
        sentences=manifest.sentences,
        added=(),
        changed=(),
        removed=(),
        renamed=(),
        unchanged=manifest.documents,
        failures=tuple((name, failure.reason) for name, failure in manifest.failures.items()),
        embedded=0,
        seconds=0.0,
        version=version,
    )


def _build_version(
    settings: Settings,
    embedding: "BaseEmbedding | None",
    old: tuple[str, Manifest] | None,
    found: Scan,
    on_progress: Callable[[Progress], None],
) -> BuildReport:
    from index.embed import fingerprint, load_embedding

    embedding = embedding or load_embedding(settings.embedding)
    with versions.new_version(settings.store) as version:
        if old:
            copy_version(settings.store, old[0], version, old[1].files)
        writer = StoreWriter(version, old[1].dead if old else 0)
        try:
            outcome = _write(settings, writer, old[1] if old else None, found, on_progress)
            writer.forget_unused()
            dimension = _embed(writer, embedding, outcome.wordings, on_progress)
            manifest = Manifest(
                embedding=fingerprint(embedding),
                dimension=dimension or (old[1].dimension if old else 0),
                splitting=SCHEME,
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                folder=storable(str(settings.sources.resolve())),
                sources={n: s for n, s in found.states.items() if n not in outcome.failures},
                containers=found.containers,
                notes=found.notes,
                limits=asdict(limits_of(settings)),
                failures=dict(sorted({**found.unreadable, **outcome.failures}.items())),
            )
            manifest = writer.finish(manifest)
        finally:
            writer.close()
        manifest.write(version)
        # What is opened here is what readers will open: if it isn't sound, they never see it.
        Store(settings.store, version.name, (version / "lock").open("rb")).close()
        versions.put_in_service(settings.store, version)
    changed = set(outcome.added) & set(outcome.removed)
    return replace(
        _unchanged_report(version.name, manifest),
        added=tuple(name for name in outcome.added if name not in changed),
        changed=tuple(sorted(changed)),
        removed=tuple(name for name in outcome.removed if name not in changed),
        renamed=tuple(outcome.renamed),
        unchanged=manifest.documents - len(outcome.added) - len(outcome.renamed),
        embedded=len(outcome.wordings),
    )


@dataclass(slots=True)
class _Outcome:
    """What writing the texts came to."""

    wordings: list[tuple[int, str]]
    """Number and text of each new one."""

    failures: dict[str, Failure]
    added: list[str]
    removed: list[str]
    renamed: list[str]


def _write(
    settings: Settings,
    writer: StoreWriter,
    old: Manifest | None,
    found: Scan,
    on_progress: Callable[[Progress], None],
) -> _Outcome:
    """Write documents and chunks; the wordings that come back still want their vectors."""
    failed = still_failing(old, found, settings) if old else {}
    found = replace(found, states={n: s for n, s in found.states.items() if n not in failed})
    outcome = _Outcome([], failed, [], [], [])
    names = found.names()
    old_names = Scan(dict(old.sources)).names() if old else {}
    gone = (old_names.keys() - names.keys()) | (from_elsewhere(old, found) if old else set())
    for digest in [digest for digest in old_names if digest in gone]:
        writer.remove(digest)
        outcome.removed.append(old_names.pop(digest)[0])
    # The same bytes may come to another text under another name: its suffix says their format.
    moved = {d: n for d, n in names.items() if d in old_names and n != old_names[d]}
    for digest in moved:  # all of them first: two may have swapped their names
        writer.remove(digest)
    fresh = [same for digest, same in names.items() if digest not in old_names]
    with limited(limits_of(settings)), Loader(settings) as loader:
        loading = FoundDocuments(settings, found, outcome.failures, loader)
        for document in loading.documents(list(moved.values())):
            outcome.wordings += writer.add(document, split_document(document))
            outcome.renamed.append(document.id)
            del moved[document.digest]
        outcome.removed += [old_names[digest][0] for digest in moved]
        for document in loading.documents(fresh, on_progress):
            outcome.wordings += writer.add(document, split_document(document))
            outcome.added.append(document.id)
    return outcome


def _embed(
    writer: StoreWriter,
    embedding: "BaseEmbedding",
    wordings: list[tuple[int, str]],
    on_progress: Callable[[Progress], None],
) -> int:
    """Embed wordings and write their vectors.

    Returns:
        The dimension of the vectors; 0 when there are none.
    """
    from index.embed import embed_sentences

    done = dimension = 0

    def advance(finished: int) -> None:
        nonlocal done
        done += finished
        on_progress(Progress("Indexing", done, len(wordings)))

    for first in range(0, len(wordings), SLAB):
        slab = wordings[first : first + SLAB]
        vectors, owners = embed_sentences(embedding, [text for _, text in slab], advance)
        writer.add_vectors([number for number, _ in slab], vectors, owners)
        dimension = vectors.shape[1]
    return dimension
