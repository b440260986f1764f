"""Asking: retrieving and answering, with and without passages that were read before."""

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.data import QuestionSet, hash_of
from benchmarks.product import Embedding, Product, forget_passages
from benchmarks.speed.figures import Figure, seconds_of

ASKED = 50


def question_figures(
    product: Product, embedding: Embedding, questions: Sequence[str], sentences: int
) -> Iterator[Figure]:
    """Time questions on a warm store, beside embedding them, and reading passages by itself.

    Passages that were read are kept for a while. A question asked for the first time, with none
    kept, shows what reading takes; asked again, what everything else does.
    """
    for question in questions[:5]:
        product.ask(question)
    steps: dict[str, list[float]] = {"embed": [], "first": [], "retrieve": [], "ask": []}
    for question in questions:
        forget_passages()
        steps["first"].append(seconds_of(lambda: product.retrieve(question, k=5)))  # noqa: B023
        steps["embed"].append(seconds_of(lambda: embedding.question(question)))  # noqa: B023 - called now
        steps["retrieve"].append(seconds_of(lambda: product.retrieve(question, k=5)))  # noqa: B023
        steps["ask"].append(seconds_of(lambda: product.ask(question)))  # noqa: B023
    embed, first, retrieve, ask = (1000 * statistics.median(times) for times in steps.values())
    for what, value in (("retrieve", retrieve), ("ask", ask)):
        yield Figure(
            f"{what}, passages kept, {sentences:,} sentences, median of {len(questions)}",
            value,
            "ms",
            "embedding it",
            embed,
            3 * embed + 20,
        )
    yield Figure(f"retrieve, no passage kept, {sentences:,} sentences", first, "ms")
    yield Figure(f"reading its passages, of that, {sentences:,}", first - retrieve, "ms", limit=100)


def sample_questions(sets: Sequence[QuestionSet]) -> list[str]:
    """Questions from all sets, the same every time."""
    questions = [question.text for questions in sets for question in questions.questions]
    return sorted(questions, key=hash_of)[:ASKED]
