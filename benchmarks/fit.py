"""Fit the coefficients of `assistant.reader.evidence` on what the reader was not trained on.

Two models. Sentences are ordered by a softmax over all that were read for a question, fitted so
that the likelihood of the gold sentences is highest. Whether the best one answers is decided by a
logistic regression over answerable questions, the sets' own unanswerable ones, and answerable ones
that are made unanswerable: by taking out of what was found all on their topic, or only what
answers. Both by Newton's method, with a little ridge.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reader.evidence import Evidence, evidence_of
from assistant.reader.model import Reader, Reading, Text, the_reader
from assistant.retrieve import CANDIDATES, text_of
from benchmarks.data import (
    Half,
    Place,
    Question,
    QuestionSet,
    calibrates,
    file_name,
    load_set,
    questions_of,
)
from benchmarks.product import Embedding, open_product
from benchmarks.texts import load_texts
from benchmarks.xquad import XQUAD
from index.embed import embed_question, load_embedding
from index.search import ChunkHit, search
from index.store import Store

SETS = ("clapnq_dev", "selqa_dev", "squad2_dev_cs224n", "train_squadshifts")
FEW_WORDS = (
    "drop_contrast_spans",
    "fairytaleqa",
    "quoref_contrast",
    "quotesum_dev",
    "squad2_train_part",
    "squad_train_34articles",
    "squadshifts_amazon",
    "squadshifts_reddit",
    "tatqa_text",
)
"""Further sets that the reader learnt from; their answers are a few words."""

ANSWER_SPANS = ("squad2_dev_cs224n", "train_squadshifts", *FEW_WORDS)
"""Sets whose gold is a few words: a sentence is right that holds them all."""

ORDER = ("odds", "cosine", "passage_cosine", "passage_cover")
ANSWER = ("odds", "passage_cosine")
"""What each model goes by, of the fields of `Evidence`."""

SHARES = {"answerable": 3.0, "near": 1.5, "absent": 1.0, "beside": 0.5}
"""How much each kind of case counts in the decision."""

RIDGE = 1e-2
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A chunk that was found for a question; all tuples go by its sentences."""

    hit: ChunkHit
    place: Place
    topic: str
    text: Text
    places: tuple[Place, ...]
    gold: tuple[bool, ...]

    @property
    def document_id(self) -> str:
        """The document that it is from."""
        return self.place.document_id


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what was found for it."""

    set_name: str
    asked: Question
    chunks: tuple[Seen, ...]
    right: frozenset[str]
    """Topics of the documents that the question is about."""

    def read(self, reader: Reader | None) -> "Weighed":
        """Gather every sentence's evidence, without a reader that of words and nearness."""
        if reader:
            readings = reader.read(self.asked.text, [one.text for one in self.chunks])
        else:
            readings = [Reading.unmade(len(one.places)) for one in self.chunks]
        return Weighed(
            self,
            tuple(
                tuple(evidence_of(one.hit, reading))
                for one, reading in zip(self.chunks, readings, strict=True)
            ),
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """A case with the evidence for its chunks' sentences."""

    case: Case
    evidence: tuple[tuple[Evidence, ...], ...]


def fit(data: Path, cache: Path, limit: int | None) -> str:
    """Fit the coefficients, and return them as JSON."""
    reader = the_reader()
    found = [collect(load_set(data, name), cache, "fit", limit, calibrates) for name in SETS]
    found += [collect(one, cache, "all", None, lambda *_: True) for one in load_texts("calibrate")]
    cases = [case.read(reader) for one in found for case in one]
    order = fit_order(cases)
    answer = fit_answer(cases, order)
    return json.dumps({"order": order, "answer": answer}, indent=1) + "\n"


def collect(
    questions: QuestionSet,
    cache: Path,
    half: Half,
    limit: int | None,
    chosen: Callable[[QuestionSet, Question], bool],
) -> Iterator[Case]:
    """Search for questions of a set and label what is found."""
    product = open_product(cache, questions.name, questions.documents, Embedding())
    asked = [question for question in questions.questions if chosen(questions, question)]
    with closing(product.store()) as store:
        finder = _Finder(store, questions)
        for question in questions_of(asked, half, limit):
            yield finder.case(question)


class _Finder:
    """Searches a set's documents and labels what it finds."""

    def __init__(self, store: Store, questions: QuestionSet) -> None:
        self._store = store
        self._set = questions.name
        self._embedding = load_embedding("default")
        self._ids = {file_name(d.id, d.suffix): d.id for d in questions.documents}
        self._topics = {document.id: document.topic for document in questions.documents}

    def case(self, question: Question) -> Case:
        """Search for a question."""
        vector = embed_question(self._embedding, question.text)
        found = search(self._store, question.text, vector, CANDIDATES)
        return Case(
            set_name=self._set,
            asked=question,
            chunks=tuple(self._labelled(chunk, question) for chunk in found),
            right=frozenset(self._topics[d] for d in question.document_ids if d in self._topics),
        )

    def _labelled(self, chunk: ChunkHit, question: Question) -> Seen:
        document = self._store.document(chunk.chunk.document_id)
        known_as = self._ids[document.id]
        spans = [one.span for one in chunk.sentences]
        places = tuple(Place(known_as, span.start, span.end) for span in spans)
        return Seen(
            hit=chunk,
            place=Place(known_as, chunk.chunk.span.start, chunk.chunk.span.end),
            topic=self._topics[known_as],
            text=text_of(self._store, chunk),
            places=places,
            gold=tuple(question.answerable and is_gold(p, question, self._set) for p in places),
        )


def is_gold(place: Place, question: Question, set_name: str) -> bool:
    """Whether a sentence is one of those that answer."""
    if set_name in ANSWER_SPANS or set_name.startswith(XQUAD):
        return any(gold.overlap(place) == gold.end - gold.start for gold in question.gold)
    return any(
        2 * gold.overlap(place) > min(gold.end - gold.start, place.end - place.start)
        for gold in question.gold
    )


def fit_order(cases: Iterable[Weighed], by: Sequence[str] = ORDER) -> dict[str, float]:
    """Fit the softmax over the sentences of each answerable question."""
    groups = []
    for weighed in cases:
        labels = np.array([float(label) for one in weighed.case.chunks for label in one.gold])
        if weighed.case.asked.answerable and labels.sum():
            every = [one for chunk in weighed.evidence for one in chunk]
            groups.append((_rows(every, by), labels / labels.sum()))
    everything = np.concatenate([rows for rows, _ in groups])
    mean, scale = everything.mean(axis=0), everything.std(axis=0) + 1e-9
    weights = _newton_softmax([((rows - mean) / scale, target) for rows, target in groups])
    return _named(by, weights / scale)


def fit_answer(
    cases: Iterable[Weighed], order: Mapping[str, float], by: Sequence[str] = ANSWER
) -> dict[str, float]:
    """Fit the logistic regression that says whether the best sentence answers."""
    best: list[Evidence] = []
    targets: list[float] = []
    kinds: list[tuple[str, str]] = []
    for weighed in cases:
        for kind, chosen in _kinds(weighed.case):
            shown = [one for number in chosen for one in weighed.evidence[number]]
            if shown:
                best.append(max(shown, key=lambda one: one.sum(order)))
                targets.append(float(kind == "answerable"))
                kinds.append((weighed.case.set_name, kind))
    weights, intercept = _newton_logistic(_rows(best, by), np.array(targets), _balance(kinds))
    return {**_named(by, weights), "intercept": round(intercept, 4)}


def _rows(evidence: Iterable[Evidence], names: Sequence[str]) -> Matrix:
    return np.array([[getattr(one, name) for name in names] for one in evidence])


def _kinds(case: Case) -> Iterator[tuple[str, Sequence[int]]]:
    """What is made of a question: a kind of case, and the chunks that are shown in it."""
    every = range(len(case.chunks))
    if not case.asked.answerable:
        yield "near", every
        return
    yield "answerable", every
    yield "absent", [n for n in every if case.chunks[n].topic not in case.right]
    gold = {n for n in every if any(case.chunks[n].gold)}
    rest = [n for n in every if n not in gold]
    if gold and any(case.chunks[n].topic in case.right for n in rest):
        yield "beside", rest  # as in a store of one article, which is on the topic throughout


def _balance(kinds: Sequence[tuple[str, str]]) -> Matrix:
    """Weigh cases so that every set counts alike, and answerable as much as unanswerable ones."""
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    weights = np.array([SHARES[kind[1]] / counts[kind] for kind in kinds])
    return np.asarray(weights / weights.sum())


def _newton_softmax(groups: Sequence[tuple[Matrix, Matrix]]) -> Matrix:
    rows = np.concatenate([rows for rows, _ in groups])
    target = np.concatenate([target for _, target in groups])
    starts = np.cumsum([0, *(len(found) for found, _ in groups)])[:-1]
    owner = np.repeat(np.arange(len(groups)), [len(found) for found, _ in groups])

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        merit = rows @ weights
        merit -= np.maximum.reduceat(merit, starts)[owner]
        likely = np.exp(merit)
        total = np.add.reduceat(likely, starts)[owner]
        value = -(target * (merit - np.log(total))).sum() / len(groups)
        return float(value + RIDGE * weights @ weights), likely / total

    weights = np.zeros(rows.shape[1])
    value, likely = loss(weights)
    for _ in range(100):
        slope = rows.T @ (likely - target) / len(groups) + 2 * RIDGE * weights
        means = np.add.reduceat(likely[:, None] * rows, starts, axis=0)
        curve = ((rows * likely[:, None]).T @ rows - means.T @ means) / len(groups)
        step = np.linalg.solve(curve + 2 * RIDGE * np.eye(len(weights)), slope)
        length = 1.0
        while loss(weights - length * step)[0] > value and length > 1e-4:
            length /= 2
        weights = weights - length * step
        before, (value, likely) = value, loss(weights)
        if before - value < 1e-9:
            break
    return weights


def _newton_logistic(rows: Matrix, target: Matrix, share: Matrix) -> tuple[Matrix, float]:
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    wide = np.c_[(rows - mean) / scale, np.ones(len(rows))]
    ridge = 2 * RIDGE * np.diag([*[1.0] * rows.shape[1], 0.0])
    weights = np.zeros(wide.shape[1])
    for _ in range(100):
        likely = 1 / (1 + np.exp(-wide @ weights))
        slope = wide.T @ (share * (likely - target)) + ridge @ weights
        curve = (wide * (share * likely * (1 - likely))[:, None]).T @ wide + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    unscaled = weights[:-1] / scale
    return unscaled, float(weights[-1] - unscaled @ mean)


def _named(names: Sequence[str], weights: Matrix) -> dict[str, float]:
    return {name: round(float(one), 4) for name, one in zip(names, weights, strict=True)}
