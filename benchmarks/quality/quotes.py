"""Whether the best sentences answer, and how well what is quoted meets what should be."""

import statistics
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks import metrics
from benchmarks.data import Place, QuestionSet
from benchmarks.metrics import Selection
from benchmarks.quality.outcomes import OURS, Outcome, has_long_gold, has_sentences, sentences_of
from benchmarks.quality.rows import Measure, Row, against_best, compared, share

CHARACTER_PASSAGES = 5
"""Passages whose characters are scored, as many as the chunking evaluation retrieves."""

BASELINE_QUOTES = 3
"""Sentences that a baseline quotes: its best."""


def holds(place: Place, gold: Sequence[Place], *, whole: bool) -> bool:
    """Whether a sentence or quote is, or holds, any of the gold.

    Args:
        place: The sentence or quote.
        gold: What answers.
        whole: The gold is answers of a few words, which have to be held whole.
    """
    if whole:
        return any(0 < g.end - g.start == place.overlap(g) for g in gold)
    return any(metrics.same_sentence(place, g) for g in gold)


def sentence_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Whether the best sentences answer. The baselines rank the same sentences."""
    whole = not has_sentences(questions) and not has_long_gold(outcomes)

    def in_first(count: int) -> Measure:
        return lambda ranked, outcome: float(
            any(holds(p, outcome.question.gold, whole=whole) for p in ranked.places[:count])
        )

    yield compared("sentences", "best sentence first", outcomes, sentences_of, in_first(1))
    yield compared("sentences", "best sentence in 3", outcomes, sentences_of, in_first(3))


def quote_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """What is quoted, against the gold sentences."""
    whole = not has_sentences(questions) and not has_long_gold(outcomes)
    yield share(
        "quotes",
        "answered, with gold among the quotes",
        [answered_with_gold(outcome, whole=whole) for outcome in outcomes],
    )
    if has_sentences(questions):
        yield from selection_rows(questions, outcomes)
    counts = [len(outcome.reply.quotes) for outcome in outcomes if outcome.reply.answered]
    if counts:
        yield Row(
            "quotes", "citations in an answer, median", len(counts), statistics.median(counts)
        )


def answered_with_gold(outcome: Outcome, *, whole: bool) -> bool:
    """Whether there is an answer and any of its quotes is gold."""
    return outcome.reply.answered and any(
        holds(quote.place, outcome.question.gold, whole=whole) for quote in outcome.reply.quotes
    )


def selection_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Precision, recall and F1 of quoted sentences; the baselines quote their three best."""
    by_document: dict[str, tuple[Place, ...]] = {d.id: d.sentences for d in questions.documents}

    def selection(outcome: Outcome, places: Sequence[Place]) -> Selection:
        known = [s for document_id in _documents(places) for s in by_document[document_id]]
        quoted = metrics.sentences_at(places, known)
        gold_known = [
            s for document_id in _documents(outcome.question.gold) for s in by_document[document_id]
        ]
        gold = metrics.sentences_at(outcome.question.gold, gold_known)
        return Selection(len(quoted & gold), len(quoted), len(gold))

    selections = {OURS: [selection(o, quoted_places(o)) for o in outcomes]}
    for way in outcomes[0].sentences:
        if way != OURS:
            selections[way] = [
                selection(o, o.sentences[way].places[:BASELINE_QUOTES]) for o in outcomes
            ]
    sums = {way: metrics.pooled(chosen) for way, chosen in selections.items()}
    baselines = [way for way in sums if way != OURS]
    best = max(baselines, key=lambda way: sums[way].f1)
    count = len(outcomes)
    yield Row(
        "quotes",
        "precision",
        count,
        sums[OURS].precision,
        {w: sums[w].precision for w in baselines},
    )
    yield Row("quotes", "recall", count, sums[OURS].recall, {w: sums[w].recall for w in baselines})
    yield Row(
        "quotes",
        "F1",
        count,
        sums[OURS].f1,
        {way: sums[way].f1 for way in baselines},
        metrics.paired_bootstrap_f1(selections[OURS], selections[best]),
    )
    yield against_best(
        "quotes",
        "F1, mean by question",
        {way: [selection.f1 for selection in chosen] for way, chosen in selections.items()},
    )
    quoted = [
        s.selected for s, o in zip(selections[OURS], outcomes, strict=True) if o.reply.answered
    ]
    if quoted:
        yield Row("quotes", "sentences quoted, median", len(quoted), statistics.median(quoted))
        yield Row("quotes", "sentences quoted, mean", len(quoted), statistics.mean(quoted))


def quoted_places(outcome: Outcome) -> list[Place]:
    """Where the quotes of an answer stand; nowhere when there is none."""
    return [quote.place for quote in outcome.reply.quotes] if outcome.reply.answered else []


def _documents(places: Iterable[Place]) -> list[str]:
    return list(dict.fromkeys(place.document_id for place in places))


def character_rows(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """How exactly the passages, and the quotes, meet the gold characters."""
    passages = {
        way: [
            metrics.character_scores(o.passages[way].places[:CHARACTER_PASSAGES], o.question.gold)
            for o in outcomes
        ]
        for way in outcomes[0].passages
    }
    quotes = [metrics.character_scores(quoted_places(o), o.question.gold) for o in outcomes]
    for measure_name in ("precision", "recall", "iou"):
        label = "IoU" if measure_name == "iou" else measure_name
        yield against_best(
            "characters",
            f"{label}, {CHARACTER_PASSAGES} passages",
            {way: [getattr(s, measure_name) for s in scores] for way, scores in passages.items()},
        )
    for measure_name in ("precision", "recall", "iou"):
        label = "IoU" if measure_name == "iou" else measure_name
        values = [getattr(score, measure_name) for score in quotes]
        yield Row("characters", f"{label}, quotes", len(values), float(np.mean(values)))
