"""Whether the right document is found, by a question and by a follow-up."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from benchmarks import metrics
from benchmarks.baselines import Ranked
from benchmarks.data import Question, hash_of
from benchmarks.quality.outcomes import OURS, PASSAGES, Bench, Outcome, passages_of, ranked_passages
from benchmarks.quality.rows import Measure, Row, against_best, compared, share

CHANGES = 100
"""Pairs of questions on different topics that are asked in a row, at the most."""


def retrieval_rows(outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Whether the right document is found, documents ranked by their best passage."""
    if not outcomes:
        return

    def documents(measured: Callable[[Sequence[str], tuple[str, ...]], float]) -> Measure:
        return lambda ranked, outcome: measured(ranked.documents(), outcome.question.document_ids)

    yield compared(
        "retrieval", "right document first", outcomes, passages_of, documents(metrics.first)
    )
    yield compared(
        "retrieval",
        "right document in 5",
        outcomes,
        passages_of,
        documents(lambda ranked, right: metrics.among(ranked, right, 5)),
    )
    yield compared("retrieval", "MRR@10", outcomes, passages_of, documents(metrics.reciprocal_rank))


def follow_up_rows(bench: Bench, outcomes: Sequence[Outcome]) -> Iterable[Row]:
    """Whether follow-ups find their passage: alone, with the turn before, and as we do it."""
    known = [o for o in outcomes if o.question.answerable and o.question.document_ids]
    if not known:
        return
    alone = [rankings(bench, outcome.question.text) for outcome in known]
    prepended = [rankings(bench, with_turn_before(outcome.question)) for outcome in known]
    right = [outcome.question.document_ids for outcome in known]
    handled = [{**p, OURS: o.passages[OURS]} for p, o in zip(prepended, known, strict=True)]
    for metric, count in (("right passage first", 1), ("right passage in 5", 5)):
        for name, ways in (
            ("last turn alone", alone),
            ("turn before prepended", prepended),
            ("conversation handling", handled),
        ):
            scores = {
                way: [
                    metrics.among(ranked[way].documents(), documents, count)
                    for ranked, documents in zip(ways, right, strict=True)
                ]
                for way in ways[0]
            }
            yield against_best("follow-ups", f"{metric}: {name}", scores)
        ours = [
            [
                metrics.among(ranked[OURS].documents(), documents, count)
                for ranked, documents in zip(ways, right, strict=True)
            ]
            for ways in (handled, alone)
        ]
        gain = metrics.paired_bootstrap(*ours)
        yield Row(
            "follow-ups",
            f"{metric}: gained over last turn alone",
            len(known),
            gain.difference,
            {},
            gain,
        )


def topic_change_rows(bench: Bench, chosen: Sequence[Question]) -> Iterable[Row]:
    """Whether a question is answered from the topic of the one before, which is another."""
    topics = bench.questions.topics
    pairs = [
        (before, asked)
        for before, asked in pairwise(sorted(chosen, key=lambda one: hash_of(one.id)))
        if topics.get(before.key) != topics.get(asked.key)
    ][:CHANGES]
    if not pairs:
        return
    old = []
    for before, asked in pairs:
        reply = bench.product.ask(asked.text, [(before.text, "")])
        bench.check(reply)
        quoted = {topics.get(quote.place.document_id) for quote in reply.quotes}
        old.append(reply.searched != asked.text and topics.get(before.key) in quoted)
    yield share("topic changes", "answered from the old topic", old)


def rankings(bench: Bench, text: str) -> dict[str, Ranked]:
    """Every way's passages for a question without its history."""
    found = bench.product.retrieve(text, k=PASSAGES)
    return {OURS: ranked_passages(found), **bench.chunks.rank(text, bench.embedding.question(text))}


def with_turn_before(question: Question) -> str:
    """The question with the one before it in front."""
    return f"{question.history[-1][0]} {question.text}" if question.history else question.text
