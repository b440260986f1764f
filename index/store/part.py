"""Some documents of a store, searched as if it held no others."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from index.onnx import products
from index.store.documents import Rows, languages_of
from index.store.files import making_sense
from index.store.reading import COPIES, Store
from index.store.records import StoredDocument
from index.store.vectors import EXACT, best_of

REACH = 4 * EXACT
"""Vectors of the whole store among which a large part's nearest are looked for."""

_MINE = "rowid BETWEEN ? AND ? AND substr(?, rowid + 1, 1) = x'01'"
"""Of rows of the lexicon those of the part, which is a byte for each sentence of the store."""


class Part(Store):
    """A store's documents of a scope: every count, rarity and rank is that of these alone.

    It shares the store's files: closing one closes the other.
    """

    def __init__(self, whole: Store, entries: Sequence[StoredDocument]) -> None:
        # Nothing is opened here: what the store has opened is used.
        # Held, since it closes with its last user.
        self._whole: Store = whole._whole if isinstance(whole, Part) else whole  # noqa: SLF001 - one of its own
        self.folder, self.name, self.close = whole.folder, whole.name, whole.close
        self._rows, self._vectors, self.document = whole._rows, whole._vectors, whole.document  # noqa: SLF001 - a store too
        chosen = tuple(entries)
        self.documents = lru_cache(maxsize=1)(lambda: chosen)
        self.languages = lru_cache(maxsize=1)(partial(languages_of, self.documents))
        self._read([entry.id for entry in chosen])
        self._mine = _mine(self._sentences)
        # It doesn't hold the part either, so that part and store go as soon as nobody uses them.
        self.frequency = lru_cache(maxsize=4096)(partial(_read_frequency, self._rows, self._mine))

    def _read(self, ids: Sequence[str]) -> None:
        """Read which sentences these are, and how much there is of everything."""
        rows = self._rows(
            "SELECT sentence, chunk, wording, vectors, "
            "CASE sentences.terms WHEN '' THEN 0 ELSE length(sentences.terms) - "
            "length(replace(sentences.terms, ' ', '')) + 1 END "
            "FROM documents JOIN chunks USING (document) JOIN sentences USING (chunk) "
            "JOIN wordings USING (wording) "
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY sentence",
            (json.dumps(list(ids)),),
        )
        with making_sense(self.folder):
            table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        self._sentences, chunks, self._wordings, vectors, terms = table.T
        different, places = np.unique(self._wordings, return_index=True)
        self._parts = dict(zip(different.tolist(), vectors[places].tolist(), strict=True))
        self.manifest = replace(
            self._whole.manifest,
            documents=len(ids),
            chunks=len(np.unique(chunks)),
            sentences=len(table),
            vectors=sum(self._parts.values()),
            terms=int(terms.sum()),
        )

    def nearest(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        """Find the sentences nearest to a vector: cosines by sentence number."""
        if not self.manifest.vectors:
            return {}
        best = self._nearest_wordings(vector, count)
        copies = dict.fromkeys(best, 0)
        found = {}
        for place in np.flatnonzero(np.isin(self._wordings, list(best))):
            wording = int(self._wordings[place])
            copies[wording] += 1
            if copies[wording] <= COPIES:
                found[int(self._sentences[place])] = best[wording]
        return found

    def _nearest_wordings(self, vector: NDArray[np.float32], count: int) -> dict[int, float]:
        if self.manifest.vectors <= EXACT:
            wordings, matrix = self._matrix
            return best_of(wordings, products(matrix, vector), count)
        total = self._whole.manifest.vectors
        reach = math.ceil(2 * count * total / self.manifest.vectors)
        while True:
            near = self._vectors.nearest(vector, reach)
            inside = [wording for wording in near if wording in self._parts]
            if len(inside) >= count or reach >= min(total, REACH):
                return {wording: near[wording] for wording in inside[:count]}
            reach *= 4

    @cached_property
    def _matrix(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Every vector of the part, a row each, and before that which wording it is of."""
        return self._vectors.of(self._parts)

    def matching(self, wanted: Iterable[str], count: int) -> list[int]:
        """Find sentences that hold any of the terms, those that BM25 ranks highest first."""
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(wanted))
        if not query:
            return []
        rows = self._rows(
            f"SELECT rowid FROM lexicon WHERE lexicon MATCH ? AND {_MINE} ORDER BY rank LIMIT ?",  # noqa: S608 - of ours
            (query, *self._mine, count),
        )
        return [number for (number,) in rows]

    def occurring(self, wanted: Iterable[str]) -> list[str]:
        """Of some terms, those that occur in any sentence, the most frequent first."""
        held = [term for term in self._whole.occurring(wanted) if self.frequency(term)]
        return sorted(held, key=lambda term: (-self.frequency(term), term))

    def all_sentences(self) -> list[int]:
        """Every sentence's number."""
        numbers: list[int] = self._sentences.tolist()
        return numbers


def _mine(sentences: NDArray[np.int64]) -> tuple[int, int, bytes]:
    """What `_MINE` is asked with."""
    if not len(sentences):
        return 1, 0, b""
    first, last = int(sentences[0]), int(sentences[-1])
    held = np.zeros(last + 1, dtype=np.uint8)
    held[sentences] = 1
    return first, last, held.tobytes()


def _read_frequency(rows: Rows, mine: tuple[int, int, bytes], term: str) -> int:
    """In how many sentences of a part a term occurs."""
    ((found,),) = rows(
        f"SELECT count(*) FROM lexicon WHERE lexicon MATCH ? AND {_MINE}",  # noqa: S608 - of ours
        (f'"{term}"', *mine),
    )
    return int(found)
