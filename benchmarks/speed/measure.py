"""Everything that is timed, figure by figure."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.data import QuestionSet
from benchmarks.product import Embedding, Product, open_product
from benchmarks.speed.asking import question_figures, sample_questions
from benchmarks.speed.building import build_figure, peer_figure, take_sentences, unchanged_figure
from benchmarks.speed.figures import Figure
from benchmarks.speed.starting import first_page_figures, help_figure

SMALL, MIDDLE = 25, 1000
"""Sentences in the stores that questions are put to, besides the large one."""


def measure_speed(
    sets: Sequence[QuestionSet],
    sentences: int,
    cache: Path,
    *,
    peer_python: Path | None = None,
    weights: Path | None = None,
) -> Iterator[Figure]:
    """Measure everything, yielding figures as they come."""
    embedding = Embedding()
    yield help_figure()
    large = take_sentences(sets, sentences)
    yield build_figure(large, cache / "large")
    if peer_python is not None and weights is not None:
        yield peer_figure(large, cache / "peer", peer_python, weights)
    yield unchanged_figure(sets, cache / "unchanged")
    questions = sample_questions(sets)
    for size in (SMALL, MIDDLE):
        product = open_product(cache, f"{size}", take_sentences(sets, size), embedding)
        yield from question_figures(product, embedding, questions, size)
    product = Product(cache / "large", large, embedding)
    yield from question_figures(product, embedding, questions, sentences)
    yield from first_page_figures(cache / "page", take_sentences(sets, SMALL))
