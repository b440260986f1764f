"""The reader: a small model that reads passages whole and rates each sentence against a question.

The store's vectors know a sentence alone, and as one point. Here every word has a vector of its
own that depends on the words around it, across sentences, so that "he" and "the agency" stand near
what they mean. A sentence is rated by how near the nearest of its words comes to each word of the
question (late interaction: Khattab and Zaharia, ColBERT, 2020, https://arxiv.org/abs/2004.12832),
and by the mean of its words as the passage colours them (late chunking: Günther et al., 2024,
https://arxiv.org/abs/2409.04701).

`models/make_reader.py` made `models/reader.onnx`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import PullquoteError
from index.models import FOLDER as VOCABULARY
from index.onnx import Transformer, available_cores, products
from index.threads import one_at_a_time

FILE = Path(__file__).parent / "models" / "reader.onnx"

QUESTION_TOKENS = 60
"""How much of a question is read."""

WINDOW = 256
"""Most tokens that are read at once."""

KEPT = 128
"""Passages whose vectors are kept for the next question, about 300 kB each."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rating:
    """How a sentence goes with a question: at most 1; cosines may be below 0."""

    match: float
    """How near its words come to the question's, each by its weight."""

    passage_match: float
    """The same for the whole passage."""

    context: float
    """The cosine of the question with the sentence as its passage colours it."""

    passage_context: float
    """The cosine of the question with the whole passage."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage that was read; all vectors are of length 1."""

    words: Vectors
    """A row for each token."""

    bounds: tuple[tuple[int, int], ...]
    """Where the tokens of each sentence begin and end."""

    means: Vectors
    """A row for each sentence."""

    mean: Vectors


class Reader:
    """Rates sentences as answers; may be used by several threads."""

    def __init__(self, file: Path) -> None:
        self._model = Transformer(file, VOCABULARY / "tokenizer.json", available_cores())
        self._passage = lru_cache(maxsize=KEPT)(self._read_passage)

    def read(self, question: str, passages: Sequence[Sequence[str]]) -> list[list[Rating]]:
        """Rate every sentence of some passages.

        Args:
            question: In words; it must stand alone.
            passages: The sentences of each, in order; at least one in each.

        Returns:
            For each passage its sentences' ratings.
        """
        (asked,) = self._model.tokens([question])
        states = self._states(asked[:QUESTION_TOKENS])
        meant = _unit(states[:, :-1].mean(axis=0))
        words = _unit(states[1:-1, :-1])
        weights = np.asarray(1 / (1 + np.exp(-states[1:-1, -1])), np.float32)
        weights /= max(1e-9, weights.sum())
        return [
            _rate(passage, words, weights, meant)
            for passage in self._model.side_by_side(self._passage, map(tuple, passages))
        ]

    def forget(self) -> None:
        """Keep no passage of those read so far."""
        self._passage.cache_clear()

    def _read_passage(self, sentences: tuple[str, ...]) -> _Read:
        tokens = self._model.tokens(sentences)
        read: list[Vectors] = []
        bounds: list[tuple[int, int]] = []
        end = 0
        for window in _windows([len(one) for one in tokens]):
            inside = [token for number in window for token in tokens[number][: WINDOW - 2]]
            read.append(self._states(inside)[1:-1, :-1])
            for number in window:
                start, end = end, end + min(len(tokens[number]), WINDOW - 2)
                bounds.append((start, end))
        states = np.concatenate(read)
        means = np.array([states[a:b].sum(axis=0) for a, b in bounds])
        return _Read(_unit(states), tuple(bounds), _unit(means), _unit(states.sum(axis=0)))

    def _states(self, tokens: Sequence[int]) -> Vectors:
        """A row for each token, the two special ones included: its vector, and then its weight."""
        ((_, rows),) = self._model.run([[self._model.first, *tokens, self._model.last]])
        states: Vectors = rows[0]
        return states


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


def _windows(lengths: Sequence[int]) -> list[list[int]]:
    """Group sentences, in order, so that as many are read together as fit."""
    windows: list[list[int]] = [[]]
    room = WINDOW - 2
    for number, length in enumerate(lengths):
        if windows[-1] and length > room:
            windows.append([])
            room = WINDOW - 2
        windows[-1].append(number)
        room -= length
    return windows


def _rate(passage: _Read, words: Vectors, weights: Vectors, meant: Vectors) -> list[Rating]:
    """Rate a passage's sentences against a question's words, their weights and their mean."""
    near = products(words, passage.words)
    nearest = np.array([near[:, a:b].max(axis=1, initial=0) for a, b in passage.bounds])
    everywhere = float(nearest.max(axis=0) @ weights)
    together = float(passage.mean @ meant)
    return [
        Rating(match, everywhere, context, together)
        for match, context in zip(
            (nearest @ weights).tolist(), products(passage.means, meant).tolist(), strict=True
        )
    ]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
