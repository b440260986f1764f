"""The documents that a question is asked of, and how they are called."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answer import Answer
from index.dates import Period
from index.names import count
from index.scope import EVERYTHING, Scope, part_of

if TYPE_CHECKING:
    from index.store import Store


@dataclass(frozen=True, slots=True)
class Among:
    """Documents, and the scope that they are in."""

    store: "Store"
    """Which holds these alone, or is searched as if it did."""

    scope: Scope = EVERYTHING

    @property
    def documents(self) -> int:
        """How many they are."""
        return len(self.store.documents())

    @property
    def name(self) -> str:
        """`documents`, `3 documents chosen`, `document ‘a.txt’`."""
        return name_of(self.scope, self.documents)

    def within(self, scope: Scope) -> "Among":
        """Those of them that are in a narrower scope."""
        return Among(part_of(self.store, scope), scope)

    def stamp(self, answer: Answer) -> Answer:
        """Note on an answer what it was looked for in."""
        return replace(answer, scope=self.scope, documents=self.documents)


def name_of(scope: Scope, documents: int) -> str:
    """Call the documents of a scope something, behind `the`."""
    if len(scope.documents) == 1 and scope == Scope(documents=scope.documents):
        return f"document ‘{scope.documents[0]}’"
    noun = "document" if documents == 1 else count(documents, "document")
    return f"{noun} {_told(scope)}" if scope else "documents"


def none_of(scope: Scope) -> str:
    """Say that no document is in a scope."""
    return f"There is no document {_told(scope)} to search."


def _told(scope: Scope) -> str:
    parts = [
        "chosen" if scope.documents else "",
        f"in ‘{scope.folder}’" if scope.folder else "",
        f"by ‘{scope.author}’" if scope.author else "",
        f"from ‘{scope.site}’" if scope.site else "",
        f"in the language ‘{scope.language}’" if scope.language else "",
        f"published {scope.period.in_words()}" if scope.period != Period() else "",
    ]
    return ", ".join(part for part in parts if part)
