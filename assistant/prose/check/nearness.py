"""How near in meaning a claim is to its quotes, by the store's own embedding."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embed import embed_sentences
from index.errors import EmbeddingError

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding


def nearness(embedding: "BaseEmbedding") -> Callable[[str, Sequence[str]], float]:
    """Make the function that compares."""

    @lru_cache(maxsize=1000)
    def vector(text: str) -> NDArray[np.float32]:
        rows, _ = embed_sentences(embedding, [text])
        mean = rows.sum(axis=0, dtype=np.float32)
        return np.asarray(mean / (np.linalg.norm(mean) or 1), np.float32)

    def near(claim: str, quotes: Sequence[str]) -> float:
        """The best cosine of the claim with one of the quotes, or with all of them together."""
        try:
            texts = [*quotes, " ".join(quotes)] if len(quotes) > 1 else list(quotes)
            return max(float(vector(claim) @ vector(text)) for text in texts)
        except EmbeddingError:
            return 1.0  # says nothing against the claim

    return near
