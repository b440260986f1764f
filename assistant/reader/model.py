"""The reader: a small model that reads a question and a passage together.

It says of every sentence how likely it answers the question, and which words in it do; and, with a
claim in the question's place, how likely the quotes behind it bear it out. Its README has what else
the model says.

A question and a passage that are read apart can only be compared word by word, and "How much did
they pay?" comes as near to what they pitched as "How much did they pitch it for?". Read together
(a cross-encoder: Nogueira and Cho, 2019, https://arxiv.org/abs/1901.04085) they can disagree.

`models/make_reader.py` made `models/reader.onnx`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.document import Span
from index.errors import PullquoteError
from index.languages import ENGLISH
from index.models import FOLDER as VOCABULARY
from index.onnx import Transformer, available_cores
from index.threads import one_at_a_time

FILE = Path(__file__).parents[1] / "models" / "reader.onnx"

WINDOW = 320
"""Most tokens that are read at once, the question's included."""

QUESTION_TOKENS = 60
CONTEXT_TOKENS = 24
CLAIM_TOKENS = 96
QUOTE_TOKENS = 120
"""How much of each is read at once: as much as the reader was trained on."""

ANSWER_TOKENS = 30
"""Most tokens of the words that answer."""

KEPT = 2048
"""Readings that are kept, a few kB each: questions are asked again, with and without a history."""

COMMON = 12_000
"""Place in the vocabulary, which has its words by their frequency, up to which they are common."""

IMPOSSIBLE = -20.0
"""The log odds of a sentence without a word in it."""

_START, _END, _ATTENTION, _EVIDENCE, _SUPPORT = range(5)
"""Of the five numbers that the model gives for every token."""

Rows = NDArray[np.float32]


LANGUAGES = frozenset({ENGLISH})
"""What it was trained to read, as `index.languages` has it."""


class Text(NamedTuple):
    """A passage to read."""

    sentences: tuple[str, ...]
    context: str = ""
    """What it stands under: the title of its document, a heading."""


class Words(NamedTuple):
    """The words of a sentence that answer, if any of it do."""

    span: Span
    """Where they stand in the sentence."""

    likely: float
    """The probability, from 0 to 1, that it is exactly these: not none, nor others in the passage.

    It is 0 if none is likelier.
    """


@dataclass(frozen=True, slots=True)
class Reading:
    """What a passage says to a question."""

    odds: tuple[float, ...]
    """For each sentence the log odds that it answers."""

    words: tuple[Words, ...]
    """For each sentence the words in it that would."""

    is_made: bool = True
    """Whether the passage was read at all."""

    @classmethod
    def unmade(cls, sentences: int) -> "Reading":
        """What a passage of so many sentences says that the reader can't read."""
        return cls((0.0,) * sentences, (Words(Span(0, 0), 0.0),) * sentences, is_made=False)

    @classmethod
    def mean(cls, readings: Sequence["Reading"]) -> "Reading":
        """The mean of several readings of the same passage; the words are those of the first."""
        each = zip(*(one.odds for one in readings), strict=True)
        first = readings[0]
        return cls(tuple(sum(odds) / len(readings) for odds in each), first.words, first.is_made)


class Reader:
    """Reads passages for a question; may be used by several threads."""

    def __init__(self, file: Path) -> None:
        self._model = Transformer(file, VOCABULARY / "tokenizer.json", available_cores())
        self._reading = lru_cache(maxsize=KEPT)(self._read)
        self._supported = lru_cache(maxsize=KEPT)(self._support)

    def read(self, question: str, passages: Sequence[Text]) -> list[Reading]:
        """Read some passages for a question, which must stand alone."""
        return list(self._model.side_by_side(lambda one: self._reading(question, one), passages))

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary as a whole, as common words and names are."""
        return word.lower() in self._model.vocabulary

    def commonest(self, words: Iterable[str]) -> str:
        """The commonest of those words that are common ones; empty if none is."""
        known = ((self._model.vocabulary.get(word, COMMON), word) for word in words)
        place, word = min(known, default=(COMMON, ""))
        return word if place < COMMON else ""

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
        asked, context = self._model.tokens([question, passage.context])
        head = [self._model.first, *asked[:QUESTION_TOKENS], self._model.last]
        if context:
            head += [*context[:CONTEXT_TOKENS], self._model.last]
        room = WINDOW - 1 - len(head)
        sentences = self._model.placed_tokens(passage.sentences)
        tokens = [one.tokens[:room] for one in sentences]
        odds: list[float] = []
        words: list[Words] = []
        for window in _windows([len(one) for one in tokens], room):
            rows = self._run([*head, *(token for n in window for token in tokens[n])])
            marks = _marks(rows, len(head))
            found = []
            end = len(head)
            for number in window:
                start, end = end, end + len(tokens[number])
                odds.append(_odds(rows[start:end]))
                found.append(_pointed_at(marks[start:end], sentences[number].places))
            texts = [passage.sentences[number] for number in window]
            words += _words(found, texts, float(marks[0].prod()))
        return Reading(tuple(odds), tuple(words))

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


def _marks(rows: Rows, first: int) -> Rows:
    """How likely it is that the words that answer begin, and end, at each token of a passage.

    Args:
        rows: Of all tokens; the very first stands for that there are no such words.
        first: Where the passage begins.
    """
    marks = rows[:, : _END + 1].copy()
    marks[1:first] = -np.inf
    marks = np.exp(marks - marks.max(axis=0))
    return np.asarray(marks / marks.sum(axis=0))


def _pointed_at(marks: Rows, places: Sequence[tuple[int, int]]) -> tuple[Span, Rows]:
    """The likeliest run of tokens of a sentence, and how likely it begins and ends so."""
    if not len(marks):
        return Span(0, 0), np.zeros(_END + 1, np.float32)
    both = np.triu(np.multiply.outer(marks[:, _START], marks[:, _END]))
    both -= np.triu(both, ANSWER_TOKENS)
    begins, ends = divmod(int(both.argmax()), len(marks))
    likely = np.array([marks[begins, _START], marks[ends, _END]])
    return Span(places[begins][0], places[ends][1]), likely


def _words(
    found: Sequence[tuple[Span, Rows]], sentences: Sequence[str], none: float
) -> Iterator[Words]:
    """Take words that are said in several sentences for as likely in each as in all together.

    The model points at one place.
    """
    said = [span.of(text).casefold() for (span, _), text in zip(found, sentences, strict=True)]
    for words, (span, _) in zip(said, found, strict=True):
        likely = sum(one for other, (_, one) in zip(said, found, strict=True) if other == words)
        both = float(np.prod(likely))
        yield Words(span, both if both > none else 0.0)
