"""What the reader is trained on: questions with the passages that are found for them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.data import Half, calibrates, load_set
from benchmarks.fit import ANSWER_SPANS, Case, Seen, collect

SETS = (
    "clapnq_dev",
    "selqa_dev",
    "squad2_dev_cs224n",
    "chroma_chunking",
    "train_squadshifts",
)


def write_reading(data: Path, cache: Path, file: Path) -> int:
    """Write a line of JSON for every question that may be trained on; return how many there are.

    Of the sets that are also reported on it is their fitting halves. Questions on which the
    coefficients are fitted are left out.
    """
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for name in SETS:
            questions = load_set(data, name)
            half: Half = "all" if name.startswith("train_") else "fit"
            for case in collect(questions, cache, half, None, lambda *one: not calibrates(*one)):
                lines.write(json.dumps(_row(case), ensure_ascii=False) + "\n")
                count += 1
    return count


def _row(case: Case) -> dict[str, Any]:
    return {
        "set": case.set_name,
        "question": case.asked.text,
        "answerable": case.asked.answerable,
        "short_answers": case.set_name in ANSWER_SPANS,
        "passages": [
            {
                "sentences": seen.text.sentences,
                "gold": seen.gold,
                "own": seen.document_id in case.asked.document_ids,
                "answers": list(_answers(case, seen)),
            }
            for seen in case.chunks
        ],
    }


def _answers(case: Case, seen: Seen) -> Iterator[str]:
    """The words of a passage that answer."""
    for place, text in zip(seen.places, seen.text.sentences, strict=True):
        for gold in case.asked.gold:
            if gold.overlap(place) == gold.end - gold.start:
                yield text[gold.start - place.start : gold.end - place.start]
