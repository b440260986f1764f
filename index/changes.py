"""The sources as they are now, beside what a version of the index was made of."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index import versions
from index.errors import UnreadableDocumentError
from index.formats.limits import limited
from index.manifest import Failure, Manifest, SourceState
from index.members import Documents, file_of, limits_of, max_bytes
from index.names import storable
from index.settings import Settings
from index.sources import Source, find_sources, read_source

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
    names = find_sources(settings.sources, settings.store)
    found = Scan()
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
        # What was refused may be allowed now.
        or bool(manifest.failures and manifest.limits != asdict(limits_of(settings)))
    )


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
    names = {storable(name): name for name in find_sources(settings.sources, settings.store)}
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
        for shown, state in {**found.states, **found.containers}.items()
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
        for name, state in {**manifest.sources, **failed, **manifest.containers}.items()
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
