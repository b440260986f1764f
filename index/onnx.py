"""A transformer on this machine's processor, by onnxruntime and tokenizers: tokens in, rows out."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BATCH_TOKENS = 1024
"""Tokens in one batch, padding included: more takes memory and saves no time."""

Rows = NDArray[np.float32]


class Placed(NamedTuple):
    """The tokens of a text, and where each begins and ends in it."""

    tokens: list[int]
    places: list[tuple[int, int]]


def available_cores() -> int:
    """Count the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def encodable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer and no service takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def products(rows: Rows, vector: Rows) -> Rows:
    """Multiply each row with a vector, or with each row of a second matrix, on one core.

    `@` hands so small a product to several threads, which then keep their cores busy for a while
    with waiting for the next: a model that runs meanwhile takes twice as long.
    """
    made: Rows = np.einsum("id,d->i" if vector.ndim == 1 else "id,jd->ij", rows, vector)
    return made


class Transformer:
    """A model with its tokenizer, loaded; may be used by several threads."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        # The published tokenizer pads to 128 tokens, and cuts off behind.
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.vocabulary = vocabulary = self._tokenizer.get_vocab()
        self.first, self.last, self._pad = (
            vocabulary[token] for token in ("[CLS]", "[SEP]", "[PAD]")
        )
        options = onnxruntime.SessionOptions()
        # Batches side by side, on a core each, take less time than one after the other on all; and
        # no thread keeps a core busy with waiting, which takes it from another model.
        options.intra_op_num_threads = 1
        self.side_by_side = ThreadPoolExecutor(threads, "transformer").map
        """Maps work over items in several threads; each may run windows one at a time."""

        # Processors of Intel's kind without VNNI add products of int8 up in 16 bits, which
        # overflow: without this, answers would depend on the machine. Others take no notice.
        options.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self.width: int = self._session.get_outputs()[0].shape[-1]
        """How long a row of what it makes is."""

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Turn texts into tokens, without the special ones; lone surrogates are replaced."""
        valid = [encodable(text) for text in texts]
        return [
            encoding.ids
            for encoding in self._tokenizer.encode_batch_fast(valid, add_special_tokens=False)
        ]

    def placed_tokens(self, texts: Sequence[str]) -> list[Placed]:
        """Turn texts into tokens as `tokens` does, each with the characters that it is made of."""
        valid = [encodable(text) for text in texts]
        return [
            Placed(encoding.ids, encoding.offsets)
            for encoding in self._tokenizer.encode_batch(valid, add_special_tokens=False)
        ]

    def run(self, windows: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], Rows]]:
        """Run the model over windows of tokens, those of like length together.

        Args:
            windows: Tokens, special ones included.

        Yields:
            Positions in `windows`, and what the model makes of each.
        """
        batches = list(_batches([len(window) for window in windows]))
        runs = [[windows[position] for position in batch] for batch in batches]
        made = (map if len(runs) == 1 else self.side_by_side)(self._run, runs)
        yield from zip(batches, made, strict=True)

    def _run(self, windows: Sequence[Sequence[int]]) -> Rows:
        shape = (len(windows), max(len(window) for window in windows))
        tokens = np.full(shape, self._pad, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, window in enumerate(windows):
            tokens[row, : len(window)] = window
            mask[row, : len(window)] = 1
        (rows,) = self._session.run(None, {"input_ids": tokens, "attention_mask": mask})
        made: Rows = rows
        return made


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group positions whose lengths are alike, longest first, within the budget of tokens."""
    order = sorted(range(len(lengths)), key=lambda position: -lengths[position])
    start = 0
    while start < len(order):
        count = max(1, BATCH_TOKENS // lengths[order[start]])
        yield order[start : start + count]
        start += count
