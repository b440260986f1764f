"""Questions → answers made of verbatim quotes.

    from assistant import ask, retrieve

`ask` and `retrieve` use the store that the settings name; `Assistant` takes another one.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, Claim, History, Passage, ScoredSentence
from index.scope import EVERYTHING, Scope
from index.threads import one_at_a_time

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.llama_retriever import PassageRetriever

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "History",
    "Passage",
    "PassageRetriever",
    "Scope",
    "ScoredSentence",
    "ask",
    "retrieve",
]


def ask(
    question: str,
    history: History = (),
    *,
    document_id: str | None = None,
    scope: Scope = EVERYTHING,
    documents: Sequence[str] = (),
) -> Answer:
    """Answer a question with quotes, or say that the documents do not. See `Assistant.ask`."""
    return _default().ask(
        question, history, document_id=document_id, scope=scope, documents=documents
    )


def retrieve(
    question: str,
    history: History = (),
    *,
    k: int = 5,
    scope: Scope = EVERYTHING,
    documents: Sequence[str] = (),
) -> list[Passage]:
    """Find the passages that most likely answer a question. See `Assistant.retrieve`."""
    return _default().retrieve(question, history, k=k, scope=scope, documents=documents)


def __getattr__(name: str) -> object:
    """Import what is slow to import when it is first asked for."""
    if name == "Assistant":
        from assistant.ask import Assistant

        return Assistant
    if name == "PassageRetriever":
        from assistant.llama_retriever import PassageRetriever

        return PassageRetriever
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@one_at_a_time
@cache
def _default() -> "Assistant":
    from assistant.ask import Assistant

    return Assistant()
