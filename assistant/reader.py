"""The reader: a small model that reads a question and a passage together.

It says of every sentence how likely it answers the question; and, with a claim in the question's
place, how likely the quotes behind it bear it out. Its README has what else the model says.

A question and a passage that are read apart can only be compared word by word, and "How much did
they pay?" comes as near to what they pitched as "How much did they pitch it for?". Read together
(a cross-encoder: Nogueira and Cho, 2019, https://arxiv.org/abs/1901.04085) they can disagree.

`models/make_reader.py` made `models/reader.onnx`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import PullquoteError
from index.models import FOLDER as VOCABULARY
from index.onnx import Transformer, available_cores
from index.threads import one_at_a_time

FILE = Path(__file__).parent / "models" / "reader.onnx"

WINDOW = 320
"""Most tokens that are read at once, the question's included."""

QUESTION_TOKENS = 60
CONTEXT_TOKENS = 24
CLAIM_TOKENS = 96
QUOTE_TOKENS = 120
"""How much of each is read at once: as much as the reader was trained on."""

KEPT = 2048
"""Readings that are kept, a few kB each: questions are asked again, with and without a history."""

IMPOSSIBLE = -20.0
"""The log odds of a sentence without a word in it."""

_ATTENTION, _EVIDENCE, _SUPPORT = 2, 3, 4
"""Of the five numbers that the model gives for every token."""

Rows = NDArray[np.float32]


class Text(NamedTuple):
    """A passage to read."""

    sentences: tuple[str, ...]
    context: str = ""
    """What it stands under: the title of its document, a heading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a passage says to a question."""

    odds: tuple[float, ...]
    """For each sentence the log odds that it answers."""

    def mean(self, other: "Reading") -> "Reading":
        """This one, its log odds the mean of its own and those of another of the same passage."""
        pairs = zip(self.odds, other.odds, strict=True)
        return Reading(tuple((one + two) / 2 for one, two in pairs))


class Reader:
    """Reads passages for a question; may be used by several threads."""

    def __init__(self, file: Path) -> None:
        self._model = Transformer(file, VOCABULARY / "tokenizer.json", available_cores())
        self._reading = lru_cache(maxsize=KEPT)(self._read)
        self._supported = lru_cache(maxsize=KEPT)(self._support)

    def read(self, question: str, passages: Sequence[Text]) -> list[Reading]:
        """Read some passages for a question, which must stand alone."""
        return list(self._model.side_by_side(lambda one: self._reading(question, one), passages))

    def support(self, claim: str, quotes: Sequence[str]) -> float:
        """The log odds that quotes bear a claim out, by those of them that do so best.

        They are read together, as many as fit; of a quote that is long the parts.
        """
        return self._supported(claim, tuple(quotes))

    def forget(self) -> None:
        """Keep none of the readings so far."""
        self._reading.cache_clear()
        self._supported.cache_clear()

    def _support(self, claim: str, quotes: tuple[str, ...]) -> float:
        said, *read = self._model.tokens([claim, *quotes])
        head = [self._model.first, *said[:CLAIM_TOKENS], self._model.last]
        parts = [
            one[at : at + QUOTE_TOKENS] for one in read for at in range(0, len(one), QUOTE_TOKENS)
        ]
        windows = _windows([len(part) for part in parts], WINDOW - 1 - len(head))
        rows = (self._run([*head, *(t for n in window for t in parts[n])]) for window in windows)
        return max((float(row[0, _SUPPORT]) for row in rows), default=IMPOSSIBLE)

    def _read(self, question: str, passage: Text) -> Reading:
        asked, context, *tokens = self._model.tokens(
            [question, passage.context, *passage.sentences]
        )
        head = [self._model.first, *asked[:QUESTION_TOKENS], self._model.last]
        if context:
            head += [*context[:CONTEXT_TOKENS], self._model.last]
        room = WINDOW - 1 - len(head)
        tokens = [one[:room] for one in tokens]
        odds: list[float] = []
        for window in _windows([len(one) for one in tokens], room):
            rows = self._run([*head, *(token for n in window for token in tokens[n])])
            end = len(head)
            for number in window:
                start, end = end, end + len(tokens[number])
                odds.append(_odds(rows[start:end]))
        return Reading(tuple(odds))

    def _run(self, tokens: Sequence[int]) -> Rows:
        """A row for each token, of what fits."""
        ((_, rows),) = self._model.run([[*tokens[: WINDOW - 1], self._model.last]])
        made: Rows = rows[0]
        return made


class ReaderError(PullquoteError):
    """The reader's file is missing or damaged."""


@one_at_a_time
@cache
def the_reader() -> Reader:
    """The reader that ships, loaded when first asked for and shared.

    Raises:
        ReaderError: It can't be loaded.
    """
    return load_reader(FILE)


def load_reader(file: Path) -> Reader:
    """Load a reader.

    Raises:
        ReaderError: It can't be loaded.
    """
    try:
        return Reader(file)
    except Exception as error:  # onnxruntime and tokenizers share no class of errors
        raise ReaderError(
            f"The file {str(file)!r} is missing or damaged ({type(error).__name__}). "
            "Install Pullquote again."
        ) from error


def _windows(lengths: Sequence[int], room: int) -> Iterator[list[int]]:
    """Group sentences, in order, so that as many are read together as fit."""
    window: list[int] = []
    left = room
    for number, length in enumerate(lengths):
        if window and length > left:
            yield window
            window, left = [], room
        window.append(number)
        left -= length
    if window:
        yield window


def _odds(rows: Rows) -> float:
    """A sentence's log odds: what its tokens say, each as much as the model attends to it."""
    if not len(rows):
        return IMPOSSIBLE
    weights = np.exp(rows[:, _ATTENTION] - rows[:, _ATTENTION].max())
    return float(weights @ rows[:, _EVIDENCE] / weights.sum())
