"""Conversations that are kept: the list of them, and one with its answers as they were given."""

from collections.abc import Iterable
from typing import Self

from assistant.kept import conversations as core
from assistant.kept.record import KeptTurn
from assistant.schema.answers import Answer, Lookup
from assistant.schema.form import Form
from index.errors import PullquoteError, UnknownDocumentError


class UnknownConversationError(PullquoteError):
    """No conversation of this key is kept."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no conversation {key!r}. List those that are kept.")


class Kept(Form):
    """A conversation in the list."""

    key: str
    name: str
    """As it was named, else its first question."""

    changed: str
    """When it was last added to, in ISO 8601, UTC."""

    turns: int


class Conversations(Form):
    """Those that are kept, the last changed first."""

    conversations: list[Kept]

    @classmethod
    def of(cls, listed: Iterable[core.Listed]) -> Self:
        """Take those of a list."""
        return cls(conversations=[Kept.model_validate(one) for one in listed])


class Turn(Form):
    """A question, and what became of it."""

    question: str
    asked: str
    """When, in ISO 8601, UTC; empty where that is not known."""

    answer: Answer | None
    """As it was given: each citation has its document's words and digest of then."""

    changed: list[str]
    """Ids of the documents it cites that are not as they were, or are gone."""

    problem: str
    stopped: bool
    """Whether it was ended before the answer was whole."""


class Conversation(Form):
    """A conversation with its turns, oldest first."""

    key: str
    name: str
    turns: list[Turn]

    @classmethod
    def of(cls, found: core.Conversation, document: Lookup) -> Self:
        """Take one that is kept, and tell which of its documents have changed since."""
        turns = [_turn(one, document) for _, one in found.turns]
        return cls(key=found.key, name=found.name, turns=turns)


def _turn(kept: KeptTurn, document: Lookup) -> Turn:
    cited = (*kept.answer.citations, *kept.answer.nearest) if kept.answer else ()
    digests = {one.document_id: one.digest for one in cited}
    return Turn(
        question=kept.question,
        asked=kept.asked,
        answer=Answer.model_validate(kept.answer) if kept.answer else None,
        changed=[one for one, digest in digests.items() if not _is_same(one, digest, document)],
        problem=kept.problem,
        stopped=kept.stopped,
    )


def _is_same(document_id: str, digest: str, document: Lookup) -> bool:
    try:
        return document(document_id).digest == digest
    except UnknownDocumentError:
        return False
