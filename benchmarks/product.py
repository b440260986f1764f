"""The product as the benchmarks use it: the only module here that knows it."""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

import index
from assistant import Assistant, Citation
from assistant.reader.model import the_reader
from benchmarks.data import Place, SetDocument, file_name
from index.build import build
from index.document import Document, Span
from index.embed import embed_question, fingerprint, load_embedding
from index.models import FOLDER as MODEL
from index.settings import Settings
from index.split import split_document, split_sentences
from index.store import Store

__all__ = [
    "MODEL",
    "Embedding",
    "Product",
    "build_seconds",
    "forget_passages",
    "open_product",
    "split",
    "split_sentences",
    "write_sources",
]

Vectors = NDArray[np.float32]
History = Sequence[tuple[str, str]]
Level: TypeAlias = Literal["found", "perhaps", "declined"]

PERHAPS = "The documents may answer this:"
"""How an answer begins that is not sure of itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as it was retrieved."""

    place: Place
    score: float
    sentences: tuple[tuple[Place, float], ...]
    """In the document's order, with their scores."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation: words, and where they are said to stand."""

    place: Place
    words: str

    answer: str = ""
    """Those of the words that are said to answer; empty if none are."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it was given."""

    answered: bool
    searched: str
    text: str
    reason: str
    quotes: tuple[Quote, ...]
    nearest: tuple[Quote, ...]
    """Quotes shown beside a refusal; they count for honesty, never as an answer."""

    @property
    def level(self) -> Level:
        """How sure the answer is of itself."""
        if not self.answered:
            return "declined"
        return "perhaps" if self.text.startswith(PERHAPS) else "found"


class Embedding:
    """The embedding that the product is set to."""

    def __init__(self, name: str = "default") -> None:
        self.name = name
        self._embedding = load_embedding(name)
        self.fingerprint = fingerprint(self._embedding)

    def texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as any llama-index pipeline would."""
        vectors = np.array(self._embedding.get_text_embedding_batch(list(texts)), np.float32)
        normalised: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised

    def question(self, text: str) -> Vectors:
        """Embed a question."""
        return embed_question(self._embedding, text)


class Product:
    """A store of some documents, and the assistant over it."""

    def __init__(
        self, folder: Path, documents: Iterable[SetDocument], embedding: Embedding
    ) -> None:
        self.sources = folder / "sources"
        self._names = {d.id: file_name(d.id, d.suffix) for d in documents}
        self._ids = {name: document_id for document_id, name in self._names.items()}
        self._settings = Settings(self.sources, folder / "store", embedding.name)
        self._assistant = Assistant(self._settings)

    def retrieve(self, question: str, history: History = (), *, k: int) -> list[Found]:
        """Retrieve passages, best first."""
        return [
            Found(
                self._place(passage.document_id, passage.span),
                passage.score,
                tuple(
                    (self._place(passage.document_id, sentence.span), sentence.score)
                    for sentence in passage.sentences
                ),
            )
            for passage in self._assistant.retrieve(question, history, k=k)
        ]

    def ask(self, question: str, history: History = ()) -> Reply:
        """Answer a question."""
        answer = self._assistant.ask(question, history)
        return Reply(
            answered=answer.answered,
            searched=answer.searched,
            text=answer.text,
            reason=answer.reason,
            quotes=self._quotes(answer.citations),
            nearest=self._quotes(answer.nearest),
        )

    def _quotes(self, citations: Iterable[Citation]) -> tuple[Quote, ...]:
        return tuple(
            Quote(
                self._place(citation.document_id, citation.span),
                citation.quote,
                answer.of(citation.quote) if (answer := citation.answer_in_quote) else "",
            )
            for citation in citations
        )

    def _place(self, name: str, span: Span) -> Place:
        return Place(self._ids[name], span.start, span.end)

    def source_of(self, place: Place) -> Path:
        """The file that a place is in."""
        return self.sources / self._names[place.document_id]

    def store(self) -> Store:
        """The store, opened anew."""
        return Store.open(self._settings.store)

    def sentences(self) -> tuple[list[Place], list[str], Vectors]:
        """Every sentence that the product knows: place, text, vector."""
        store = self.store()
        vectors = {
            number: parts.mean(axis=0) / np.linalg.norm(parts.mean(axis=0))
            for number, _, parts in store.vectors()
        }
        chunks = store.chunks_with(list(vectors))
        places, texts, rows = [], [], []
        for number, run in store.sentences_of(list(chunks)).items():
            document_id = chunks[number].document_id
            for sentence in run:
                places.append(self._place(document_id, sentence.span))
                texts.append(sentence.span.of(store.document(document_id).text))
                rows.append(vectors[sentence.number])
        store.close()
        return places, texts, np.array(rows, np.float32)


def open_product(
    cache: Path, name: str, documents: Sequence[SetDocument], embedding: Embedding
) -> Product:
    """Build a store of documents, or open the one that was built from the same by the same code."""
    folder = cache / f"{name}-{_key(documents, embedding)}"
    if not (folder / "complete").exists():
        write_sources(folder / "sources", documents)
        build(Settings(folder / "sources", folder / "store", embedding.name))
        (folder / "complete").touch()
    return Product(folder, documents, embedding)


def write_sources(folder: Path, documents: Iterable[SetDocument]) -> None:
    """Write each document's text as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        path = folder / file_name(document.id, document.suffix)
        path.write_bytes(document.text.encode("utf-8"))


def forget_passages() -> None:
    """Let the reader read every passage anew."""
    the_reader().forget()


def build_seconds(folder: Path) -> float:
    """Build `store` from `sources`, both in a folder, and time it."""
    started = time.perf_counter()
    build(Settings(folder / "sources", folder / "store"), from_scratch=True)
    return time.perf_counter() - started


def split(text: str) -> None:
    """Divide a text into sentences and chunks, for the time that it takes."""
    split_document(Document("text", "", text, "", "text"))


def _key(documents: Iterable[SetDocument], embedding: Embedding) -> str:
    digest = hashlib.sha256(embedding.fingerprint.encode())
    package = Path(index.__file__).parent
    for module in sorted(package.rglob("*.py")):
        digest.update(module.read_bytes())
    for document in documents:
        digest.update(hashlib.sha256(f"{document.id}\0{document.text}".encode()).digest())
    return digest.hexdigest()[:16]
