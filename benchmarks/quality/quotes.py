"""Whether the best sentences answer, and how well what is quoted meets what should be."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from benchmarks import metrics
from benchmarks.data import Place, QuestionSet
from benchmarks.metrics import Selection
from benchmarks.quality.outcomes import OURS, Outcome, has_long_gold, has_sentences, sentences_of
from benchmarks.quality.rows import Measure, Row, Scores, against_best, compared

CHARACTER_PASSAGES = 5
"""Passages whose characters are scored, as many as the chunking evaluation retrieves."""

SIZES = (1, 2, 3)
"""How many sentences a baseline may quote, always its best and always so many."""

THREE_QUOTED = "baselines quote their best three"


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


def is_whole(questions: QuestionSet, outcomes: Sequence[Outcome]) -> bool:
    """Whether the gold is answers of a few words, which a sentence has to hold whole."""
    return not has_sentences(questions) and not has_long_gold(outcomes)


def in_first(count: int, *, whole: bool) -> Measure:
    """Whether gold is among the first so many sentences."""
    return lambda ranked, outcome: float(
        any(holds(p, outcome.question.gold, whole=whole) for p in ranked.places[:count])
    )


def sentence_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Whether the best sentences answer. The baselines rank the same sentences."""
    whole = is_whole(questions, outcomes)
    for count, metric in ((1, "best sentence first"), (3, "best sentence in 3")):
        measured = in_first(count, whole=whole)
        yield compared("sentences", metric, outcomes, sentences_of, measured)


def quote_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """What is quoted, against the gold sentences."""
    yield against_best(
        "quotes",
        "answered, with gold among the quotes",
        gold_quoted(outcomes, whole=is_whole(questions, outcomes)),
        note=THREE_QUOTED,
    )
    if has_sentences(questions):
        yield from selection_rows(questions, outcomes)
    counts = [len(outcome.reply.quotes) for outcome in outcomes if outcome.reply.answered]
    if counts:
        yield Row(
            "quotes", "citations in an answer, median", len(counts), statistics.median(counts)
        )


def gold_quoted(outcomes: Sequence[Outcome], *, whole: bool) -> Scores:
    """Whether gold is quoted; by the baselines, if they quote as much as they may."""
    measured = in_first(max(SIZES), whole=whole)
    scores = {OURS: [float(answered_with_gold(outcome, whole=whole)) for outcome in outcomes]}
    for way in outcomes[0].sentences:
        if way != OURS:
            scores[way] = [measured(outcome.sentences[way], outcome) for outcome in outcomes]
    return scores


def answered_with_gold(outcome: Outcome, *, whole: bool) -> bool:
    """Whether a question is answered, and what is quoted holds gold."""
    return outcome.reply.answered and any(
        holds(quote.place, outcome.question.gold, whole=whole) for quote in outcome.reply.quotes
    )


def selection_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Precision, recall and F1 of quoted sentences.

    A baseline quotes as many of its best sentences as do best for it, by the F1 of the row.
    """
    by_document: dict[str, tuple[Place, ...]] = {d.id: d.sentences for d in questions.documents}

    def selection(outcome: Outcome, places: Sequence[Place]) -> Selection:
        known = [s for document_id in _documents(places) for s in by_document[document_id]]
        quoted = metrics.sentences_at(places, known)
        gold_known = [
            s for document_id in _documents(outcome.question.gold) for s in by_document[document_id]
        ]
        gold = metrics.sentences_at(outcome.question.gold, gold_known)
        return Selection(len(quoted & gold), len(quoted), len(gold))

    ours = [selection(outcome, quoted_places(outcome)) for outcome in outcomes]
    theirs = {
        way: {
            size: [selection(o, o.sentences[way].places[:size]) for o in outcomes] for size in SIZES
        }
        for way in outcomes[0].sentences
        if way != OURS
    }
    yield from _pooled_rows(ours, theirs)
    chosen, note = _best_sizes(theirs, lambda one: float(np.mean([each.f1 for each in one])))
    yield against_best(
        "quotes",
        "F1, mean by question",
        {way: [each.f1 for each in one] for way, one in {OURS: ours, **chosen}.items()},
        note=note,
    )
    quoted = [s.selected for s, o in zip(ours, outcomes, strict=True) if o.reply.answered]
    if quoted:
        yield Row("quotes", "sentences quoted, median", len(quoted), statistics.median(quoted))
        yield Row("quotes", "sentences quoted, mean", len(quoted), statistics.mean(quoted))


Selections = Sequence[Selection]


def _pooled_rows(ours: Selections, theirs: Mapping[str, Mapping[int, Selections]]) -> Iterable[Row]:
    chosen, note = _best_sizes(theirs, lambda one: metrics.pooled(one).f1)
    our_sum = metrics.pooled(ours)
    sums = {way: metrics.pooled(one) for way, one in chosen.items()}
    for measure_name in ("precision", "recall"):
        baselines = {way: float(getattr(one, measure_name)) for way, one in sums.items()}
        value = float(getattr(our_sum, measure_name))
        yield Row("quotes", measure_name, len(ours), value, baselines, note=note)
    best = max(sums, key=lambda way: sums[way].f1)
    yield Row(
        "quotes",
        "F1",
        len(ours),
        our_sum.f1,
        {way: one.f1 for way, one in sums.items()},
        metrics.paired_bootstrap_f1(ours, chosen[best]),
        note=note,
    )


def _best_sizes(
    theirs: Mapping[str, Mapping[int, Selections]], good: Callable[[Selections], float]
) -> tuple[dict[str, Selections], str]:
    """For each baseline what it selects in the size that is best for it; and the sizes."""
    sizes = {way: max(by_size, key=lambda n: good(by_size[n])) for way, by_size in theirs.items()}
    listed = ", ".join(f"{way} {size}" for way, size in sizes.items())
    return {way: theirs[way][size] for way, size in sizes.items()}, f"quoted: {listed}"


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
        yield Row(
            "characters",
            f"{label}, quotes",
            len(values),
            float(np.mean(values)),
            between=metrics.bootstrap_mean(values),
        )
