"""Bring the index in step with the sources: load → split → embed → store.

Only what changed is read into the index and embedded. Readers see the version that was in
service before, whole, until the new one is complete; an interrupted build changes nothing.
"""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index import versions
from index.document import Document
from index.errors import StoreMissingError, UnreadableDocumentError
from index.load import (
    changed_while_read,
    find_sources,
    load_document,
    read_source,
    showable,
    storable,
)
from index.manifest import Failure, Manifest, SourceState
from index.models import FOLDER, fingerprint_of
from index.settings import Settings
from index.split import SCHEME, split_document
from index.store import Store, StoreWriter, telling_failed_writes

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

SLAB = 4096
"""Sentences embedded and written in one go: enough to sort them by length with profit."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come."""

    stage: str
    """What is being done, such as `Reading`."""

    done: int
    total: int


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


@dataclass(frozen=True, slots=True)
class _Scan:
    """The sources as they are now."""

    states: dict[str, SourceState]
    unreadable: dict[str, Failure]

    def names(self) -> dict[str, list[str]]:
        """The names of each digest, in order."""
        names: dict[str, list[str]] = {}
        for name in sorted(self.states):
            names.setdefault(self.states[name].digest, []).append(name)
        return names


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
    find_sources(settings.sources)
    with versions.writing(settings.store):
        versions.delete_unused(settings.store)
        old = None if from_scratch else _manifest_in_service(settings, embedding)
        scan = _scan(settings, on_progress)
        if old and not _has_changed(old[1], scan):
            report = _unchanged_report(*old)
        else:
            with telling_failed_writes(settings.store):
                report = _build_version(settings, embedding, old, scan, on_progress)
            versions.delete_unused(settings.store)
        return replace(report, seconds=time.monotonic() - started)


def changed_sources(
    manifest: Manifest, settings: Settings, *, reread: bool = False
) -> tuple[str, ...]:
    """Names of the sources that were added, changed or removed since a version was built.

    Args:
        manifest: The version's.
        settings: Where the sources are.
        reread: Read even the files whose size and time of modification are the same.

    Raises:
        SourcesError: The sources folder is missing.
    """
    known = {**manifest.sources, **{n: f.state for n, f in manifest.failures.items()}}
    names = {storable(name): name for name in find_sources(settings.sources)}
    changed = [
        shown
        for shown, name in names.items()
        if shown not in known or _differs(settings, name, known[shown], reread=reread)
    ]
    return tuple(sorted({*changed, *(known.keys() - names.keys())}))


def _differs(settings: Settings, name: str, state: SourceState | None, *, reread: bool) -> bool:
    try:
        found = (settings.sources / name).stat()
        same = state is not None and (found.st_size, found.st_mtime_ns) == (
            state.size,
            state.modified,
        )
        if same and not reread:
            return False
        source = read_source(settings.sources, name, max_bytes=_max_bytes(settings))
    except (OSError, UnreadableDocumentError):
        return state is not None
    return state is None or source.digest != state.digest


def _max_bytes(settings: Settings) -> int:
    return int(min(settings.max_file_mb, 1e9) * 1_000_000)


def _manifest_in_service(
    settings: Settings, embedding: "BaseEmbedding | None"
) -> tuple[str, Manifest] | None:
    try:
        store = Store.open(settings.store, _fingerprint(settings, embedding))
    except StoreMissingError:
        return None
    store.close()
    return (store.name, store.manifest) if store.manifest.splitting == SCHEME else None


def _fingerprint(settings: Settings, embedding: "BaseEmbedding | None") -> str:
    if embedding is None and settings.embedding == "default" and FOLDER.is_dir():
        return fingerprint_of(FOLDER)  # without importing what makes vectors
    from index.embed import fingerprint, load_embedding

    return fingerprint(embedding or load_embedding(settings.embedding))


def _scan(settings: Settings, on_progress: Callable[[Progress], None]) -> _Scan:
    names = find_sources(settings.sources)
    states: dict[str, SourceState] = {}
    unreadable: dict[str, Failure] = {}
    for done, name in enumerate(names):
        on_progress(Progress("Looking", done, len(names)))
        try:
            source = read_source(settings.sources, name, max_bytes=_max_bytes(settings))
        except UnreadableDocumentError as error:
            unreadable[storable(name)] = Failure(str(error), None)
        else:
            states[name] = SourceState(source.digest, len(source.content), source.modified)
    return _Scan(states, unreadable)


def _has_changed(manifest: Manifest, scan: _Scan) -> bool:
    now = {name: state.digest for name, state in scan.states.items()}
    then = {name: state.digest for name, state in manifest.sources.items()}
    failed = {n: f.state.digest for n, f in manifest.failures.items() if f.state}
    unreadable = {n: f.reason for n, f in manifest.failures.items() if not f.state}
    return now != then | failed or unreadable != {n: f.reason for n, f in scan.unreadable.items()}


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
    scan: _Scan,
    on_progress: Callable[[Progress], None],
) -> BuildReport:
    from index.embed import fingerprint, load_embedding

    embedding = embedding or load_embedding(settings.embedding)
    with versions.new_version(settings.store) as version:
        if old:
            _copy(versions.folder_of(settings.store, old[0]), version)
        writer = StoreWriter(version)
        try:
            outcome = _write(settings, writer, old[1] if old else None, scan, on_progress)
            writer.forget_unused()
            dimension = _embed(writer, embedding, outcome.wordings, on_progress)
            manifest = Manifest(
                embedding=fingerprint(embedding),
                dimension=dimension or (old[1].dimension if old else 0),
                splitting=SCHEME,
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                folder=str(settings.sources.resolve()),
                sources={n: s for n, s in scan.states.items() if n not in outcome.failures},
                failures=dict(sorted({**scan.unreadable, **outcome.failures}.items())),
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
    scan: _Scan,
    on_progress: Callable[[Progress], None],
) -> _Outcome:
    """Write documents and chunks; the wordings that come back still want their vectors."""
    outcome = _Outcome([], {}, [], [], [])
    names = scan.names()
    old_names = _Scan(dict(old.sources), {}).names() if old else {}
    for digest, (first, *_) in old_names.items():
        if digest not in names:
            writer.remove(digest)
            outcome.removed.append(first)
    # Two documents may have swapped names, and an id stands for one of them only.
    moved = {d: n for d, n in names.items() if d in old_names and n != old_names[d]}
    for digest in moved:
        writer.rename(digest, f"\0{digest}", "", "")
    for digest, same in moved.items():
        if document := _load(settings, same, scan, outcome.failures):
            writer.rename(digest, document.id, document.title, document.source)
            outcome.renamed.append(document.id)
        else:
            writer.remove(digest)
            outcome.removed.append(old_names[digest][0])
    fresh = [same for digest, same in names.items() if digest not in old_names]
    for done, same in enumerate(fresh):
        on_progress(Progress("Reading", done, len(fresh)))
        if document := _load(settings, same, scan, outcome.failures):
            outcome.wordings += writer.add(document, split_document(document))
            outcome.added.append(document.id)
    return outcome


def _load(
    settings: Settings, names: Sequence[str], scan: _Scan, failures: dict[str, Failure]
) -> Document | None:
    """Load the document that has all of these names, by the first that will do."""
    for position, name in enumerate(names):
        state = scan.states[name]
        try:
            source = read_source(settings.sources, name, max_bytes=_max_bytes(settings))
            if source.digest != state.digest:
                raise changed_while_read(name)
        except UnreadableDocumentError as error:
            failures[name] = Failure(str(error), None)  # it may be as it was by the next build
            continue
        try:
            document = load_document(source)
        except UnreadableDocumentError as error:
            failures[name] = Failure(str(error), state)
            continue
        shown = " = ".join(showable(other) for other in names[position:])
        return replace(document, source=shown)
    return None


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
        on_progress(Progress("Embedding", done, len(wordings)))

    for first in range(0, len(wordings), SLAB):
        slab = wordings[first : first + SLAB]
        vectors, owners = embed_sentences(embedding, [text for _, text in slab], advance)
        writer.add_vectors([number for number, _ in slab], vectors, owners)
        dimension = vectors.shape[1]
    return dimension


def _copy(old: Path, new: Path) -> None:
    shutil.copy2(old / "texts.sqlite", new / "texts.sqlite")
    shutil.copytree(old / "vectors", new / "vectors")
