"""Whether the probabilities that the product gives are true, and what its levels are worth."""

from collections.abc import Iterable, Sequence

from benchmarks.quality.outcomes import OURS, Outcome
from benchmarks.quality.quotes import answered_with_gold, holds
from benchmarks.quality.rows import Row, share
from benchmarks.reliability import calibration_error, chance_error, reliability

BEST_ANSWERS = "calibration error: the best sentence answers"
AN_ANSWER = "calibration error: there is an answer"


def calibration_rows(
    group: str, answerable: Sequence[Outcome], unanswerable: Sequence[Outcome], *, whole: bool
) -> Iterable[Row]:
    """How true the best sentence's probability is, and how often each level is right.

    Args:
        group: Of rows.
        answerable: What came of questions that the documents answer, and of which it is known
            where.
        unanswerable: What came of questions that they don't.
        whole: See `holds`.
    """
    outcomes = [*answerable, *unanswerable]
    probabilities = [outcome.confidence for outcome in outcomes]
    best = [_best_is_gold(outcome, whole=whole) for outcome in answerable]
    none = [False] * len(unanswerable)
    for metric, truths in (
        (BEST_ANSWERS, [*best, *none]),
        (AN_ANSWER, [*[True] * len(answerable), *none]),
    ):
        bins = reliability(probabilities, truths)
        yield Row(
            group,
            metric,
            len(outcomes),
            calibration_error(bins),
            less_is_better=True,
            note=f"by chance {chance_error(probabilities):.3f}",
            bins=bins,
        )
    right = [answered_with_gold(outcome, whole=whole) for outcome in answerable]
    replies = [outcome.reply for outcome in outcomes]
    for level, metric, truths in (
        ("found", "found: gold quoted", [*right, *none]),
        ("perhaps", "perhaps: gold quoted", [*right, *none]),
        ("declined", "declined: no answer", [*[False] * len(right), *[True] * len(none)]),
    ):
        at_level = zip(replies, truths, strict=True)
        yield share(group, metric, [truth for reply, truth in at_level if reply.level == level])


def _best_is_gold(outcome: Outcome, *, whole: bool) -> bool:
    best = outcome.sentences[OURS].places[:1]
    return any(holds(place, outcome.question.gold, whole=whole) for place in best)
