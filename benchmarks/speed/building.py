"""Building an index: a large one, one beside a peer, one in which nothing changed."""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.data import QuestionSet, SetDocument, hash_of
from benchmarks.product import MODEL, build_seconds, split_sentences, write_sources
from benchmarks.speed.figures import Figure, median_of, process_seconds

BATCH_TOKENS = 1024
"""Tokens, pads included, that the bare model is given at once: the fastest of those tried."""

UNCHANGED_DOCUMENTS = 2000
UNCHANGED_CHARACTERS = 400
PEER_SENTENCES = 2000


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
    seconds = median_of(lambda: process_seconds(arguments))
    return Figure(
        f"build, nothing changed in {len(documents):,} documents, new process",
        seconds,
        "s",
        limit=3.0,
    )
