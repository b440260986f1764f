"""Retrieval for any llama-index pipeline: passages as nodes that carry their spans."""

from typing import Protocol

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.answer import History, Passage
from index.scope import EVERYTHING, Scope


class Retrieving(Protocol):
    """Whatever retrieves as `Assistant` does."""

    def retrieve(
        self, question: str, history: History = (), *, k: int = 5, scope: Scope = EVERYTHING
    ) -> list[Passage]:
        """Find the passages that most likely answer a question, best first."""


class PassageRetriever(BaseRetriever):
    """Pullquote's retrieval for anybody's llama-index pipeline.

    Each node is a passage: its text, `start_char_idx` and `end_char_idx` in the document's stored
    text, and in its metadata the document's id and title and the spans of its sentences.
    """

    def __init__(self, assistant: "Retrieving", *, k: int = 5, scope: Scope = EVERYTHING) -> None:
        """Retrieve so many passages from the documents of a scope."""
        super().__init__()
        self._assistant = assistant
        self._k = k
        self._scope = scope

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        passages = self._assistant.retrieve(query_bundle.query_str, k=self._k, scope=self._scope)
        return [NodeWithScore(node=_node(passage), score=passage.score) for passage in passages]


def _node(passage: Passage) -> TextNode:
    node = TextNode(
        id_=f"{passage.document_id}:{passage.span.start}-{passage.span.end}",
        text=passage.text,
        start_char_idx=passage.span.start,
        end_char_idx=passage.span.end,
        metadata={
            "document_id": passage.document_id,
            "title": passage.title,
            "sentences": [[s.span.start, s.span.end] for s in passage.sentences],
        },
    )
    hidden = ["document_id", "sentences"]
    node.excluded_embed_metadata_keys = hidden
    node.excluded_llm_metadata_keys = hidden
    return node
