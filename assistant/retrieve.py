"""Question → passages, best first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer import Passage, ScoredSentence
from assistant.query.conversation import takes_up
from assistant.quotes.choose import ANSWERED
from assistant.quotes.lines import HEADING_CHARACTERS, quotable, stops
from assistant.reader.evidence import Scored, weigh
from assistant.reader.model import LANGUAGES, Reading, Text, Words, the_reader
from index.document import Document, Span
from index.embed import embed_question
from index.names import called
from index.search import ChunkHit, search, united
from index.store import Store

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

CANDIDATES = 6
"""Chunks that are read before the best are returned."""

READ = 4500
"""Characters that are read, unless more passages are asked for: what two cores read in an eighth of
a second."""

LIKELY = 0.3
"""Probability of the words that answer from which on they are pointed out.

On the fitting half of SQuAD 2.0, on what the reader was not trained on, these are the words of 71
in 200 answers, of which 82 % are exactly right; from .25 on 78 % of 81 would be."""

AROUND = 200
"""Characters before and after a chunk that tell whether a line at its edge is a heading."""


class Retrieved(NamedTuple):
    """What was found for a question."""

    passages: list[Passage]
    """Best first."""

    follows: bool = False
    """Whether what was asked before decided which sentence is the best."""


def retrieve_passages(
    store: Store,
    embedding: "BaseEmbedding",
    question: str,
    k: int | None = None,
    *,
    before: str = "",
) -> Retrieved:
    """Find the passages that most likely answer a question.

    After another question it is searched for alone and with that in front, and what is found is
    read in three ways: for the question alone, for both in a row, and for the question with the
    other as what the passage stands under. The mean of these decides. What answers the question
    alone as well is what answers it; and so it is if the passage that the other led to speaks of
    little that the question names.

    Args:
        store: Where to look.
        embedding: The one that the store was built with.
        question: It must stand alone, but for what was asked before.
        k: How many passages at the most; by default as many as are read.
        before: What was asked before.
    """
    alone = _found(store, embedding, question, k or 1)
    passages = _passages(store, alone, _read(question, alone, store))
    if before:
        both = f"{before} {question}".strip()
        found = united([alone, _found(store, embedding, both, k or 1)])
        readings = zip(
            _read(question, found, store),
            _read(both, found, store),
            _read(question, found, store, above=before),
            strict=True,
        )
        together = _passages(store, found, [Reading.mean(each) for each in readings])
        if takes_up(question, passages, together, ANSWERED):
            return Retrieved(together[:k], follows=True)
    return Retrieved(passages[:k])


def _found(
    store: Store, embedding: "BaseEmbedding", searched: str, least: int
) -> Sequence[ChunkHit]:
    vector = embed_question(embedding, searched)
    return _to_read(search(store, searched, vector, max(least, CANDIDATES)), least)


def _read(question: str, found: Sequence[ChunkHit], store: Store, above: str = "") -> list[Reading]:
    """Read what is in a language that the reader knows; what is in another it would misjudge."""
    known = [chunk.chunk.language in LANGUAGES for chunk in found]
    texts = [
        text_of(store, chunk) for chunk, is_known in zip(found, known, strict=True) if is_known
    ]
    made = the_reader().read(question, [t._replace(context=above or t.context) for t in texts])
    readings = iter(made)
    return [
        next(readings) if is_known else Reading.unmade(len(chunk.sentences))
        for chunk, is_known in zip(found, known, strict=True)
    ]


def _passages(
    store: Store, found: Sequence[ChunkHit], readings: Sequence[Reading]
) -> list[Passage]:
    say = [_quotable(store, chunk) for chunk in found]
    weighed = weigh(zip(found, say, readings, strict=True))
    passages = [
        _passage(store.document(chunk.chunk.document_id), chunk, scored, reading.words)
        for chunk, scored, reading in zip(found, weighed, readings, strict=True)
    ]
    return sorted(passages, key=lambda passage: passage.score, reverse=True)


def text_of(store: Store, chunk: ChunkHit) -> Text:
    """What the reader gets to read of a chunk: its sentences, and what they stand under."""
    document = store.document(chunk.chunk.document_id)
    title = "" if document.title == called(document.id) else document.title
    above = chunk.chunk.heading or title
    # What stands there already need not be told.
    is_title = not stops(above) and not document.text.startswith(above, chunk.chunk.span.start)
    return Text(
        tuple(one.span.of(document.text) for one in chunk.sentences), above if is_title else ""
    )


def _quotable(store: Store, chunk: ChunkHit) -> list[bool]:
    """Which sentences of a chunk say something, by what stands around them."""
    text = text_of(store, chunk)
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


def _passage(
    document: Document, chunk: ChunkHit, scored: Sequence[Scored], words: Sequence[Words]
) -> Passage:
    return Passage(
        document_id=document.id,
        title=document.title,
        span=chunk.chunk.span,
        text=chunk.chunk.span.of(document.text),
        score=max(one.probability for one in scored),
        sentences=tuple(
            ScoredSentence(sentence.span, one.probability, _answer(sentence.span, answer))
            for sentence, one, answer in zip(chunk.sentences, scored, words, strict=True)
        ),
        heading=chunk.chunk.heading,
    )


def _answer(sentence: Span, words: Words) -> Span | None:
    return words.span.moved(sentence.start) if words.likely >= LIKELY else None
