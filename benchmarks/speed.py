"""Measure speed, each figure beside its baseline in the same run."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.data import QuestionSet, SetDocument, hash_of
from benchmarks.product import (
    MODEL,
    Embedding,
    Product,
    build_seconds,
    forget_passages,
    open_product,
    split_sentences,
    write_sources,
)

ROOT = Path(__file__).parent.parent
BATCH_TOKENS = 1024
"""Tokens, pads included, that the bare model is given at once: the fastest of those tried."""

SMALL, MIDDLE = 25, 1000
"""Sentences in the stores that questions are put to, besides the large one."""

ASKED = 50
UNCHANGED_DOCUMENTS = 2000
UNCHANGED_CHARACTERS = 400
PEER_SENTENCES = 2000
ROUNDS = 3
FIRST_PAGE_SECONDS = 120

LIBRARIES = (
    "gradio, fastapi, uvicorn, chromadb, onnxruntime, tokenizers, llama_index.core.embeddings"
)
PAGE_LIBRARIES = "gradio, fastapi, uvicorn"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and what it is to be compared with."""

    what: str
    value: float
    unit: str
    baseline_name: str = ""
    baseline: float | None = None
    limit: float | None = None
    """What the value is to stay below, or above if it is a rate."""

    @property
    def ratio(self) -> float | None:
        """The value over its baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def held(self) -> bool | None:
        """Whether the limit is held; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.unit.endswith("/s") else self.value <= self.limit


def measure_speed(
    sets: Sequence[QuestionSet],
    sentences: int,
    cache: Path,
    *,
    peer_python: Path | None = None,
    weights: Path | None = None,
) -> Iterator[Figure]:
    """Measure everything, yielding figures as they come."""
    embedding = Embedding()
    yield help_figure()
    large = take_sentences(sets, sentences)
    yield build_figure(large, cache / "large")
    if peer_python is not None and weights is not None:
        yield peer_figure(large, cache / "peer", peer_python, weights)
    yield unchanged_figure(sets, cache / "unchanged")
    questions = sample_questions(sets)
    for size in (SMALL, MIDDLE):
        product = open_product(cache, f"{size}", take_sentences(sets, size), embedding)
        yield from question_figures(product, embedding, questions, size)
    product = Product(cache / "large", large, embedding)
    yield from question_figures(product, embedding, questions, sentences)
    yield from first_page_figures(cache / "page", take_sentences(sets, SMALL))


def take_sentences(sets: Sequence[QuestionSet], wanted: int) -> list[SetDocument]:
    """Take documents until they hold so many sentences; when all are taken, marked copies.

    The last document is cut off where the number is reached.
    """
    taken: list[SetDocument] = []
    held = 0
    for copy in count():
        for questions in sets:
            for document in questions.documents:
                # An exact copy would be indexed once only.
                text = document.text + (f"\n\nCopy {copy}." if copy else "")
                spans = split_sentences(text)[: wanted - held]
                name = f"{questions.name}-{document.id}-{copy}"
                taken.append(SetDocument(name, document.title, text[: spans[-1].end]))
                held += len(spans)
                if held >= wanted:
                    return taken
    raise AssertionError


def sentence_texts(documents: Sequence[SetDocument]) -> list[str]:
    """The sentences of documents, as the product sees them."""
    return [span.of(d.text) for d in documents for span in split_sentences(d.text)]


def build_figure(documents: Sequence[SetDocument], folder: Path) -> Figure:
    """Build a large store, beside the bare model on half of the sentences before, half after."""
    texts = sentence_texts(documents)
    write_sources(folder / "sources", documents)
    before = bare_seconds(texts[::2])
    seconds = build_seconds(folder)
    after = bare_seconds(texts[1::2])
    bare = len(texts) / (before + after)
    return Figure(
        f"build of {len(texts):,} sentences",
        len(texts) / seconds,
        "sentences/s",
        "the bare model",
        bare,
        0.7 * bare,
    )


def bare_seconds(texts: Sequence[str]) -> float:
    """Embed texts with onnxruntime and tokenizers alone, sorted by length."""
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(MODEL / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    started = time.perf_counter()
    rows = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    rows.sort(key=len, reverse=True)
    batches = []
    while rows:
        count = max(1, BATCH_TOKENS // len(rows[0]))
        batches.append(rows[:count])
        rows = rows[count:]

    def embed(batch: list[list[int]]) -> None:
        tokens = np.zeros((len(batch), len(batch[0])), np.int64)
        mask = np.zeros_like(tokens)
        for position, row in enumerate(batch):
            tokens[position, : len(row)] = row
            mask[position, : len(row)] = 1
        session.run(None, {"input_ids": tokens, "attention_mask": mask})

    # A batch a core is faster than all cores on one batch.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as cores:
        list(cores.map(embed, batches))
    return time.perf_counter() - started


def peer_figure(
    documents: Sequence[SetDocument], folder: Path, python: Path, weights: Path
) -> Figure:
    """Build a store, beside llama-index over Chroma on the same sentences and weights."""
    sample = _sample(documents, PEER_SENTENCES)
    texts = sentence_texts(sample)
    write_sources(folder / "sources", sample)
    seconds = build_seconds(folder)
    script = Path(__file__).with_name("peer.py")
    given = json.dumps({"sentences": texts, "weights": str(weights.resolve())})
    ran = subprocess.run(  # noqa: S603 - the user names the program
        [python, script], input=given, capture_output=True, text=True, check=True
    )
    peer = json.loads(ran.stdout.splitlines()[-1])["seconds"]
    return Figure(
        f"build of {len(texts):,} sentences",
        len(texts) / seconds,
        "sentences/s",
        "llama-index, Chroma, sentence-transformers",
        len(texts) / peer,
        2 * len(texts) / peer,
    )


def _sample(documents: Sequence[SetDocument], sentences: int) -> list[SetDocument]:
    """Documents from everywhere among all, until they hold so many sentences."""
    chosen: list[SetDocument] = []
    held = 0
    for document in sorted(documents, key=lambda d: hash_of(d.id)):
        chosen.append(document)
        held += len(split_sentences(document.text))
        if held >= sentences:
            break
    return chosen


def unchanged_figure(sets: Sequence[QuestionSet], folder: Path) -> Figure:
    """Run `build` over documents of which none changed, in a new process."""
    # Begins of documents, each made unlike any other by its id.
    documents = [
        SetDocument(f"{questions.name}-{d.id}", "", f"{d.id}\n\n{d.text[:UNCHANGED_CHARACTERS]}")
        for questions in sets
        for d in questions.documents
    ][:UNCHANGED_DOCUMENTS]
    write_sources(folder / "sources", documents)
    build_seconds(folder)
    sources, store = str(folder / "sources"), str(folder / "store")
    arguments = ["-m", "index", "build", "--sources", sources, "--store", store]
    seconds = _median(lambda: process_seconds(arguments))
    return Figure(
        f"build, nothing changed in {len(documents):,} documents, new process",
        seconds,
        "s",
        limit=3.0,
    )


def question_figures(
    product: Product, embedding: Embedding, questions: Sequence[str], sentences: int
) -> Iterator[Figure]:
    """Time questions on a warm store, beside embedding them, and reading passages by itself.

    Passages that were read are kept for a while. A question asked for the first time, with none
    kept, shows what reading takes; asked again, what everything else does.
    """
    for question in questions[:5]:
        product.ask(question)
    steps: dict[str, list[float]] = {"embed": [], "first": [], "retrieve": [], "ask": []}
    for question in questions:
        forget_passages()
        steps["first"].append(_seconds(lambda: product.retrieve(question, k=5)))  # noqa: B023
        steps["embed"].append(_seconds(lambda: embedding.question(question)))  # noqa: B023 - called now
        steps["retrieve"].append(_seconds(lambda: product.retrieve(question, k=5)))  # noqa: B023
        steps["ask"].append(_seconds(lambda: product.ask(question)))  # noqa: B023
    embed, first, retrieve, ask = (1000 * statistics.median(times) for times in steps.values())
    for what, value in (("retrieve", retrieve), ("ask", ask)):
        yield Figure(
            f"{what}, passages kept, {sentences:,} sentences, median of {len(questions)}",
            value,
            "ms",
            "embedding it",
            embed,
            3 * embed + 20,
        )
    yield Figure(f"retrieve, no passage kept, {sentences:,} sentences", first, "ms")
    yield Figure(f"reading its passages, of that, {sentences:,}", first - retrieve, "ms", limit=100)


def sample_questions(sets: Sequence[QuestionSet]) -> list[str]:
    """Questions from all sets, the same every time."""
    questions = [question.text for questions in sets for question in questions.questions]
    return sorted(questions, key=hash_of)[:ASKED]


def first_page_figures(folder: Path, documents: Sequence[SetDocument]) -> Iterator[Figure]:
    """Time `python app.py`, index present, to the first page; beside importing its libraries."""
    write_sources(folder / "sources", documents)
    build_seconds(folder)
    pages, everything, for_page = [], [], []
    for _ in range(ROUNDS):
        pages.append(first_page_seconds(folder))
        everything.append(process_seconds(["-c", f"import {LIBRARIES}"]))
        for_page.append(process_seconds(["-c", f"import {PAGE_LIBRARIES}"]))
    page = statistics.median(pages)
    for name, times in (
        ("importing all its libraries", everything),
        ("importing the page's libraries", for_page),
    ):
        baseline = statistics.median(times)
        limit = 1.3 * baseline if times is everything else None
        yield Figure("python app.py to the first page", page, "s", name, baseline, limit)


def first_page_seconds(folder: Path) -> float:
    """Start the app, wait for its page, stop it.

    Raises:
        RuntimeError: The page did not come.
    """
    port = _free_port()
    sources, store = str(folder / "sources"), str(folder / "store")
    arguments = ["app.py", "--port", str(port), "--sources", sources, "--store", store]
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - this repository's own
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            while time.perf_counter() - started < FIRST_PAGE_SECONDS and process.poll() is None:
                if _is_served(f"http://127.0.0.1:{port}/"):
                    return time.perf_counter() - started
                time.sleep(0.02)
        finally:
            process.terminate()
    raise RuntimeError("app.py served no page")


def help_figure() -> Figure:
    """Time `python -m index --help`."""
    seconds = _median(lambda: process_seconds(["-m", "index", "--help"]))
    return Figure("python -m index --help", seconds, "s", limit=0.5)


def process_seconds(arguments: Sequence[str]) -> float:
    """Time a new Python process in the repository's folder."""
    return _seconds(
        lambda: subprocess.run(  # noqa: S603 - this repository's own
            [sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True
        )
    )


def speed_rows(figures: Sequence[Figure]) -> list[list[str]]:
    """Rows of a table."""
    verdicts = {None: "", True: "held", False: "missed"}
    return [
        [
            figure.what,
            f"{_number(figure.value)} {figure.unit}",
            f"{_number(figure.baseline)} {figure.unit}" if figure.baseline is not None else "",
            figure.baseline_name,
            f"{figure.ratio:.2f}" if figure.ratio is not None else "",
            f"{_number(figure.limit)} {figure.unit}" if figure.limit is not None else "",
            verdicts[figure.held],
        ]
        for figure in figures
    ]


HEADER = ("", "Pullquote", "baseline", "which is", "ratio", "limit", "")


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _median(run: Callable[[], float]) -> float:
    return statistics.median(run() for _ in range(ROUNDS))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_served(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - our own page
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
