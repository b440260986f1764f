"""Which documents a question is asked of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.dates import Period
from index.errors import ScopeError, UnknownDocumentError
from index.terms import fold, words

if TYPE_CHECKING:
    from index.store import Store, StoredDocument


def _day(value: str) -> Period | None:
    day = Period.of(value) if value else None
    if value and day is None:
        raise ScopeError(
            f"{value!r} is no date. Write it as a year, a month or a day: 2024, 2024-03, "
            "2024-03-12."
        )
    return day


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a question is asked of: those that meet all that is given here.

    An empty one means every document. What a document doesn't say of itself, it doesn't meet.
    """

    documents: tuple[str, ...] = ()
    """Their ids."""

    folder: str = ""
    """Below the sources folder; folders in it count."""

    author: str = ""
    """A name, or a part of it in whole words; so too for `site`."""

    site: str = ""
    """As the document names it, or the host that it comes from."""

    published_after: str = ""
    """ISO 8601 of any precision: on its first day or later."""

    published_before: str = ""
    """Earlier than its first day."""

    language: str = ""
    """BCP 47; `en` means `en-GB` too."""

    def __post_init__(self) -> None:
        """Refuse what can't be meant.

        Raises:
            ScopeError: A date is none, or they leave no day between them.
        """
        period = self.period
        if period.start >= period.end:
            raise ScopeError(
                f"Nothing is published after {self.published_after!r} and before "
                f"{self.published_before!r}: put the earlier date first."
            )

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return self != Scope()

    @property
    def period(self) -> Period:
        """The days between its dates."""
        after, before = _day(self.published_after), _day(self.published_before)
        return Period(
            after.start if after else Period().start, before.start if before else Period().end
        )

    def choose(self, documents: "Iterable[StoredDocument]") -> "tuple[StoredDocument, ...]":
        """Those documents that are in it.

        Raises:
            UnknownDocumentError: One that it names is not there.
        """
        entries = tuple(documents)
        known = {entry.id for entry in entries}
        for document_id in self.documents:
            if document_id not in known:
                raise UnknownDocumentError(document_id)
        return tuple(entry for entry in entries if self._holds(entry))

    def _holds(self, entry: "StoredDocument") -> bool:
        said = entry.metadata
        return (
            (not self.documents or entry.id in self.documents)
            and (not self.folder or _is_below(entry, self.folder))
            and _names(self.author, said.get("author", ""))
            and _names(self.site, f"{said.get('site', '')} {host_of(said)}")
            and self._is_published_in_time(said.get("published", ""))
            and _is_language(self.language, said.get("language", ""))
        )

    def _is_published_in_time(self, published: str) -> bool:
        if not (self.published_after or self.published_before):
            return True
        day = Period.of(published)
        return day is not None and day.meets(self.period)


EVERYTHING = Scope()


def part_of(store: "Store", scope: Scope) -> "Store":
    """The part of a store that is in a scope; the store itself if that is all of it.

    Raises:
        UnknownDocumentError: A document that the scope names is not there.
    """
    from index.store import Part  # a scope can be spoken of without the store

    if not scope:
        return store
    entries = store.documents()
    chosen = scope.choose(entries)
    return store if len(chosen) == len(entries) else Part(store, chosen)


def host_of(said: Mapping[str, str]) -> str:
    """The host of a document's address, without `www.`; empty if it has none."""
    try:
        host = urlsplit(said.get("url", "")).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _is_below(entry: "StoredDocument", folder: str) -> bool:
    """Whether one of a document's names lies in a folder."""
    wanted = f"{folder.replace(chr(92), '/').removeprefix('./').strip('/')}/"
    return any(name.startswith(wanted) for name in (entry.id, *entry.source.split(" = ")))


def _names(wanted: str, said: str) -> bool:
    """Whether every word of a name stands in what a document says."""
    return set(words(fold(wanted))) <= set(words(fold(said)))


def _is_language(wanted: str, said: str) -> bool:
    return not wanted or f"{said.lower()}-".startswith(f"{wanted.lower()}-")
