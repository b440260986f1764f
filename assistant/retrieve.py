"""Question → passages, best first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer import Passage, ScoredSentence
from assistant.evidence import Scored, weigh
from assistant.question import analyse
from assistant.reader import the_reader
from index.document import Document
from index.embed import embed_question
from index.search import ChunkHit, rarity, search
from index.store import Store

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

CANDIDATES = 8
"""Chunks that are read and weighed before the best are returned."""

READ = 6000
"""Characters that are read, unless more passages are asked for: what two cores read in a tenth of
a second."""


def retrieve_passages(
    store: Store, embedding: "BaseEmbedding", question: str, k: int | None = None
) -> list[Passage]:
    """Find the passages that most likely answer a question, best first.

    Args:
        store: Where to look.
        embedding: The one that the store was built with.
        question: It must stand alone.
        k: How many passages at the most; by default as many as are read.
    """
    analysed = analyse(question)
    vector = embed_question(embedding, question)
    found = _to_read(search(store, question, vector, max(k or 1, CANDIDATES)), k or 1)
    if not found:
        return []
    texts = [
        [one.span.of(store.document(chunk.chunk.document_id).text) for one in chunk.sentences]
        for chunk in found
    ]
    ratings = the_reader().read(question, texts)
    rarities = rarity(store, analysed.terms)
    weighed = weigh(analysed, rarities, zip(found, texts, ratings, strict=True))
    passages = [
        _passage(store.document(chunk.chunk.document_id), chunk, scored)
        for chunk, scored in zip(found, weighed, strict=True)
    ]
    return sorted(passages, key=lambda passage: passage.score, reverse=True)[:k]


def _to_read(found: Sequence[ChunkHit], least: int) -> Sequence[ChunkHit]:
    """The first chunks: so many, and more as long as they are not too much to read."""
    total = 0
    for number, chunk in enumerate(found):
        total += chunk.chunk.span.end - chunk.chunk.span.start
        if number >= least and total > READ:
            return found[:number]
    return found


def _passage(document: Document, chunk: ChunkHit, scored: Sequence[Scored]) -> Passage:
    return Passage(
        document_id=document.id,
        title=document.title,
        span=chunk.chunk.span,
        text=chunk.chunk.span.of(document.text),
        score=max(one.probability for one in scored),
        sentences=tuple(ScoredSentence(one.sentence.span, one.probability) for one in scored),
        heading=chunk.chunk.heading,
    )
