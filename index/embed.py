"""The embedding: turns sentences and questions into vectors, on this machine unless told otherwise.

Importing this takes a second or two, nearly all of it llama-index: import it where it is used.
"""

import asyncio
import importlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from textwrap import shorten

import numpy as np
from llama_index.core.bridge.pydantic import Field
from llama_index.core.embeddings import BaseEmbedding
from numpy.typing import NDArray

from index.errors import EmbeddingError, SettingsError
from index.models import FOLDER, NAME, fingerprint_of
from index.onnx import Transformer, available_cores, encodable
from index.threads import one_at_a_time

DEFAULT = "default"
"""The value of PULLQUOTE_EMBEDDING that means `MiniLM`."""

WINDOW = 256
"""Most tokens that the model reads at once, its two special ones included."""

_OVERLAP = 32
_SLAB = 2048
"""Texts that are sorted by length together: many enough to need little padding, few enough to be
held as tokens at once."""

Vectors = NDArray[np.float32]
Owners = NDArray[np.int64]
Progress = Callable[[int], None]


class MiniLM(BaseEmbedding):
    """all-MiniLM-L6-v2 in int8, from `index/models`; needs no network and no key."""

    model_name: str = NAME
    embed_batch_size: int = Field(default=512, gt=0, le=2048)
    folder: Path = FOLDER
    threads: int = Field(default_factory=available_cores, gt=0)

    @classmethod
    def class_name(cls) -> str:
        """Name the class, as llama-index wants it."""
        return "MiniLM"

    @property
    def model(self) -> "_Model":
        """The loaded model, which is loaded when first asked for and shared by equals."""
        return _load(self.folder, self.threads)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors, owners = self.model.embed(texts)
        merged = np.zeros((len(texts), vectors.shape[1]), np.float32)
        np.add.at(merged, owners, vectors)
        rows: list[list[float]] = _normalised(merged).tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)


def load_embedding(name: str) -> BaseEmbedding:
    """Return the embedding that a setting names.

    Args:
        name: `default`, or `module:factory` of a function that returns a llama-index embedding.

    Raises:
        SettingsError: There is no such embedding.
    """
    if name == DEFAULT:
        return MiniLM()
    module, _, factory = name.partition(":")
    if not module or not factory:
        raise _unusable(
            name,
            "which is neither 'default' nor 'module:factory'",
            "Set it to 'default', or to a function that returns a llama-index embedding",
        )
    try:
        made = getattr(importlib.import_module(module), factory)()
    except Exception as error:  # any code of the user's can stand behind the name
        raise _unusable(
            name,
            f"which did not load ({_told(error)})",
            "Correct it, install what it needs, or set it to 'default'",
        ) from error
    if not isinstance(made, BaseEmbedding):
        raise _unusable(
            name,
            f"which returns {type(made).__name__!r}, not a llama-index BaseEmbedding",
            "Let it return one, or set it to 'default'",
        )
    return made


def fingerprint(embedding: BaseEmbedding) -> str:
    """Name what makes the vectors, so that a store can tell whether it was built by the same."""
    if isinstance(embedding, MiniLM):
        try:
            return fingerprint_of(embedding.folder)
        except OSError as error:
            raise _missing(embedding.folder, error) from error
    return f"{type(embedding).__qualname__} {embedding.model_name}"


def embed_sentences(
    embedding: BaseEmbedding, texts: Sequence[str], on_progress: Progress | None = None
) -> tuple[Vectors, Owners]:
    """Embed texts; one that is too long for the model gets a vector for each of its windows.

    Args:
        embedding: What makes the vectors.
        texts: What to embed, in any order and of any length.
        on_progress: Called now and then with the number of texts finished since the last call.

    Returns:
        The vectors, each of length 1, and for each vector the position in `texts` of its text, in
        ascending order.

    Raises:
        EmbeddingError: The embedding failed, or gave vectors that cannot be used.
    """
    if isinstance(embedding, MiniLM):
        return embedding.model.embed(texts, on_progress)
    clean = [encodable(text) for text in texts]
    order = sorted(range(len(clean)), key=lambda position: len(clean[position]))
    vectors = np.zeros((len(clean), 0), np.float32)
    for start in range(0, len(order), embedding.embed_batch_size):
        batch = order[start : start + embedding.embed_batch_size]
        made = _asked(
            embedding, embedding.get_text_embedding_batch, [clean[position] for position in batch]
        )
        if start == 0:
            vectors = np.zeros((len(clean), made.shape[1]), np.float32)
        elif made.shape[1] != vectors.shape[1]:
            raise _useless(
                embedding, f"its vectors have {vectors.shape[1]} numbers, then {made.shape[1]}"
            )
        vectors[batch] = made
        if on_progress is not None:
            on_progress(len(batch))
    return vectors, np.arange(len(clean))


def embed_question(embedding: BaseEmbedding, question: str) -> Vectors:
    """Embed a question as a single vector of length 1.

    Raises:
        EmbeddingError: The embedding failed, or gave a vector that cannot be used.
    """
    vectors = _asked(
        embedding,
        lambda texts: [embedding.get_query_embedding(text) for text in texts],
        [encodable(question)],
    )
    return vectors.reshape(-1)


class _Model(Transformer):
    """The default model: texts in, vectors out."""

    def embed(
        self, texts: Sequence[str], on_progress: Progress | None = None
    ) -> tuple[Vectors, Owners]:
        """Do what `embed_sentences` does, for texts that can be encoded."""
        vectors = [np.zeros((0, self.width), np.float32)]
        owners = [np.zeros(0, np.int64)]
        for start in range(0, len(texts), _SLAB):
            windows, owner = self._windows(texts[start : start + _SLAB])
            unfinished = np.bincount(owner)
            made = np.empty((len(windows), self.width), np.float32)
            for batch, rows in self.run(windows):
                made[batch] = rows
                np.subtract.at(unfinished, owner[batch], 1)
                if on_progress is not None:
                    on_progress(int((unfinished[np.unique(owner[batch])] == 0).sum()))
            vectors.append(made)
            owners.append(owner + start)
        return np.concatenate(vectors), np.concatenate(owners)

    def _windows(self, texts: Sequence[str]) -> tuple[list[list[int]], Owners]:
        """Return the tokens of every window, and for each the position of its text."""
        windows = []
        owners = []
        for position, tokens in enumerate(self.tokens(texts)):
            for start in _window_starts(len(tokens), WINDOW - 2):
                windows.append([self.first, *tokens[start : start + WINDOW - 2], self.last])
                owners.append(position)
        return windows, np.array(owners, np.int64)


def _window_starts(length: int, width: int) -> list[int]:
    """Spread as few windows as will do evenly over `length` tokens, each overlapping the next."""
    if length <= width:
        return [0]
    count = -(-(length - _OVERLAP) // (width - _OVERLAP))
    return [number * (length - width) // (count - 1) for number in range(count)]


@one_at_a_time
@lru_cache(maxsize=2)
def _load(folder: Path, threads: int) -> _Model:
    try:
        return _Model(folder / "model.onnx", folder / "tokenizer.json", threads)
    except Exception as error:  # onnxruntime and tokenizers share no class of errors
        raise _missing(folder, error) from error


def _missing(folder: Path, error: Exception) -> EmbeddingError:
    return EmbeddingError(
        folder.name,
        f"its files in {str(folder)!r} are missing or damaged ({_told(error)})",
        "Install Pullquote again, or set PULLQUOTE_EMBEDDING to another embedding.",
    )


def _asked(
    embedding: BaseEmbedding, method: Callable[[list[str]], list[list[float]]], texts: list[str]
) -> Vectors:
    """Return what a method of somebody's embedding makes of the texts, if it is of any use."""
    try:
        made = method(texts)
    except EmbeddingError:
        raise
    except Exception as error:  # any code, and any service, can stand behind it
        raise _useless(embedding, f"it failed ({_told(error)})") from error
    try:
        # In double precision, in which a float's square is neither zero nor infinite.
        vectors = np.array(made, np.float64)
    except (TypeError, ValueError):
        raise _useless(embedding, "its vectors are not rows of equally many numbers") from None
    if vectors.ndim != 2 or len(vectors) != len(texts):  # noqa: PLR2004 - a row for each text
        raise _useless(
            embedding, f"it was given {len(texts)} texts and did not return a vector for each"
        )
    if not np.isfinite(vectors).all():
        raise _useless(embedding, "it returned a vector with something in it that is no number")
    if not vectors.any(axis=1).all():
        raise _useless(embedding, "it returned a vector of zeros, which can be compared with none")
    return _normalised(vectors)


def _normalised(vectors: NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)


def _told(error: BaseException) -> str:
    """Put an error on one line, whatever its library thinks of line breaks and length."""
    told = shorten(str(error), 300, placeholder=" …").rstrip(".")
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def _unusable(name: str, what: str, advice: str) -> SettingsError:
    return SettingsError(f"PULLQUOTE_EMBEDDING is {name!r}, {what}. {advice}.")


def _useless(embedding: BaseEmbedding, reason: str) -> EmbeddingError:
    return EmbeddingError(
        fingerprint(embedding),
        reason,
        "Check PULLQUOTE_EMBEDDING and what it needs, or set it to 'default'.",
    )
