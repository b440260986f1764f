"""A set that is ready to be asked, and what came of each of its questions."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baselines import Baselines, Ranked, embed_cached, split_chunks
from benchmarks.data import Half, Question, QuestionSet
from benchmarks.honesty import Honesty
from benchmarks.product import Embedding, Found, Product, Reply, open_product

OURS = "Pullquote"
PASSAGES = 10
"""Retrieved for ranking documents, as deep as MRR@10 looks; an answer is made of eight at most."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to measure, and with what."""

    data: Path
    """The folder of question sets."""

    half: Half
    limit: int | None
    """Ask so many questions of a set at the most; None for all."""

    embedding: Embedding
    cache: Path
    """Where stores and vectors are kept for the next time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, what was retrieved, what was answered, and what the baselines ranked."""

    question: Question
    found: tuple[Found, ...]
    reply: Reply
    passages: Mapping[str, Ranked]
    sentences: Mapping[str, Ranked]

    @property
    def confidence(self) -> float:
        """The best passage's score."""
        return self.passages[OURS].top_score


@dataclass(frozen=True, slots=True)
class Bench:
    """A set, ready to be asked: the product and the baselines over the same documents."""

    questions: QuestionSet
    product: Product
    embedding: Embedding
    chunks: Baselines
    sentences: Baselines
    honesty: Honesty

    def ask(self, question: Question) -> Outcome:
        """Put a question to everybody."""
        found = tuple(self.product.retrieve(question.text, question.history, k=PASSAGES))
        reply = self.product.ask(question.text, question.history)
        self.check(reply)
        vector = self.embedding.question(question.text)
        passages = {OURS: ranked_passages(found), **self.chunks.rank(question.text, vector)}
        sentences = {OURS: ranked_sentences(found), **self.sentences.rank(question.text, vector)}
        return Outcome(question, found, reply, passages, sentences)

    def check(self, reply: Reply) -> None:
        """Compare every citation with its source."""
        for quote in (*reply.quotes, *reply.nearest):
            source = self.product.source_of(quote.place)
            self.honesty.check(source, quote.place.start, quote.place.end, quote.words)


def prepare(
    questions: QuestionSet, embedding: Embedding, cache: Path, honesty: Honesty | None = None
) -> Bench:
    """Index a set's documents, for the product and for the baselines."""
    product = open_product(cache, questions.name, questions.documents, embedding)
    places, texts = split_chunks(questions.documents, cache)
    vectors = embed_cached(texts, embedding.texts, embedding.fingerprint, cache)
    return Bench(
        questions,
        product,
        embedding,
        Baselines(places, texts, vectors),
        Baselines(*product.sentences()),
        honesty or Honesty(),
    )


def ranked_passages(found: Iterable[Found]) -> Ranked:
    """The product's passages as a ranking."""
    listed = list(found)
    return Ranked(tuple(f.place for f in listed), tuple(f.score for f in listed))


def ranked_sentences(found: Iterable[Found]) -> Ranked:
    """The product's sentences as a ranking."""
    scored = [pair for passage in found for pair in passage.sentences]
    scored.sort(key=lambda pair: pair[1], reverse=True)
    return Ranked(tuple(place for place, _ in scored), tuple(score for _, score in scored))


def passages_of(outcome: Outcome) -> Mapping[str, Ranked]:
    """Every way's ranking of passages."""
    return outcome.passages


def sentences_of(outcome: Outcome) -> Mapping[str, Ranked]:
    """Every way's ranking of sentences."""
    return outcome.sentences


def has_gold(questions: Iterable[Question]) -> bool:
    """Whether a set says which words answer."""
    return any(question.gold for question in questions)


def has_sentences(questions: QuestionSet) -> bool:
    """Whether a set says where its sentences are."""
    return any(document.sentences for document in questions.documents)


def has_long_gold(outcomes: Iterable[Outcome]) -> bool:
    """Whether a set's gold is passages rather than answers of a few words."""
    lengths = [gold.end - gold.start for o in outcomes for gold in o.question.gold]
    return statistics.median(lengths) > 60
