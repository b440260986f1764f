"""What the product is measured against: the usual ways to retrieve, done as they usually are.

They see the same texts and the same embedding as the product, and nothing of its code but that.
"""

import hashlib
import importlib.util
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from Stemmer import Stemmer  # type: ignore[import-not-found]

from benchmarks.data import Place, SetDocument

CHUNK_TOKENS, OVERLAP_TOKENS = 256, 20
K1, B = 1.5, 0.75
FUSION_RANK = 60
DEPTH = 100
"""How many of each ranking a fusion looks at."""

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a an and are as at be but by for if in into is it no not of on or such that the their then
        there these they this to was will with what who when where which how why did do does
        """,
    )
)

_WORD = re.compile(r"\w+")
_STEM = Stemmer("english")

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Places, best first, with their scores."""

    places: tuple[Place, ...]
    scores: tuple[float, ...]

    @property
    def top_score(self) -> float:
        """How sure the ranking is of its first; 0 without one."""
        return self.scores[0] if self.scores else 0.0

    def documents(self) -> list[str]:
        """The documents in the order of their best place."""
        return list(dict.fromkeys(place.document_id for place in self.places))


class BM25:
    """Okapi BM25 over stemmed words."""

    def __init__(self, texts: Sequence[str]) -> None:
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(len(texts))
        for number, text in enumerate(texts):
            counts = Counter(stems(text))
            lengths[number] = counts.total()
            for term, count in counts.items():
                postings[term].append((number, count))
        self._norms = K1 * (1 - B + B * lengths / max(1.0, lengths.mean()))
        self._postings = {term: np.array(found) for term, found in postings.items()}

    def scores(self, question: str) -> NDArray[np.float64]:
        """Score every text."""
        total = len(self._norms)
        scores = np.zeros(total)
        for term in stems(question):
            if term in self._postings:
                numbers, counts = self._postings[term].T
                weight = np.log(1 + (total - len(numbers) + 0.5) / (len(numbers) + 0.5))
                scores[numbers] += weight * counts * (K1 + 1) / (counts + self._norms[numbers])
        return scores


class Baselines:
    """BM25, dense vectors and their fusion over the same places."""

    def __init__(self, places: Sequence[Place], texts: Sequence[str], vectors: Vectors) -> None:
        self.places = places
        self._texts = texts
        self._vectors = vectors
        self._bm25 = BM25(texts)

    def within(self, document_ids: Collection[str]) -> Self:
        """The same over some of the documents only."""
        kept = [n for n, place in enumerate(self.places) if place.document_id in document_ids]
        return type(self)(
            [self.places[n] for n in kept], [self._texts[n] for n in kept], self._vectors[kept]
        )

    def rank(self, question: str, vector: Vectors) -> dict[str, Ranked]:
        """Rank the places in each of the ways."""
        lexical = self._bm25.scores(question)
        dense = (self._vectors @ vector).astype(np.float64)
        fused = np.zeros(len(self.places))
        for scores in (lexical, dense):
            best = _best(scores)
            fused[best] += 1 / (FUSION_RANK + 1 + np.arange(len(best)))
        return {
            name: self._ranked(scores)
            for name, scores in (("BM25", lexical), ("dense", dense), ("fusion", fused))
        }

    def _ranked(self, scores: NDArray[np.float64]) -> Ranked:
        best = [number for number in _best(scores) if scores[number] > 0]
        return Ranked(
            tuple(self.places[number] for number in best),
            tuple(float(scores[number]) for number in best),
        )


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return str(_STEM.stemWord(word))


def stems(text: str) -> list[str]:
    """Split a text into stems without stop words."""
    words = (word.lower() for word in _WORD.findall(text))
    return [_stem(word) for word in words if word not in STOP_WORDS]


def split_chunks(documents: Iterable[SetDocument], cache: Path) -> tuple[list[Place], list[str]]:
    """Split documents as llama-index's SentenceSplitter does: places and texts of the chunks."""
    _provide_nltk(cache)
    from llama_index.core import Document
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.schema import TextNode

    splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)
    places, texts = [], []
    for document in documents:
        for node in splitter.get_nodes_from_documents([Document(text=document.text)]):
            if isinstance(node, TextNode):
                start = node.start_char_idx or 0
                places.append(Place(document.id, start, start + len(node.text)))
                texts.append(node.text)
    return places, texts


def embed_cached(texts: Sequence[str], embed: Embed, fingerprint: str, cache: Path) -> Vectors:
    """Embed texts, or read what came of it the last time."""
    digest = hashlib.sha256(fingerprint.encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    path = cache / f"vectors-{digest.hexdigest()[:24]}.npy"
    if path.is_file():
        kept: Vectors = np.load(path)
        return kept
    vectors = embed(texts)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    return vectors


def _best(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers of the best, best first; those of equal score in their order."""
    return np.argsort(-scores, kind="stable")[:DEPTH]


def _provide_nltk(cache: Path) -> None:
    """Give NLTK a copy of the data that llama-index brings.

    NLTK refuses files with more than one name, which is how some installers put them there
    (run-llama/llama_index#22839).
    """
    package = importlib.util.find_spec("llama_index.core")
    if package is None or package.origin is None or "NLTK_DATA" in os.environ:
        return
    data = cache / "nltk"
    if not data.is_dir():
        shutil.copytree(Path(package.origin).parent / "_static" / "nltk_cache", data)
    os.environ["NLTK_DATA"] = str(data.resolve())
