"""What the reader is trained on: passages, questions with those found for them, and claims."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from benchmarks.data import (
    Half,
    Place,
    Question,
    QuestionSet,
    calibrates,
    load_set,
    questions_of,
    tenth,
)
from benchmarks.fit import ANSWER_SPANS, FEW_WORDS, SETS, Case, Seen, collect
from benchmarks.texts import load_texts, near_misses, rows, use_of

CLAIMS = ("fever_dev", "fever_symmetric", "fool_me_twice", "scifact_rte", "contract_nli")
TRAINED_ON = (*SETS, "chroma_chunking", *FEW_WORDS)
OTHERS = 8
"""Sentences kept beside a claim's own, to be mixed with them."""

Row = dict[str, Any]


def write_reading(data: Path, cache: Path, folder: Path) -> dict[str, int]:
    """Write what may be trained on as files of JSON lines; return how many lines each has.

    Of the sets that are also reported on it is their fitting halves, without the questions on
    which the coefficients are fitted. Sets that are not in `data` are passed over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers: dict[Place, int] = {}
    with (
        (folder / "passages.jsonl").open("w", encoding="utf-8") as to_passages,
        (folder / "questions.jsonl").open("w", encoding="utf-8") as to_questions,
    ):
        asked = 0
        for case in _cases(data, cache):
            for seen in case.chunks:
                if seen.place not in numbers:
                    numbers[seen.place] = len(numbers)
                    _write(to_passages, {"title": seen.topic, "sentences": seen.text.sentences})
            _write(to_questions, _row(case, numbers))
            asked += 1
    with (folder / "claims.jsonl").open("w", encoding="utf-8") as to_claims:
        claimed = [*_public_claims(data / "claims"), *_own_claims()]
        for row in claimed:
            _write(to_claims, row)
    return {"passages": len(numbers), "questions": asked, "claims": len(claimed)}


def _cases(data: Path, cache: Path) -> Iterator[Case]:
    for name in TRAINED_ON:
        if not (data / name / "questions.jsonl").exists():
            continue
        questions, half = load_set(data, name), _half_of(name)
        yield from collect(questions, cache, half, None, _is_trained_on)
        yield from collect(_nearly(questions), cache, half, None, _is_trained_on)
    for one in load_texts("train"):
        yield from collect(one, cache, "all", None, lambda *_: True)


def trained_topics(questions: QuestionSet) -> set[str]:
    """The topics of a set of which some questions are trained on."""
    if questions.name not in TRAINED_ON:
        return set()
    return {
        questions.topics.get(question.key, question.key)
        for question in questions_of(questions.questions, _half_of(questions.name), None)
        if _is_trained_on(questions, question)
    }


def _half_of(name: str) -> Half:
    """Of a set that is also reported on, only the half for fitting."""
    return "all" if name in FEW_WORDS or name.startswith("train_") else "fit"


def _is_trained_on(questions: QuestionSet, question: Question) -> bool:
    if questions.name in FEW_WORDS:
        return tenth(questions.topics.get(question.key, question.key)) != 0
    return not calibrates(questions, question)


def _nearly(questions: QuestionSet) -> QuestionSet:
    """A set with its near misses for questions."""
    asked = [
        Question(f"near-{number}", text, (document_id,), (), answerable=False)
        for number, (name, document_id, text) in enumerate(near_misses())
        if name == questions.name and document_id in questions.texts
    ]
    return replace(questions, questions=tuple(asked))


def _row(case: Case, numbers: dict[Place, int]) -> Row:
    return {
        "set": case.set_name,
        "question": case.asked.text,
        "answerable": case.asked.answerable,
        "found": [
            {
                "passage": numbers[seen.place],
                "own": seen.document_id in case.asked.document_ids,
                "gold": [number for number, gold in enumerate(seen.gold) if gold],
                "answer": _answer(case, seen),
            }
            for seen in case.chunks
        ],
    }


def _answer(case: Case, seen: Seen) -> list[int] | None:
    """The sentence that holds the words that answer, and where they begin and end in it."""
    if case.set_name not in ANSWER_SPANS:
        return None
    return next(
        (
            [number, gold.start - place.start, gold.end - place.start]
            for number, place in enumerate(seen.places)
            for gold in case.asked.gold
            if gold.overlap(place) == gold.end - gold.start > 0
        ),
        None,
    )


def _public_claims(folder: Path) -> Iterator[Row]:
    for name in CLAIMS:
        path = folder / f"{name}.jsonl"
        if not path.exists():
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if tenth(row["evidence"][:200]) != 0:
                quotes = row.get("gold_sentences") or [row["evidence"]]
                others = row.get("other_sentences", [])
                yield _claim(name, row["claim"], row["label"] == "supported", quotes, others)


def _own_claims() -> Iterator[Row]:
    for row in rows():
        if use_of(row["id"]) == "train":
            for one in row["claims"]:
                quotes = [row["sentences"][number] for number in one["gold"]]
                others = [s for n, s in enumerate(row["sentences"]) if n not in one["gold"]]
                random.Random(one["c"]).shuffle(others)
                if quotes:
                    yield _claim("texts", one["c"], one["ok"], quotes, others)


def _claim(
    name: str, claim: str, is_sound: bool, quotes: Iterable[str], others: Iterable[str]
) -> Row:
    return {
        "set": name,
        "claim": claim.strip(),
        "supported": is_sound,
        "quotes": list(quotes),
        "others": list(others)[:OTHERS],
    }


def _write(lines: IO[str], row: Row) -> None:
    lines.write(json.dumps(row, ensure_ascii=False) + "\n")
