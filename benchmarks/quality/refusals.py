"""Whether questions without an answer are told from the others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import metrics
from benchmarks.data import Question, QuestionSet, topics_apart
from benchmarks.product import open_product
from benchmarks.quality.calibration import calibration_rows
from benchmarks.quality.outcomes import OURS, Bench, Outcome
from benchmarks.quality.quotes import answered_with_gold, is_whole
from benchmarks.quality.rows import Row, Scores, share

DECLINED_AT = "unanswerable: declined if 90 % of answerable are answered"


def no_answer_rows(
    questions: QuestionSet, outcomes: Sequence[Outcome], group: str = "no answer"
) -> Iterable[Row]:
    """Whether questions without an answer are told from the others, over the same documents."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]
    yield from refusal_rows(group, questions, answerable, unanswerable)


def refusal_rows(
    group: str,
    questions: QuestionSet,
    answerable: Sequence[Outcome],
    unanswerable: Sequence[Outcome],
) -> Iterable[Row]:
    """How far the two are apart, what is answered and declined, and how true the probabilities are.

    Args:
        group: Of rows.
        questions: The set.
        answerable: What came of questions that the documents answer.
        unanswerable: What came of questions that they don't.
    """
    outcomes = [*answerable, *unanswerable]
    positive = [True] * len(answerable) + [False] * len(unanswerable)
    scores = {
        way: [outcome.passages[way].top_score for outcome in outcomes]
        for way in outcomes[0].passages
        if way != "fusion"  # sums of ranks say nothing of how good the first is
    }
    yield separated(group, "AUROC", scores, positive, metrics.auroc)
    with_gold = [outcome for outcome in answerable if outcome.question.gold]
    whole = bool(with_gold) and is_whole(questions, with_gold)
    yield share(group, "answerable: answered", [o.reply.answered for o in answerable])
    if with_gold:
        yield share(
            group,
            "answerable: answered with gold",
            [answered_with_gold(o, whole=whole) for o in with_gold],
        )
    yield share(group, "unanswerable: declined", [not o.reply.answered for o in unanswerable])
    if answerable and unanswerable:
        yield separated(group, DECLINED_AT, scores, positive, metrics.declined_at)
    if with_gold and unanswerable:
        yield from calibration_rows(group, with_gold, unanswerable, whole=whole)


def separated(
    group: str,
    metric: str,
    scores: Scores,
    positive: Sequence[bool],
    statistic: Callable[[Sequence[float], Sequence[float]], float],
) -> Row:
    """Make a row of how well every way's scores tell the positive questions from the others."""
    values = {
        way: statistic(
            [value for value, yes in zip(by_question, positive, strict=True) if yes],
            [value for value, yes in zip(by_question, positive, strict=True) if not yes],
        )
        for way, by_question in scores.items()
    }
    baselines = {way: value for way, value in values.items() if way != OURS}
    best = max(baselines, key=lambda way: baselines[way])
    interval = metrics.paired_bootstrap_split(scores[OURS], scores[best], positive, statistic)
    return Row(group, metric, len(positive), values[OURS], baselines, interval)


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
    yield from refusal_rows("absent topic", bench.questions, there, absent)
