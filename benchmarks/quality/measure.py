"""Everything that a set can show."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.data import Place, QuestionSet, load_set, questions_of
from benchmarks.quality.answers import answer_rows, words_of
from benchmarks.quality.outcomes import (
    OURS,
    Outcome,
    Run,
    has_gold,
    has_long_gold,
    has_sentences,
    prepare,
)
from benchmarks.quality.quotes import character_rows, quote_rows, sentence_rows
from benchmarks.quality.refusals import absent_rows, no_answer_rows
from benchmarks.quality.retrieval import follow_up_rows, retrieval_rows, topic_change_rows
from benchmarks.quality.rows import Row

ABSENT_DOCUMENTS = 50
"""Smallest set that is worth dividing by topics."""


@dataclass(frozen=True, slots=True)
class SetReport:
    """What came of one set."""

    name: str
    documents: int
    questions: int
    rows: tuple[Row, ...]
    details: tuple[dict[str, object], ...] = ()
    faults: tuple[str, ...] = ()
    """Citations that don't say what their source says."""


def measure(run: Run, name: str) -> SetReport:
    """Measure everything that a set can show."""
    questions = load_set(run.data, name)
    chosen = questions_of(questions.questions, run.half, run.limit)
    _say(f"{name}: indexing {len(questions.documents)} documents")
    bench = prepare(questions, run.embedding, run.cache)
    _say(f"{name}: asking {len(chosen)} questions")
    outcomes = [bench.ask(question) for question in chosen]
    rows = [*rows_of(questions, outcomes)]
    if any(question.history for question in chosen):
        rows += follow_up_rows(bench, outcomes)
    if has_gold(chosen) and len(questions.documents) >= ABSENT_DOCUMENTS:
        _say(f"{name}: asking of absent topics")
        rows += absent_rows(bench, chosen, run.cache)
    if not any(question.history for question in chosen):
        rows += topic_change_rows(bench, chosen)
    honesty = bench.honesty
    right = honesty.checked - len(honesty.faults)
    share = right / honesty.checked if honesty.checked else float("nan")
    rows.append(Row("honesty", "citations equal to their source", honesty.checked, share))
    return SetReport(
        name,
        len(questions.documents),
        len(chosen),
        tuple(rows),
        tuple(detail(name, questions, outcome) for outcome in outcomes),
        tuple(honesty.faults),
    )


def rows_of(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """The rows that need nothing but the outcomes."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    with_gold = [outcome for outcome in answerable if outcome.question.gold]
    if not any(outcome.question.history for outcome in outcomes):
        yield from retrieval_rows([o for o in answerable if o.question.document_ids])
    if with_gold:
        yield from sentence_rows(questions, with_gold)
        yield from quote_rows(questions, with_gold)
    if with_gold and not has_sentences(questions) and has_long_gold(with_gold):
        yield from character_rows(with_gold)
    yield from answer_rows(questions, outcomes)
    if len(answerable) < len(outcomes):
        yield from no_answer_rows(questions, outcomes)


def detail(name: str, questions: QuestionSet, outcome: Outcome) -> dict[str, object]:
    """What a developer wants to know of one question."""
    question = outcome.question
    sentences = outcome.sentences[OURS].places
    return {
        "set": name,
        "id": question.id,
        "question": question.text,
        "searched": outcome.reply.searched,
        "answerable": question.answerable,
        "answered": outcome.reply.answered,
        "reason": outcome.reply.reason,
        "confidence": outcome.confidence,
        "right_document_rank": _rank(outcome.passages[OURS].documents(), question.document_ids),
        "gold": [_words(questions, place) for place in question.gold],
        "quotes": [quote.words for quote in outcome.reply.quotes],
        "answer_words": words_of(outcome),
        "best_sentences": [_words(questions, place) for place in sentences[:3]],
    }


def _rank(ranked: Sequence[str], right: Sequence[str]) -> int | None:
    return next((rank for rank, name in enumerate(ranked, start=1) if name in right), None)


def _words(questions: QuestionSet, place: Place) -> str:
    return questions.texts[place.document_id][place.start : place.end]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
