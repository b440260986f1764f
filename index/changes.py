"""The sources as they are now, beside what a version of the index was made of."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index import versions
from index.errors import UnreadableDocumentError
from index.manifest import Failure, Manifest, SourceState
from index.names import storable
from index.settings import Settings
from index.sources import find_sources, read_source

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

    states: Mapping[str, SourceState]
    unreadable: Mapping[str, Failure]

    def names(self) -> dict[str, list[str]]:
        """The names of each digest, in order."""
        names: dict[str, list[str]] = {}
        for name in sorted(self.states):
            names.setdefault(self.states[name].digest, []).append(name)
        return names


def scan(settings: Settings, on_progress: Callable[[Progress], None]) -> Scan:
    """Read every source.

    Raises:
        SourcesError: The sources folder is missing.
    """
    names = find_sources(settings.sources, settings.store)
    states: dict[str, SourceState] = {}
    unreadable: dict[str, Failure] = {}
    for done, name in enumerate(names):
        on_progress(Progress("Looking", done, len(names)))
        try:
            source = read_source(settings.sources, name, max_bytes=max_bytes(settings))
        except UnreadableDocumentError as error:
            unreadable[storable(name)] = Failure(str(error), None)
        else:
            states[name] = SourceState(source.digest, len(source.content), source.modified)
    return Scan(states, unreadable)


def max_bytes(settings: Settings) -> int:
    """Bytes above which a source is refused."""
    return int(min(settings.max_file_mb, 1e9) * 1_000_000)


def has_changed(manifest: Manifest, found: Scan) -> bool:
    """Whether a version has to be made anew."""
    now = {name: state.digest for name, state in found.states.items()}
    then = {name: state.digest for name, state in manifest.sources.items()}
    failed = {n: f.state.digest for n, f in manifest.failures.items() if f.state}
    unreadable = {n: f.reason for n, f in manifest.failures.items() if not f.state}
    return now != then | failed or unreadable != {n: f.reason for n, f in found.unreadable.items()}


def changed_sources(store: "Store", settings: Settings, *, reread: bool = False) -> tuple[str, ...]:
    """Names of the sources that were added, changed or removed since a version was built.

    Args:
        store: The version.
        settings: Where the sources are.
        reread: Read even the files whose size and time of modification are the same.

    Raises:
        SourcesError: The sources folder is missing.
    """
    known = _known(store.manifest)
    times = _remembered_times(versions.folder_of(store.folder, store.name))
    names = {storable(name): name for name in find_sources(settings.sources, settings.store)}
    changed = [
        shown
        for shown, name in names.items()
        if shown not in known
        or (
            (reread or not _looks_same(settings, name, known[shown], times.get(shown)))
            and _differs(settings, name, known[shown])
        )
    ]
    return tuple(sorted({*changed, *(known.keys() - names.keys())}))


def remember_times(store: Path, name: str, manifest: Manifest, found: Scan) -> None:
    """Note the times of files that were read and have not changed, so that they need not be again.

    A version stays as it is; what can't be noted, on a full disk, costs only time.

    Args:
        store: The store's folder.
        name: The version's name.
        manifest: The version's.
        found: The same sources as they are now.
    """
    known = _known(manifest)
    version = versions.folder_of(store, name)
    times = {
        shown: state.modified
        for shown, state in found.states.items()
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


def _known(manifest: Manifest) -> dict[str, SourceState | None]:
    return {**manifest.sources, **{n: f.state for n, f in manifest.failures.items()}}


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


def _differs(settings: Settings, name: str, state: SourceState | None) -> bool:
    try:
        source = read_source(settings.sources, name, max_bytes=max_bytes(settings))
    except UnreadableDocumentError:
        return state is not None
    return state is None or source.digest != state.digest
