"""Whether a line that only asks or announces is ever quoted as an answer."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.data import Place
from benchmarks.faqs import Faqs, Pair, faqs_of
from benchmarks.quality.haste import sample_of
from benchmarks.quality.outcomes import OURS, Bench, Outcome, prepare
from benchmarks.quality.quotes import THREE_QUOTED, gold_quoted, holds, quoted_places
from benchmarks.quality.rows import Row, against_best

GROUP = "FAQs"


def faq_rows(
    bench: Bench, outcomes: Sequence[Outcome], cache: Path, *, whole: bool
) -> Iterable[Row]:
    """Make texts of some questions and what answers them, and ask these questions of them.

    Args:
        bench: The set.
        outcomes: What came of its questions that are answerable and have gold.
        cache: For stores.
        whole: See `quotes.holds`.
    """
    sample = sample_of(outcomes, lambda outcome: outcome.question.id)
    pairs = [_pair(bench, outcome, whole=whole) for outcome in sample]
    faqs = faqs_of(f"{bench.questions.name}-faqs", [pair for pair in pairs if pair.sentences])
    if not faqs.questions.questions:
        return
    over_faqs = prepare(faqs.questions, bench.embedding, cache, bench.honesty)
    asked = [over_faqs.ask(question) for question in faqs.questions.questions]
    alone = {OURS: [_quoted_alone(faqs, quoted_places(outcome)) for outcome in asked]}
    for way in asked[0].sentences:
        if way != OURS:
            alone[way] = [_quoted_alone(faqs, o.sentences[way].places[:1]) for o in asked]
    yield against_best(
        GROUP,
        "a question or heading quoted alone",
        alone,
        less=True,
        note="baselines quote their best one",
    )
    yield against_best(
        GROUP, "answered with gold", gold_quoted(asked, whole=False), note=THREE_QUOTED
    )


def _quoted_alone(faqs: Faqs, places: Iterable[Place]) -> float:
    return float(any(faqs.says_nothing(place) for place in places))


def _pair(bench: Bench, outcome: Outcome, *, whole: bool) -> Pair:
    """A question with the sentences of its documents that are, or hold, its gold."""
    question, texts = outcome.question, bench.questions.texts
    documents = {place.document_id for place in question.gold}
    right = [
        place
        for place in bench.sentences.places
        if place.document_id in documents and holds(place, question.gold, whole=whole)
    ]
    said = [" ".join(texts[p.document_id][p.start : p.end].split()) for p in right]
    topic = bench.questions.topics[question.gold[0].document_id]
    return Pair(question, tuple(dict.fromkeys(said)), topic)
