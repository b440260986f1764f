"""The reader: a small model that reads a question and a passage together.

It says of every sentence how likely it answers the question. The model says more, of which nothing
is used yet: its README has it all.

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
"""How much of each is read: as much as the reader was trained on."""

KEPT = 2048
"""Readings that are kept, a few kB each: questions are asked again, with and without a history."""

IMPOSSIBLE = -20.0
"""The log odds of a sentence without a word in it."""

_ATTENTION, _EVIDENCE = 2, 3
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

    @classmethod
    def mean(cls, readings: Sequence["Reading"]) -> "Reading":
        """The mean of several readings of the same passage."""
        each = zip(*(one.odds for one in readings), strict=True)
        return cls(tuple(sum(odds) / len(readings) for odds in each))


class Reader:
    """Reads passages for a question; may be used by several threads."""

    def __init__(self, file: Path) -> None:
        self._model = Transformer(file, VOCABULARY / "tokenizer.json", available_cores())
        self._reading = lru_cache(maxsize=KEPT)(self._read)

    def read(self, question: str, passages: Sequence[Text]) -> list[Reading]:
        """Read some passages for a question, which must stand alone."""
        return list(self._model.side_by_side(lambda one: self._reading(question, one), passages))

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary as a whole, as common words and names are."""
        return len(self._model.tokens([word])[0]) == 1

    def forget(self) -> None:
        """Keep none of the readings so far."""
        self._reading.cache_clear()

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
