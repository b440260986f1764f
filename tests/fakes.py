"""An embedding whose rankings a human can predict: texts are near when they share words."""

import re
import time
import zlib

import numpy as np
from llama_index.core.bridge.pydantic import Field
from llama_index.core.embeddings import BaseEmbedding

DIMENSION = 1024


class BagOfWords(BaseEmbedding):
    """Counts words; keeps a list of the sentences that it was given."""

    model_name: str = "bag of words"
    embedded: list[str] = Field(default_factory=list)
    dimension: int = DIMENSION
    seconds: float = 0.0
    """How long a batch takes: for tests that interrupt."""

    def _vector(self, text: str) -> list[float]:
        vector = np.zeros(self.dimension)
        vector[0] = 0.01  # a text without words has a direction too
        for word in re.findall(r"\w+", text.lower()):
            vector[1 + zlib.crc32(word.encode()) % (self.dimension - 1)] += 1
        row: list[float] = vector.tolist()
        return row

    def _get_text_embedding(self, text: str) -> list[float]:
        self.embedded.append(text)
        return self._vector(text)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        time.sleep(self.seconds)
        return [self._get_text_embedding(text) for text in texts]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vector(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._vector(query)


def bag_of_words() -> BagOfWords:
    """What PULLQUOTE_EMBEDDING names in the tests."""
    return BagOfWords()


def small_bag_of_words() -> BagOfWords:
    """The same with few dimensions: quick to index by the thousand."""
    return BagOfWords(dimension=16)


def slow_bag_of_words() -> BagOfWords:
    """The same, with time enough to interrupt it."""
    return BagOfWords(seconds=0.2, embed_batch_size=4)


def other_bag_of_words() -> BagOfWords:
    """The same under another name."""
    return BagOfWords(model_name="another bag")
