"""The same questions in several languages: found, answered, and declined where nothing answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import metrics
from benchmarks.data import Half, Question, QuestionSet, load_set, questions_of, topics_apart
from benchmarks.honesty import Honesty
from benchmarks.product import Embedding, Product, Reply, open_product
from benchmarks.quality.outcomes import PASSAGES, ranked_passages, ranked_sentences
from benchmarks.quality.quotes import holds
from benchmarks.xquad import XQUAD, convert

HEADER = (
    "language",
    "questions",
    "right document first",
    "best sentence first",
    "answered",
    "answered with gold",
    "topic not in the documents: declined",
    "AUROC",
    "citations equal to their source",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question."""

    is_document_first: bool
    is_sentence_first: bool
    is_answered: bool
    is_gold_quoted: bool
    score: float
    """Of the best passage."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the questions in one language."""

    language: str
    asked: tuple[Asked, ...]
    present: tuple[Asked, ...]
    """Where only half of the topics are indexed: those of that half."""

    absent: tuple[Asked, ...]
    """And those of the other."""

    honesty: Honesty


def measure_languages(
    folder: Path, languages: Sequence[str], half: Half, limit: int | None, cache: Path
) -> Iterator[Outcome]:
    """Ask XQuAD's questions in each language, of the documents in the same.

    Args:
        folder: Holds XQuAD as it is published.
        languages: Their codes.
        half: Which questions are asked.
        limit: How many of them at the most.
        cache: Gets the question sets and the stores.
    """
    convert(folder, cache / "sets", languages)
    embedding = Embedding()
    for language in languages:
        questions = load_set(cache / "sets", f"{XQUAD}{language}")
        yield _measure(
            language, questions, questions_of(questions.questions, half, limit), embedding, cache
        )


def language_rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """The table's rows."""
    return [
        (
            one.language,
            str(len(one.asked)),
            _share([a.is_document_first for a in one.asked]),
            _share([a.is_sentence_first for a in one.asked]),
            _share([a.is_answered for a in one.asked]),
            _share([a.is_gold_quoted for a in one.asked]),
            _share([not a.is_answered for a in one.absent]),
            f"{metrics.auroc([a.score for a in one.present], [a.score for a in one.absent]):.3f}",
            f"{one.honesty.checked - len(one.honesty.faults)} of {one.honesty.checked}",
        )
        for one in outcomes
    ]


def _measure(
    language: str,
    questions: QuestionSet,
    chosen: Sequence[Question],
    embedding: Embedding,
    cache: Path,
) -> Outcome:
    honesty = Honesty()
    whole = open_product(cache, questions.name, questions.documents, embedding)
    kept, _ = topics_apart(questions.documents)
    documents = [document for document in questions.documents if document.id in kept]
    halved = open_product(cache, f"{questions.name}-topics", documents, embedding)
    of_half = [(one.key in kept, _ask(halved, one, honesty)) for one in chosen]
    return Outcome(
        language,
        tuple(_ask(whole, one, honesty) for one in chosen),
        tuple(asked for is_there, asked in of_half if is_there),
        tuple(asked for is_there, asked in of_half if not is_there),
        honesty,
    )


def _ask(product: Product, question: Question, honesty: Honesty) -> Asked:
    found = product.retrieve(question.text, k=PASSAGES)
    reply = product.ask(question.text)
    _check(product, reply, honesty)
    passages, sentences = ranked_passages(found), ranked_sentences(found)
    return Asked(
        metrics.first(passages.documents(), question.document_ids) > 0,
        any(holds(place, question.gold, whole=True) for place in sentences.places[:1]),
        reply.answered,
        reply.answered and any(holds(q.place, question.gold, whole=True) for q in reply.quotes),
        passages.top_score,
    )


def _check(product: Product, reply: Reply, honesty: Honesty) -> None:
    for quote in (*reply.quotes, *reply.nearest):
        honesty.check(
            product.source_of(quote.place), quote.place.start, quote.place.end, quote.words
        )


def _share(told: Sequence[bool]) -> str:
    return f"{sum(told) / len(told):.3f}" if told else "–"
