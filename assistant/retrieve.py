"""Question → passages, best first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer import Passage, ScoredSentence
from assistant.evidence import Scored, weigh
from assistant.lines import HEADING_CHARACTERS, quotable, stops
from assistant.reader import Reading, Text, the_reader
from index.document import Document
from index.embed import embed_question
from index.search import ChunkHit, search
from index.store import Store

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

CANDIDATES = 6
"""Chunks that are read before the best are returned."""

READ = 4500
"""Characters that are read, unless more passages are asked for: what two cores read in an eighth of
a second."""

AROUND = 200
"""Characters before and after a chunk that tell whether a line at its edge is a heading."""


def retrieve_passages(
    store: Store,
    embedding: "BaseEmbedding",
    question: str,
    k: int | None = None,
    *,
    before: str = "",
) -> list[Passage]:
    """Find the passages that most likely answer a question, best first.

    Args:
        store: Where to look.
        embedding: The one that the store was built with.
        question: It must stand alone, but for what was asked before.
        k: How many passages at the most; by default as many as are read.
        before: What was asked before.
    """
    searched = f"{before} {question}".strip()
    vector = embed_question(embedding, searched)
    found = _to_read(search(store, searched, vector, max(k or 1, CANDIDATES)), k or 1)
    texts = [text_of(store, chunk) for chunk in found]
    readings = _read(question, texts, before)
    say = [_quotable(store, chunk, text) for chunk, text in zip(found, texts, strict=True)]
    passages = [
        _passage(store.document(chunk.chunk.document_id), chunk, scored)
        for chunk, scored in zip(found, weigh(zip(found, say, readings, strict=True)), strict=True)
    ]
    return sorted(passages, key=lambda passage: passage.score, reverse=True)[:k]


def _read(question: str, texts: Sequence[Text], before: str) -> list[Reading]:
    """Read passages for a question.

    After another question they are read twice: for both in a row, which may be answered by what
    answers the first, and for the last with the first as what the passage stands under.
    """
    reader = the_reader()
    if not before:
        return reader.read(question, texts)
    both = reader.read(f"{before} {question}", texts)
    last = reader.read(question, [text._replace(context=before) for text in texts])
    return [first.mean(second) for first, second in zip(both, last, strict=True)]


def text_of(store: Store, chunk: ChunkHit) -> Text:
    """What the reader gets to read of a chunk: its sentences, and what they stand under."""
    document = store.document(chunk.chunk.document_id)
    above = chunk.chunk.heading or document.title
    # What stands there already need not be told.
    is_title = not stops(above) and not document.text.startswith(above, chunk.chunk.span.start)
    return Text(
        tuple(one.span.of(document.text) for one in chunk.sentences), above if is_title else ""
    )


def _quotable(store: Store, chunk: ChunkHit, text: Text) -> list[bool]:
    """Which sentences of a chunk say something, by what stands around them."""
    whole, span = store.document(chunk.chunk.document_id).text, chunk.chunk.span
    before = whole[max(0, span.start - AROUND) : span.start].rstrip()
    after = whole[span.end : span.end + AROUND].lstrip().partition("\n")[0].rstrip()
    cut_off = "…" if len(after) > HEADING_CHARACTERS else ""
    return quotable(text.sentences, chunk.chunk.heading, before, after + cut_off)


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
        sentences=tuple(
            ScoredSentence(sentence.span, one.probability)
            for sentence, one in zip(chunk.sentences, scored, strict=True)
        ),
        heading=chunk.chunk.heading,
    )
