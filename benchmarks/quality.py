"""Measure retrieval, quotes, refusals, follow-ups and honesty on public question sets."""

import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks import metrics
from benchmarks.baselines import Baselines, Ranked, embed_cached, split_chunks
from benchmarks.data import (
    Half,
    Place,
    Question,
    QuestionSet,
    load_set,
    questions_of,
    topics_apart,
)
from benchmarks.honesty import Honesty
from benchmarks.metrics import Interval, Selection
from benchmarks.product import Embedding, Found, Product, Reply, open_product

OURS = "Pullquote"
PASSAGES = 10
"""Retrieved for ranking documents, as deep as MRR@10 looks; an answer is made of eight at most."""

CHARACTER_PASSAGES = 5
"""Passages whose characters are scored, as many as the chunking evaluation retrieves."""

BASELINE_QUOTES = 3
"""Sentences that a baseline quotes: its best."""

ABSENT_DOCUMENTS = 50
"""Smallest set that is worth dividing by topics."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to measure, and with what."""

    data: Path
    """The folder of question sets."""

    half: Half
    limit: int | None
    """Ask so many questions of a set at the most; None for all."""

    embedding: Embedding
    cache: Path
    """Where stores and vectors are kept for the next time."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    group: str
    metric: str
    count: int
    """Questions that it was measured on."""

    value: float
    baselines: Mapping[str, float] = field(default_factory=dict)
    interval: Interval | None = None
    """Of the difference to the best baseline."""


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, what was retrieved, what was answered, and what the baselines ranked."""

    question: Question
    found: tuple[Found, ...]
    reply: Reply
    passages: Mapping[str, Ranked]
    sentences: Mapping[str, Ranked]

    @property
    def confidence(self) -> float:
        """The best passage's score."""
        return self.passages[OURS].top_score


@dataclass(frozen=True, slots=True)
class Bench:
    """A set, ready to be asked: the product and the baselines over the same documents."""

    questions: QuestionSet
    product: Product
    embedding: Embedding
    chunks: Baselines
    sentences: Baselines
    honesty: Honesty

    def ask(self, question: Question) -> Outcome:
        """Put a question to everybody."""
        found = tuple(self.product.retrieve(question.text, question.history, k=PASSAGES))
        reply = self.product.ask(question.text, question.history)
        self.check(reply)
        vector = self.embedding.question(question.text)
        passages = {OURS: ranked_passages(found), **self.chunks.rank(question.text, vector)}
        sentences = {OURS: ranked_sentences(found), **self.sentences.rank(question.text, vector)}
        return Outcome(question, found, reply, passages, sentences)

    def check(self, reply: Reply) -> None:
        """Compare every citation with its source."""
        for quote in (*reply.quotes, *reply.nearest):
            source = self.product.source_of(quote.place)
            self.honesty.check(source, quote.place.start, quote.place.end, quote.words)


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


def prepare(questions: QuestionSet, embedding: Embedding, cache: Path) -> Bench:
    """Index a set's documents, for the product and for the baselines."""
    product = open_product(cache, questions.name, questions.documents, embedding)
    places, texts = split_chunks(questions.documents, cache)
    vectors = embed_cached(texts, embedding.texts, embedding.fingerprint, cache)
    return Bench(
        questions,
        product,
        embedding,
        Baselines(places, texts, vectors),
        Baselines(*product.sentences()),
        Honesty(),
    )


def ranked_passages(found: Iterable[Found]) -> Ranked:
    """The product's passages as a ranking."""
    listed = list(found)
    return Ranked(tuple(f.place for f in listed), tuple(f.score for f in listed))


def ranked_sentences(found: Iterable[Found]) -> Ranked:
    """The product's sentences as a ranking."""
    scored = [pair for passage in found for pair in passage.sentences]
    scored.sort(key=lambda pair: pair[1], reverse=True)
    return Ranked(tuple(place for place, _ in scored), tuple(score for _, score in scored))


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
    if len(answerable) < len(outcomes):
        yield from no_answer_rows(questions, outcomes)


def has_gold(questions: Iterable[Question]) -> bool:
    """Whether a set says which words answer."""
    return any(question.gold for question in questions)


def has_sentences(questions: QuestionSet) -> bool:
    """Whether a set says where its sentences are."""
    return any(document.sentences for document in questions.documents)


def has_long_gold(outcomes: Iterable[Outcome]) -> bool:
    """Whether a set's gold is passages rather than answers of a few words."""
    lengths = [gold.end - gold.start for o in outcomes for gold in o.question.gold]
    return statistics.median(lengths) > 60


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


Measure = Callable[[Ranked, Outcome], float]


def passages_of(outcome: Outcome) -> Mapping[str, Ranked]:
    """Every way's ranking of passages."""
    return outcome.passages


def sentences_of(outcome: Outcome) -> Mapping[str, Ranked]:
    """Every way's ranking of sentences."""
    return outcome.sentences


def compared(
    group: str,
    metric: str,
    outcomes: Sequence[Outcome],
    rankings: Callable[[Outcome], Mapping[str, Ranked]],
    measured: Measure,
) -> Row:
    """Average a measure over questions, for every way, ours against the best of the others."""
    scores = {
        way: [measured(rankings(outcome)[way], outcome) for outcome in outcomes]
        for way in rankings(outcomes[0])
    }
    return against_best(group, metric, scores)


def against_best(group: str, metric: str, scores: Mapping[str, Sequence[float]]) -> Row:
    """Make a row of every way's scores by question."""
    means = {way: float(np.mean(values)) for way, values in scores.items()}
    baselines = {way: mean for way, mean in means.items() if way != OURS}
    best = max(baselines, key=lambda way: baselines[way])
    interval = metrics.paired_bootstrap(scores[OURS], scores[best])
    return Row(group, metric, len(scores[OURS]), means[OURS], baselines, interval)


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


def share(group: str, metric: str, truths: Sequence[bool]) -> Row:
    """How often something is so."""
    return Row(group, metric, len(truths), float(np.mean(truths)) if truths else float("nan"))


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


def rankings(bench: Bench, text: str) -> dict[str, Ranked]:
    """Every way's passages for a question without its history."""
    found = bench.product.retrieve(text, k=PASSAGES)
    return {
        OURS: ranked_passages(found),
        **bench.chunks.rank(text, bench.embedding.question(text)),
    }


def with_turn_before(question: Question) -> str:
    """The question with the one before it in front."""
    return f"{question.history[-1][0]} {question.text}" if question.history else question.text


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
        "best_sentences": [_words(questions, place) for place in sentences[:3]],
    }


def _rank(ranked: Sequence[str], right: Sequence[str]) -> int | None:
    return next((rank for rank, name in enumerate(ranked, start=1) if name in right), None)


def _words(questions: QuestionSet, place: Place) -> str:
    return questions.texts[place.document_id][place.start : place.end]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
