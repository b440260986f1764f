"""The sources as they are now, beside what a version of the index was made of."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index import origin, versions
from index.errors import UnreadableDocumentError
from index.formats.limits import limited
from index.manifest import Failure, Manifest, SourceState
from index.members import Documents, file_of, limits_of, max_bytes
from index.names import storable
from index.settings import Settings
from index.sources import Source, find_files, read_source

if TYPE_CHECKING:
    from index.store import Store

TIMES = "times.json"
"""In a version's folder, and no part of it: when files were last seen to be what they were."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come."""

    stage: str
    """What is being done, such as `Reading`."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The sources as they are now."""

    states: dict[str, SourceState] = field(default_factory=dict)
    """Of every document, those in archives and tables included."""

    unreadable: dict[str, Failure] = field(default_factory=dict)
    containers: dict[str, SourceState] = field(default_factory=dict)
    """Of every file that holds documents as its members."""

    notes: dict[str, SourceState] = field(default_factory=dict)
    """Of every note of where a file came from."""

    def names(self) -> dict[str, list[str]]:
        """The names of each digest, in order."""
        names: dict[str, list[str]] = {}
        for name in sorted(self.states):
            names.setdefault(self.states[name].digest, []).append(name)
        return names

    def look_into(self, source: Source, settings: Settings) -> None:
        """Take in what a file holds."""
        state = _state_of(source)
        try:
            documents = Documents(source, settings)
        except UnreadableDocumentError as error:
            self.unreadable[source.name] = Failure(str(error), state)
            return
        if documents.is_container:
            self.containers[source.name] = state
        for one in documents:
            if isinstance(one, Source):
                self.states[one.name] = _state_of(one)
            else:
                self.unreadable[one.name] = Failure(str(one), None)


def scan(settings: Settings, on_progress: Callable[[Progress], None]) -> Scan:
    """Read every source.

    Raises:
        SourcesError: The sources folder is missing.
    """
    files = find_files(settings.sources, settings.store)
    names = [name for name in files if not origin.is_note(name)]
    # Before what they are beside: a note that changes meanwhile is seen to have, the next time.
    notes = {n: _note_state(settings.sources, n) for n in files if origin.is_note(n)}
    found = Scan(notes={storable(name): state for name, state in notes.items()})
    with limited(limits_of(settings)):
        for done, name in enumerate(names):
            on_progress(Progress("Looking", done, len(names)))
            try:
                source = read_source(settings.sources, name, max_bytes=max_bytes(settings))
            except UnreadableDocumentError as error:
                found.unreadable[storable(name)] = Failure(str(error), None)
            else:
                found.look_into(source, settings)
    return found


def has_changed(manifest: Manifest, found: Scan, settings: Settings) -> bool:
    """Whether a version has to be made anew."""
    return (
        _digests(manifest.sources, manifest.failures) != _digests(found.states, found.unreadable)
        or _reasons(manifest.failures) != _reasons(found.unreadable)
        or _digests(manifest.containers) != _digests(found.containers)
        or _digests(manifest.notes) != _digests(found.notes)
        # What was refused may be allowed now.
        or bool(manifest.failures and manifest.limits != asdict(limits_of(settings)))
    )


def still_failing(manifest: Manifest, found: Scan, settings: Settings) -> dict[str, Failure]:
    """The other names of documents that failed and would again, and need not be tried.

    Args:
        manifest: The version's.
        found: The sources as they are now.
        settings: What they allow.
    """
    if manifest.limits != asdict(limits_of(settings)):
        return {}
    indexed = {state.digest for state in manifest.sources.values()}
    return {
        name: replace(failure, state=now)
        for name, failure in manifest.failures.items()
        if failure.state and failure.state.digest in indexed
        if (now := found.states.get(name)) and now.digest == failure.state.digest
    }


def from_elsewhere(manifest: Manifest, found: Scan) -> set[str]:
    """The digests of documents that are as they were, but whose notes say something else.

    Args:
        manifest: The version's.
        found: The sources as they are now.
    """
    before, now = Scan(dict(manifest.sources)).names(), found.names()
    return {
        digest
        for digest in before.keys() & now.keys()
        if _said(manifest, before[digest][0]) != _said(found, now[digest][0])
    }


def _said(of: Manifest | Scan, name: str) -> str | None:
    """The digest of the note beside a document's file, or beside the archive that it lies in."""
    state = of.notes.get(file_of(name, of.containers) + origin.SUFFIX)
    return state.digest if state else None


def changed_sources(store: "Store", settings: Settings, *, reread: bool = False) -> tuple[str, ...]:
    """Names of the sources that were added, changed or removed since a version was built.

    Of a file that holds several documents, it is those that changed which are named.

    Args:
        store: The version.
        settings: Where the sources are.
        reread: Read even the files whose size and time of modification are the same.

    Raises:
        SourcesError: The sources folder is missing.
    """
    known = _known_files(store.manifest)
    times = _remembered_times(versions.folder_of(store.folder, store.name))
    names = {storable(name): name for name in find_files(settings.sources, settings.store)}
    changed = set(names.keys() - known.keys())
    for shown in known.keys() - names.keys():
        changed |= _members(store.manifest, shown).keys() or {shown}
    with limited(limits_of(settings)):
        for shown in names.keys() & known.keys():
            state = known[shown]
            if reread or not _looks_same(settings, names[shown], state, times.get(shown)):
                changed |= _differences(settings, store.manifest, names[shown], state)
    return tuple(sorted(changed))


def remember_times(store: Path, name: str, manifest: Manifest, found: Scan) -> None:
    """Note the times of files that were read and have not changed, so that they need not be again.

    A version stays as it is; what can't be noted, on a full disk, costs only time.

    Args:
        store: The store's folder.
        name: The version's name.
        manifest: The version's.
        found: The same sources as they are now.
    """
    known = _known_files(manifest)
    version = versions.folder_of(store, name)
    times = {
        shown: state.modified
        for shown, state in {**found.states, **found.containers, **found.notes}.items()
        if (then := known.get(shown)) and then.modified != state.modified
    }
    if times == _remembered_times(version):
        return
    pending = version / f"{TIMES}.new"
    with suppress(OSError):
        pending.write_text(json.dumps(times), "utf-8")
        pending.replace(version / TIMES)


def _remembered_times(version: Path) -> dict[str, int]:
    try:
        times = json.loads((version / TIMES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return times if isinstance(times, dict) else {}


def _state_of(source: Source) -> SourceState:
    return SourceState(source.digest, len(source.content), source.modified)


def _note_state(folder: Path, name: str) -> SourceState:
    """As it is; without a digest if it can't be read, which whoever reads its document tells."""
    try:
        said = origin.read_note(folder, name)
        modified = (folder / name).stat().st_mtime_ns
    except (OSError, ValueError, RuntimeError):
        said = None
    if said is None:
        return SourceState("", -1, 0)
    return SourceState(hashlib.sha256(said).hexdigest(), len(said), modified)


def _digests(
    states: Mapping[str, SourceState], failures: Mapping[str, Failure] | None = None
) -> dict[str, str]:
    failed = {name: f.state for name, f in (failures or {}).items() if f.state}
    return {name: state.digest for name, state in {**states, **failed}.items()}


def _reasons(failures: Mapping[str, Failure]) -> dict[str, str]:
    return {name: failure.reason for name, failure in failures.items() if not failure.state}


def _known_files(manifest: Manifest) -> dict[str, SourceState | None]:
    """The files as they were, without the documents that are members of one."""
    failed = {name: failure.state for name, failure in manifest.failures.items()}
    return {
        name: state
        for name, state in {
            **manifest.sources,
            **failed,
            **manifest.containers,
            **manifest.notes,
        }.items()
        if file_of(name, manifest.containers) == name
    }


def _members(manifest: Manifest, file: str) -> dict[str, str]:
    """The digests of the documents that a file held; a message holds itself too."""
    digests = _digests(manifest.sources, manifest.failures)
    return {name: digest for name, digest in digests.items() if f"{name}/".startswith(f"{file}/")}


def _looks_same(
    settings: Settings, name: str, state: SourceState | None, modified: int | None
) -> bool:
    """Whether a file has the size and the time that it had when it was last read."""
    if state is None:
        return False
    try:
        found = os.stat(f"{settings.sources}/{name}")  # noqa: PTH116 - on every page load, each
    except OSError:
        return False
    return found.st_size == state.size and found.st_mtime_ns in (state.modified, modified)


def _differences(
    settings: Settings, manifest: Manifest, name: str, state: SourceState | None
) -> set[str]:
    """What of a file is not as it was."""
    if origin.is_note(name):
        then = state.digest if state else ""
        return set() if _note_state(settings.sources, name).digest == then else {storable(name)}
    try:
        source = read_source(settings.sources, name, max_bytes=max_bytes(settings))
    except UnreadableDocumentError:
        return {storable(name)} if state else set()
    if state and source.digest == state.digest:
        return set()
    if name not in manifest.containers:
        return {name}
    now = Scan()
    now.look_into(source, settings)
    before = _members(manifest, name).items()
    return {key for key, _ in before ^ _digests(now.states, now.unreadable).items()} or {name}
