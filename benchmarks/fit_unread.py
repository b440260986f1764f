"""Fit the coefficients for languages that the reader does not know, on XQuAD's fitting half."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.data import load_set
from benchmarks.fit import collect, fit_answer, fit_order
from benchmarks.xquad import XQUAD, convert

LANGUAGES = ("de", "es", "zh")

ORDER = ("cosine", "passage_cosine", "passage_cover", "cover")
ANSWER = ("passage_cosine", "passage_cover", "cover")
"""What each model goes by, of the fields of `Evidence`."""


def fit_unread(
    folder: Path, cache: Path, limit: int | None, languages: Sequence[str] = LANGUAGES
) -> str:
    """Fit the coefficients, and return them as JSON.

    Args:
        folder: Holds XQuAD as it is published.
        cache: Gets the question sets and the stores.
        limit: How many questions of each language to fit on; None for all.
        languages: Their codes.
    """
    convert(folder, cache / "sets", languages)
    sets = [load_set(cache / "sets", f"{XQUAD}{language}") for language in languages]
    cases = [
        case.read(None)
        for one in sets
        for case in collect(one, cache, "fit", limit, lambda *_: True)
    ]
    order = fit_order(cases, ORDER)
    answer = fit_answer(cases, order, ANSWER)
    return json.dumps({"order": order, "answer": answer}, indent=1) + "\n"
