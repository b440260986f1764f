"""What can be asked about: the documents in the index, and what became of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.changes import changed_sources
from index.errors import PullquoteError
from index.settings import Settings
from index.store import Store


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """A document that can be asked about."""

    id: str
    title: str
    names: tuple[str, ...]
    """Every name that its bytes have below the sources folder."""

    sentences: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What it says of itself, as in `Document`."""

    @property
    def language(self) -> str:
        """A BCP 47 tag; empty where it can't be told."""
        return self.metadata.get("language", "")


@dataclass(frozen=True, slots=True)
class Status:
    """What can be asked about, and what can't."""

    documents: tuple[DocumentStatus, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    """Name and reason of every source that did not become a document."""

    built_at: str = ""
    """ISO 8601, UTC; empty when nothing is built."""

    changed: tuple[str, ...] = ()
    """Sources that were added, changed or removed since."""

    problem: str = ""
    """Why the index can't be used, in a sentence; empty when it can."""


def status_of(store: Store, settings: Settings) -> Status:
    """Say what a store holds, and whether its sources have changed since."""
    changed: tuple[str, ...] = ()
    problem = ""
    try:
        changed = changed_sources(store, settings)
    except PullquoteError as error:
        problem = str(error)
    return Status(
        documents=_entries(store),
        failures=tuple((name, failure.reason) for name, failure in store.manifest.failures.items()),
        built_at=store.manifest.built_at,
        changed=changed,
        problem=problem,
    )


def _entries(store: Store) -> tuple[DocumentStatus, ...]:
    names: dict[str, list[str]] = {}
    for name, state in sorted(store.manifest.sources.items()):
        names.setdefault(state.digest, []).append(name)
    return tuple(
        DocumentStatus(
            entry.id,
            entry.title,
            tuple(names.get(entry.digest, [entry.id])),
            entry.sentences,
            entry.metadata,
        )
        for entry in store.documents()
    )
