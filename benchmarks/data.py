"""Question sets: folders of `docs.jsonl` and `questions.jsonl`, as `README.md` describes."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

Half: TypeAlias = Literal["fit", "report", "all"]


class DataError(Exception):
    """The data folder does not hold what a benchmark needs."""


class Place(NamedTuple):
    """A half-open range of characters of a document's text, `text[start:end]`."""

    document_id: str
    start: int
    end: int

    def overlap(self, other: "Place") -> int:
        """How many characters two places share."""
        if self.document_id != other.document_id:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class SetDocument:
    """A document of a question set."""

    id: str
    title: str
    text: str
    sentences: tuple[Place, ...] = ()
    """Where the set's authors see its sentences; empty when they don't say."""

    suffix: str = ".txt"
    """Of the file to make of it."""

    @property
    def topic(self) -> str:
        """What the document is about, shared by all documents on the same."""
        return self.title.partition(" / ")[0].strip() or self.id


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set, with what is known of its answer."""

    id: str
    text: str
    document_ids: tuple[str, ...]
    """The documents that it was asked of; for an unanswerable one, those that come near."""

    gold: tuple[Place, ...]
    """The words that answer it."""

    answerable: bool
    history: tuple[tuple[str, str], ...] = ()
    """Earlier turns, oldest first: question and answer."""

    @property
    def key(self) -> str:
        """What decides to which half the question belongs."""
        return self.document_ids[0] if self.document_ids else self.id


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Documents, and questions about them."""

    name: str
    documents: tuple[SetDocument, ...]
    questions: tuple[Question, ...]
    texts: Mapping[str, str] = field(repr=False, default_factory=dict)
    """The documents' texts by id."""

    topics: Mapping[str, str] = field(repr=False, default_factory=dict)
    """Their topics."""


def load_set(folder: Path, name: str) -> QuestionSet:
    """Read a question set.

    Texts that occur twice are one document here, known by the first of its ids.

    Raises:
        DataError: A file is missing or does not hold what it should.
    """
    first_ids: dict[str, str] = {}
    aliases: dict[str, str] = {}
    documents: list[SetDocument] = []
    try:
        for row in sorted(_rows(folder / name / "docs.jsonl"), key=lambda row: str(row["doc_id"])):
            document = _document(row)
            aliases[document.id] = first_ids.setdefault(document.text, document.id)
            if aliases[document.id] == document.id:
                documents.append(document)
        questions = [_question(row, aliases) for row in _rows(folder / name / "questions.jsonl")]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The set {name!r} in {str(folder)!r} is not as benchmarks/README.md describes: "
            f"{type(error).__name__} {error}."
        ) from error
    texts = {document.id: document.text for document in documents}
    topics = {document.id: document.topic for document in documents}
    return QuestionSet(name, tuple(documents), tuple(questions), texts, topics)


def find_sets(folder: Path) -> list[str]:
    """List the names of the question sets in a folder.

    Raises:
        DataError: There are none.
    """
    names = sorted(path.parent.name for path in folder.glob("*/questions.jsonl"))
    if not names:
        raise DataError(f"No question sets in {str(folder)!r}: see benchmarks/README.md.")
    return names


def half_of(key: str) -> Half:
    """Tell which half a document's questions belong to."""
    return "fit" if hashlib.sha256(key.encode()).digest()[0] % 2 == 0 else "report"


def calibrates(questions: QuestionSet, question: Question) -> bool:
    """Whether the reader is not trained on a question, so that coefficients may be fitted on it.

    What it was trained on it rates better than anything that it will ever read again.
    """
    key = question.key
    if questions.name.startswith("train_"):
        return tenth(questions.topics.get(key, key)) == 0
    return questions.name not in WITHOUT_CALIBRATION and tenth(key) < 3


WITHOUT_CALIBRATION = ("chroma_chunking",)
"""Sets that are only trained on: they have too few documents to set some of them apart."""


def tenth(key: str) -> int:
    """Tell which of ten parts a document or topic belongs to, whatever half it is in."""
    return int(hashlib.sha256(b"cal " + key.encode()).hexdigest(), 16) % 10


def questions_of(questions: Iterable[Question], half: Half, limit: int | None) -> list[Question]:
    """Choose the questions of a half; with a limit, a sample that is the same every time."""
    chosen = [question for question in questions if half in {"all", half_of(question.key)}]
    if limit is not None and limit < len(chosen):
        sample = sorted(chosen, key=lambda question: hash_of(question.id))[:limit]
        kept = {question.id for question in sample}
        chosen = [question for question in chosen if question.id in kept]
    return chosen


def topics_apart(documents: Sequence[SetDocument]) -> tuple[set[str], set[str]]:
    """Divide documents in two halves that share no topic: ids of the first and of the second."""
    topics = sorted({document.topic for document in documents}, key=hash_of)
    first_topics = set(topics[: (len(topics) + 1) // 2])
    first = {document.id for document in documents if document.topic in first_topics}
    return first, {document.id for document in documents} - first


def file_name(document_id: str, suffix: str = ".txt") -> str:
    """Name the file for a document: safe on any system, and different for different ids."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", document_id)
    if safe != document_id:
        safe += "-" + hash_of(document_id)[:8]
    return safe + suffix


def hash_of(key: str) -> str:
    """A hash to sort by: random, but the same every time."""
    return hashlib.sha256(b"order " + key.encode()).hexdigest()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)
    except OSError as error:
        raise DataError(f"Cannot read {str(path)!r}: {error.strerror}.") from error


def _document(row: Mapping[str, Any]) -> SetDocument:
    document_id, text = str(row["doc_id"]), str(row["text"])
    # As the product stores it; checked against the file itself in honesty.py.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return SetDocument(
        document_id, str(row.get("title", "")), text, _sentences(row, document_id, text)
    )


def _sentences(row: Mapping[str, Any], document_id: str, text: str) -> tuple[Place, ...]:
    """Find the sentences as the set has them: by their starts, or by their words in order."""
    if "sentence_starts" in row:
        starts = [int(start) for start in row["sentence_starts"]]
        ends = [*starts[1:], len(text)]
        pieces = [(start, text[start:end]) for start, end in zip(starts, ends, strict=True)]
    else:
        pieces = []
        position = 0
        for sentence in row.get("sentences", ()):
            start = text.index(sentence, position)
            pieces.append((start, sentence))
            position = start + len(sentence)
    return tuple(
        Place(document_id, start, start + len(piece.rstrip()))
        for start, piece in pieces
        if piece.strip()
    )


def _question(row: Mapping[str, Any], aliases: Mapping[str, str]) -> Question:
    spans = [Place(aliases[s["doc_id"]], int(s["start"]), int(s["end"])) for s in row["spans"]]
    turns = [str(turn) for turn in row.get("history", ())]
    return Question(
        id=str(row["qid"]),
        text=str(row["question"]).strip(),
        document_ids=tuple(dict.fromkeys(aliases[document_id] for document_id in row["doc_ids"])),
        gold=tuple(dict.fromkeys(spans)),
        answerable=bool(row["answerable"]),
        history=tuple(zip(turns[::2], turns[1::2], strict=False)),
    )
