"""Everything that a set can show."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.data import Place, Question, QuestionSet, load_set, questions_of
from benchmarks.honesty import Honesty
from benchmarks.quality.alone import OWN_TEXTS, ask_alone, own_texts, together
from benchmarks.quality.answers import answer_word_rows, words_of
from benchmarks.quality.faqs import faq_rows
from benchmarks.quality.haste import haste_rows
from benchmarks.quality.outcomes import (
    OURS,
    Bench,
    Outcome,
    Run,
    has_gold,
    has_long_gold,
    has_sentences,
    prepare,
)
from benchmarks.quality.quotes import character_rows, is_whole, quote_rows, sentence_rows
from benchmarks.quality.refusals import absent_rows, no_answer_rows
from benchmarks.quality.retrieval import follow_up_rows, retrieval_rows, topic_change_rows
from benchmarks.quality.rows import Row, share
from benchmarks.reading import trained_topics

ABSENT_DOCUMENTS = 50
"""Smallest set that is worth dividing by topics."""

TRAINED = "asked of an article that was trained on"


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
    if name == OWN_TEXTS:
        return measure_own_texts(run)
    questions = load_set(run.data, name)
    chosen = questions_of(questions.questions, run.half, run.limit)
    _say(f"{name}: indexing {len(questions.documents)} documents")
    bench = prepare(questions, run.embedding, run.cache)
    _say(f"{name}: asking {len(chosen)} questions")
    outcomes = [bench.ask(question) for question in chosen]
    rows = [trained_row(questions, chosen), *rows_of(questions, outcomes)]
    if any(question.history for question in chosen):
        rows += follow_up_rows(bench, outcomes)
    else:
        rows += single_question_rows(run, bench, outcomes)
    return _report(questions, outcomes, rows, bench.honesty)


def measure_own_texts(run: Run) -> SetReport:
    """Measure the project's own texts, each asked alone."""
    texts = [*own_texts(run.half)]
    questions, honesty = together(texts), Honesty()
    _say(f"{OWN_TEXTS}: indexing {len(texts)} documents, each alone, and asking")
    asked = ask_alone(run, texts, honesty)
    outcomes = [outcome for _, outcome in asked]
    with_gold = [pair for pair in asked if pair[1].question.gold]
    rows = [*answer_rows(questions, outcomes), *haste_rows(with_gold, whole=False, several=False)]
    return _report(questions, outcomes, rows, honesty)


def _report(
    questions: QuestionSet, outcomes: Sequence[Outcome], rows: Sequence[Row], honesty: Honesty
) -> SetReport:
    right = honesty.checked - len(honesty.faults)
    told = right / honesty.checked if honesty.checked else float("nan")
    return SetReport(
        questions.name,
        len(questions.documents),
        len(outcomes),
        (*rows, Row("honesty", "citations equal to their source", honesty.checked, told)),
        tuple(detail(questions.name, questions, outcome) for outcome in outcomes),
        tuple(honesty.faults),
    )


def trained_row(questions: QuestionSet, chosen: Sequence[Question]) -> Row:
    """Whether the reader was trained on other questions about the same articles."""
    trained = trained_topics(questions)
    return share("questions", TRAINED, [questions.topics.get(q.key) in trained for q in chosen])


def rows_of(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """The rows that need nothing but the outcomes."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    if not any(outcome.question.history for outcome in outcomes):
        yield from retrieval_rows([o for o in answerable if o.question.document_ids])
    yield from answer_rows(questions, outcomes)


def answer_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """The rows about answers, wherever they were found."""
    with_gold = [o for o in outcomes if o.question.answerable and o.question.gold]
    if with_gold:
        yield from sentence_rows(questions, with_gold)
        yield from quote_rows(questions, with_gold)
    if with_gold and not has_sentences(questions) and has_long_gold(with_gold):
        yield from character_rows(with_gold)
    yield from answer_word_rows(questions, outcomes)
    if not all(outcome.question.answerable for outcome in outcomes):
        yield from no_answer_rows(questions, outcomes)


def single_question_rows(run: Run, bench: Bench, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """The rows of questions that stand alone, for which the product is asked again."""
    questions, chosen = bench.questions, [outcome.question for outcome in outcomes]
    with_gold = [o for o in outcomes if o.question.answerable and o.question.gold]
    if has_gold(chosen) and len(questions.documents) >= ABSENT_DOCUMENTS:
        _say(f"{questions.name}: asking of absent topics")
        yield from absent_rows(bench, chosen, run.cache)
    yield from topic_change_rows(bench, chosen)
    if with_gold:
        _say(f"{questions.name}: asking in haste, and asking FAQs")
        whole = is_whole(questions, with_gold)
        yield from haste_rows([(bench, outcome) for outcome in with_gold], whole=whole)
        yield from faq_rows(bench, with_gold, run.cache, whole=whole)


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
        "level": outcome.reply.level,
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
