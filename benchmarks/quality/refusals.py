"""Whether questions without an answer are told from the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import metrics
from benchmarks.data import Question, QuestionSet, topics_apart
from benchmarks.product import open_product
from benchmarks.quality.outcomes import OURS, Bench, Outcome, has_long_gold, has_sentences
from benchmarks.quality.quotes import answered_with_gold
from benchmarks.quality.rows import Row, share


def no_answer_rows(questions: QuestionSet, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Whether questions without an answer are told from the others, over all documents."""
    kind = "no answer"
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]
    yield separation_row(kind, outcomes)
    yield from threshold_rows(kind, questions, answerable, unanswerable)


def separation_row(group: str, outcomes: Sequence[Outcome]) -> Row:
    """The area under the curve of the confidence; for the baselines, of their best score."""
    positive = [outcome.question.answerable for outcome in outcomes]
    scores = {
        way: [outcome.passages[way].top_score for outcome in outcomes]
        for way in outcomes[0].passages
        if way != "fusion"  # sums of ranks say nothing of how good the first is
    }
    return separated(group, scores, positive)


def separated(group: str, scores: Mapping[str, Sequence[float]], positive: Sequence[bool]) -> Row:
    """Make a row of the areas under the curve."""
    areas = {
        way: metrics.auroc(
            [value for value, yes in zip(values, positive, strict=True) if yes],
            [value for value, yes in zip(values, positive, strict=True) if not yes],
        )
        for way, values in scores.items()
    }
    baselines = {way: area for way, area in areas.items() if way != OURS}
    best = max(baselines, key=lambda way: baselines[way])
    interval = metrics.paired_bootstrap_auroc(scores[OURS], scores[best], positive)
    return Row(group, "AUROC", len(positive), areas[OURS], baselines, interval)


def threshold_rows(
    group: str,
    questions: QuestionSet,
    answerable: Sequence[Outcome],
    unanswerable: Sequence[Outcome],
) -> Iterable[Row]:
    """What is answered and declined, as shipped; and at nine answered of ten."""
    yield share(group, "answerable: answered", [o.reply.answered for o in answerable])
    with_gold = [outcome for outcome in answerable if outcome.question.gold]
    if with_gold:
        whole = not has_sentences(questions) and not has_long_gold(with_gold)
        yield share(
            group,
            "answerable: answered with gold",
            [answered_with_gold(o, whole=whole) for o in with_gold],
        )
    yield share(group, "unanswerable: declined", [not o.reply.answered for o in unanswerable])
    if answerable and unanswerable:
        threshold = float(np.quantile([o.confidence for o in answerable], 0.1))
        yield share(
            group,
            "unanswerable: declined if 90 % of answerable are answered",
            [outcome.confidence < threshold for outcome in unanswerable],
        )


def absent_rows(bench: Bench, chosen: Sequence[Question], cache: Path) -> Iterable[Row]:
    """Ask one half of the topics the questions of both."""
    present, _ = topics_apart(bench.questions.documents)
    documents = [d for d in bench.questions.documents if d.id in present]
    name = f"{bench.questions.name}-topics"
    halved = replace(
        bench,
        product=open_product(cache, name, documents, bench.embedding),
        chunks=bench.chunks.within(present),
        sentences=bench.sentences.within(present),
    )
    asked = [question for question in chosen if question.answerable]
    outcomes = [halved.ask(question) for question in asked]
    there = [o for o in outcomes if o.question.document_ids[0] in present]
    absent = [o for o in outcomes if o.question.document_ids[0] not in present]
    if not there or not absent:
        return
    scores = {
        way: [o.passages[way].top_score for o in (*there, *absent)]
        for way in (OURS, "BM25", "dense")
    }
    yield separated("absent topic", scores, [True] * len(there) + [False] * len(absent))
    yield from threshold_rows("absent topic", bench.questions, there, absent)
