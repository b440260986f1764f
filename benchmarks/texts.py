"""Texts with questions and claims that were written for this project; `texts/` holds them.

Most texts were written too; the others are articles of SQuADShifts, new Wikipedia (CC BY 4.0).

Half of the questions have no answer in their text, and ask for what it might well have said: of
another person, another time, a reason that it doesn't give. The claims are sound or say what is
wrong with them.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.data import Place, Question, QuestionSet, SetDocument, tenth

TEXTS = Path(__file__).parent / "texts" / "texts.jsonl.gz"
NEAR = TEXTS.with_name("near.tsv.gz")
NAME = "texts"
PARAGRAPH = 3
"""Sentences in a paragraph."""

Use: TypeAlias = Literal["train", "calibrate", "report"]


def load_texts(use: Use, *, written: bool = False) -> Iterator[QuestionSet]:
    """The texts that are trained on, calibrated on or reported on, each a set of one document.

    Args:
        use: What for.
        written: Only those that were written for this project.
    """
    for row in rows():
        if use_of(row["id"]) == use and (row["source"].startswith("own") or not written):
            yield _set_of(row)


def use_of(text_id: str) -> Use:
    """What a text is used for: one in ten for calibrating, one in ten for reporting."""
    uses: dict[int, Use] = {0: "calibrate", 1: "report"}
    return uses.get(tenth(text_id), "train")


def rows() -> Iterator[dict[str, Any]]:
    """The texts as they are kept: `id`, `title`, `sentences`, `questions`, `claims`."""
    with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def near_misses() -> Iterator[tuple[str, str, str]]:
    """Questions of public sets, changed so that their document has no answer: set, id, words."""
    with gzip.open(NEAR, "rt", encoding="utf-8") as lines:
        for line in lines:
            name, document_id, question = line.rstrip("\n").split("\t")
            yield name, document_id, question


def _set_of(row: Mapping[str, Any]) -> QuestionSet:
    text_id, text = row["id"], f"{row['title']}\n"
    places: list[Place] = []
    for number, sentence in enumerate(row["sentences"]):
        words = sentence.replace("\n", " ")
        text += "\n" * (1 if number else 0) + "\n" if number % PARAGRAPH == 0 else " "
        places.append(Place(text_id, len(text), len(text) + len(words)))
        text += words
    document = SetDocument(text_id, row["title"], f"{text}\n", tuple(places))
    questions = tuple(
        Question(
            id=f"{text_id}-{number}",
            text=one["q"],
            document_ids=(text_id,),
            gold=tuple(places[gold] for gold in one["gold"]),
            answerable=bool(one["gold"]),
        )
        for number, one in enumerate(row["questions"])
    )
    return QuestionSet(
        NAME, (document,), questions, {text_id: document.text}, {text_id: document.topic}
    )
