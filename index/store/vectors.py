"""The vectors of one version, in Chroma: which are nearest to another, and how near some are."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.manifest import Manifest
from index.onnx import products
from index.store.chroma import (
    BATCH,
    close_client,
    collection_of,
    open_or_make,
    reading_vectors,
    vector_id,
)
from index.store.shadow import shadow_of

EXACT = 5000
"""Vectors up to which all are compared: a small graph can have corners that no search reaches."""


class Vectors:
    """Vectors of wordings, open for reading; a wording has one or more."""

    def __init__(self, folder: Path, version: Path, manifest: Manifest) -> None:
        """Open them; as many as there should be decide how they are searched."""
        self._folder = folder
        self._expected = manifest.vectors
        with ExitStack() as opened:
            shadow = opened.enter_context(shadow_of(folder, version, manifest.files))
            with reading_vectors(folder):
                client = open_or_make(shadow)
                opened.callback(close_client, client)
                self._held = collection_of(client)
            self.close = opened.pop_all().close

    def count(self) -> int:
        """How many there are."""
        with reading_vectors(self._folder):
            return self._held.count()

    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """Find the wordings nearest to a vector, and their cosines."""
        if self._expected <= EXACT:
            wordings, matrix = self._all
            return best_of(wordings, products(matrix, vector), count)
        with reading_vectors(self._folder):
            found = self._held.query(
                query_embeddings=vector[None, :],
                n_results=min(count, self._expected),
                include=["distances"],
            )
        distances = found["distances"] or [[]]
        cosines = 1.0 - np.asarray(distances[0], dtype=np.float32)
        return best_of(_wordings(found["ids"][0]), cosines, count)

    def cosines(self, vector: NDArray[np.float32], parts: Mapping[int, int]) -> dict[int, float]:
        """Compute the cosine of a vector with some wordings, of so many vectors each."""
        wordings, matrix = self.of(parts)
        return best_of(wordings, products(matrix, vector), len(wordings))

    def of(self, parts: Mapping[int, int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The vectors of some wordings, so many of each: a row each, and which wording it is of."""
        if self._expected <= EXACT:
            wordings, matrix = self._all
            wanted = np.isin(wordings, list(parts))
            return wordings[wanted], matrix[wanted]
        ids = [vector_id(wording, part) for wording, n in parts.items() for part in range(n)]
        rows = self.read(ids)
        return _wordings(list(rows)), np.array(list(rows.values()), dtype=np.float32)

    def read(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Read vectors by their names, as far as they are there."""
        rows: dict[str, NDArray[np.float32]] = {}
        for first in range(0, len(ids), BATCH):
            with reading_vectors(self._folder):
                found = self._held.get(ids=list(ids[first : first + BATCH]), include=["embeddings"])
            matrix = np.asarray(found["embeddings"], dtype=np.float32)
            rows |= dict(zip(found["ids"], matrix, strict=True))
        return rows

    @cached_property
    def _all(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Every vector, a row each, and before that which wording it is of."""
        with reading_vectors(self._folder):
            found = self._held.get(include=["embeddings"])
        return _wordings(found["ids"]), np.asarray(found["embeddings"], dtype=np.float32)


def _wordings(ids: Sequence[str]) -> NDArray[np.int64]:
    return np.array([int(name.partition(".")[0]) for name in ids], dtype=np.int64)


def best_of(
    wordings: NDArray[np.int64], cosines: NDArray[np.float32], count: int
) -> dict[int, float]:
    """Give each wording the best of its vectors' cosines; so many wordings, the best first."""
    best: dict[int, float] = {}
    for place in np.argsort(-cosines, kind="stable"):
        if len(best) == count:
            break
        best.setdefault(int(wordings[place]), float(cosines[place]))
    return best
