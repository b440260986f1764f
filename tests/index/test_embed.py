import asyncio
import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.bridge.pydantic import Field
from llama_index.core.embeddings import BaseEmbedding
from tokenizers import Tokenizer

from index.embed import (
    WINDOW,
    MiniLM,
    _window_starts,
    embed_question,
    embed_sentences,
    fingerprint,
    load_embedding,
)
from index.errors import EmbeddingError, SettingsError
from index.models import FOLDER
from index.onnx import _batches
from tests.conftest import ROOT

LIGHTHOUSE = "The lighthouse keeper lit the lamp every evening at dusk."
BUDGET = "The council approved next year's budget by seven votes to two."
RECOGNITION = (
    "Microsoft pitched facial recognition technology to the Drug Enforcement Administration."
)
LEMON = "Squeeze two lemons and add the juice to the melted butter."
SENTENCES = [LIGHTHOUSE, BUDGET, RECOGNITION, LEMON]


class Scripted(BaseEmbedding):
    """An embedding that returns what a function makes of each batch, and keeps the batches."""

    make: Callable[[list[str]], object]
    batches: list[list[str]] = Field(default_factory=list)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self.batches.append(texts)
        return self.make(texts)  # type: ignore[return-value] # what is wrong is what is tested

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def by_length(texts: list[str]) -> list[list[float]]:
    return [[3.0 * len(text), 4.0 * len(text)] for text in texts]


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("Who lights the beacon at the coast?", LIGHTHOUSE),
        ("How did the town hall vote on the finances?", BUDGET),
        ("Which company offered face scanning to the DEA?", RECOGNITION),
        ("What goes into the sauce?", LEMON),
    ],
)
def test_the_nearest_sentence_to_a_question_is_the_one_about_it(
    minilm: MiniLM, question: str, nearest: str
) -> None:
    vectors, _ = embed_sentences(minilm, SENTENCES)
    scores = vectors @ embed_question(minilm, question)
    assert SENTENCES[int(scores.argmax())] == nearest


def test_each_short_text_gets_one_vector_of_length_one(minilm: MiniLM) -> None:
    vectors, owners = embed_sentences(minilm, SENTENCES)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert owners.tolist() == [0, 1, 2, 3]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_vectors_are_the_same_on_every_processor(minilm: MiniLM) -> None:
    """Some add products of int8 up in 16 bits, which overflow, unless they are told not to."""
    vectors, _ = embed_sentences(minilm, SENTENCES)
    exact = [0.037, 0.0438, -0.1135]
    assert vectors[0] @ vectors[1:].T == pytest.approx(exact, abs=0.004)


def test_vectors_stand_in_the_order_of_the_texts_although_batches_go_by_length(
    minilm: MiniLM,
) -> None:
    texts = [" ".join([sentence] * repeats) for repeats in (3, 1, 2) for sentence in SENTENCES]
    vectors, owners = embed_sentences(minilm, texts)
    assert owners.tolist() == list(range(len(texts)))
    for text, vector in zip(texts, vectors, strict=True):
        alone = embed_question(minilm, text)
        assert int((vectors @ alone).argmax()) == texts.index(text)
        assert vector @ alone > 0.97


def test_batches_that_run_side_by_side_come_back_in_order(minilm: MiniLM) -> None:
    # Equally many tokens each, so that every batch has the same shape.
    texts = [f"{word} {number}" for number in range(10, 90) for word in ("tea", "ink", "sun")] * 2
    vectors, _ = embed_sentences(minilm, texts)
    for place in range(0, len(texts), 37):
        assert vectors[place] @ embed_question(minilm, texts[place]) > 0.97
        assert int((vectors @ vectors[place]).argmax()) % 240 == place % 240


def test_a_vector_hardly_depends_on_the_texts_beside_it(minilm: MiniLM) -> None:
    alone, _ = embed_sentences(minilm, [LEMON])
    padded, _ = embed_sentences(minilm, [LEMON, " ".join(SENTENCES * 4)])
    assert alone[0] @ padded[0] > 0.97


def test_the_same_texts_give_the_same_vectors(minilm: MiniLM) -> None:
    first, _ = embed_sentences(minilm, SENTENCES)
    again, _ = embed_sentences(MiniLM(), SENTENCES)
    assert np.array_equal(first, again)


def test_a_long_text_is_found_by_its_beginning_its_middle_and_its_end(minilm: MiniLM) -> None:
    filler = "Nothing much happened on that day, and nobody wrote anything down. " * 25
    long = f"{LIGHTHOUSE} {filler}{RECOGNITION} {filler}{LEMON}"
    vectors, owners = embed_sentences(minilm, [BUDGET, long, BUDGET])
    of_long = vectors[owners == 1]
    assert len(of_long) > 2
    assert owners.tolist() == [0, *[1] * len(of_long), 2]
    for window, sentence in ((0, LIGHTHOUSE), (-1, LEMON)):
        scores = of_long @ embed_question(minilm, sentence)
        assert int(scores.argmax()) == range(len(of_long))[window]
    middle = of_long @ embed_question(minilm, RECOGNITION)
    assert 0 < int(middle.argmax()) < len(of_long) - 1


def test_a_long_text_has_a_single_vector_for_llama_index(minilm: MiniLM) -> None:
    long = f"{LIGHTHOUSE} " * 40 + f"{LEMON} " * 40
    vector = np.array(minilm.get_text_embedding(long))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    windows, _ = embed_sentences(minilm, [long])
    assert len(windows) > 1
    assert (windows @ vector > 0.6).all()
    assert embed_question(minilm, long) @ vector == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("words", [WINDOW - 2, WINDOW - 1])
def test_a_text_gets_a_second_window_only_when_it_does_not_fit_into_one(
    minilm: MiniLM, words: int
) -> None:
    _, owners = embed_sentences(minilm, ["word " * words])
    assert len(owners) == (1 if words == WINDOW - 2 else 2)


@pytest.mark.parametrize("length", [0, 1, 254, 255, 476, 477, 1000, 9999])
def test_windows_cover_every_token_and_overlap(length: int) -> None:
    starts = _window_starts(length, 254)
    assert starts[0] == 0
    assert starts[-1] == max(0, length - 254)
    for start, following in pairwise(starts):
        assert start < following <= start + 254 - 32


def test_batches_hold_every_position_once_and_keep_to_the_budget() -> None:
    lengths = [2, 256, 40, 7, 256, 41, 3] * 30
    batches = list(_batches(lengths))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[p] for p in batch) <= 1024 for batch in batches)
    assert list(_batches([5000])) == [[0]]
    assert list(_batches([])) == []


def test_no_texts_give_no_vectors(minilm: MiniLM) -> None:
    vectors, owners = embed_sentences(minilm, [])
    assert vectors.shape == (0, 384)
    assert owners.shape == (0,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("  \n\t", id="spaces"),
        pytest.param("broken \ud83d emoji \udcff", id="lone surrogates"),
        pytest.param("\0\ufeff\u200b", id="controls"),
        pytest.param("x" * 10_000, id="one long word"),
        pytest.param("微软向缉毒局推销面部识别技术。" * 40, id="Chinese"),
    ],
)
def test_odd_texts_get_usable_vectors(minilm: MiniLM, text: str) -> None:
    vectors, owners = embed_sentences(minilm, [LEMON, text])
    assert set(owners.tolist()) == {0, 1}
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)
    assert np.linalg.norm(embed_question(minilm, text)) == pytest.approx(1, abs=1e-5)


def test_progress_adds_up_to_the_number_of_texts(minilm: MiniLM) -> None:
    steps: list[int] = []
    texts = [*SENTENCES, f"{LEMON} " * 60, "", *["a word"] * 2100, BUDGET]
    vectors, _ = embed_sentences(minilm, texts, steps.append)
    assert sum(steps) == len(texts)
    assert len(vectors) > len(texts)
    assert len(steps) > 5


def test_an_interrupt_passes_through_between_batches(minilm: MiniLM) -> None:
    def interrupt(_finished: int) -> None:
        raise KeyboardInterrupt

    for texts in (SENTENCES, [f"{LEMON} {number}" for number in range(400)]):
        with pytest.raises(KeyboardInterrupt):
            embed_sentences(minilm, texts, interrupt)


def test_questions_can_be_embedded_without_blocking(minilm: MiniLM) -> None:
    vector = asyncio.run(minilm.aget_query_embedding(LEMON))
    assert np.array(vector) @ embed_question(minilm, LEMON) == pytest.approx(1, abs=1e-5)


def test_the_default_embedding_can_be_pickled_and_copied_after_use(minilm: MiniLM) -> None:
    embed_question(minilm, LEMON)
    for other in (pickle.loads(pickle.dumps(minilm)), copy.deepcopy(minilm)):
        assert fingerprint(other) == fingerprint(minilm)
        assert np.array_equal(embed_question(other, LEMON), embed_question(minilm, LEMON))


def test_default_names_the_default_embedding() -> None:
    assert isinstance(load_embedding("default"), MiniLM)


def test_the_fingerprint_is_the_same_in_another_process(minilm: MiniLM) -> None:
    code = "from index.embed import MiniLM, fingerprint; print(fingerprint(MiniLM()))"
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == fingerprint(minilm)
    assert fingerprint(minilm).startswith("all-MiniLM-L6-v2 int8 ")


def test_the_readme_of_the_model_states_the_model_that_is_there(minilm: MiniLM) -> None:
    short = fingerprint(minilm).split()[-1]
    assert f"`{short}" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_published_tokenizer_still_needs_its_padding_switched_off() -> None:
    published = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    assert published.padding is not None
    assert published.truncation is not None


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_missing_and_damaged_files_of_the_model_are_named(tmp_path: Path, name: str) -> None:
    for file in ("model.onnx", "tokenizer.json"):
        (tmp_path / file).symlink_to(FOLDER / file)
    (tmp_path / name).unlink()
    with pytest.raises(EmbeddingError, match=r"missing or damaged .* Install Pullquote again"):
        embed_question(MiniLM(folder=tmp_path), LEMON)
    (tmp_path / name).write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(EmbeddingError, match=r"missing or damaged .* Install Pullquote again"):
        embed_sentences(MiniLM(folder=tmp_path), SENTENCES)


def test_the_fingerprint_of_a_missing_model_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="missing or damaged"):
        fingerprint(MiniLM(folder=tmp_path))


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of the user's with good and bad factories."""
    (tmp_path / "own_embedding.py").write_text(
        "from llama_index.core.embeddings import MockEmbedding\n"
        "def good():\n    return MockEmbedding(embed_dim=3, model_name='mine')\n"
        "def number():\n    return 7\n"
        "def broken():\n    raise RuntimeError('no GPU')\n"
        "text = 'not a function'\n"
    )
    (tmp_path / "needs_more.py").write_text("import a_package_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    return "own_embedding"


def test_an_embedding_of_ones_own_is_loaded_by_its_name(module: str) -> None:
    embedding = load_embedding(f"{module}:good")
    assert fingerprint(embedding) == "MockEmbedding mine"
    vectors, owners = embed_sentences(embedding, SENTENCES)
    assert vectors.shape == (4, 3)
    assert owners.tolist() == [0, 1, 2, 3]


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("all-mpnet-base-v2", "neither 'default' nor 'module:factory'"),
        ("", "neither 'default' nor 'module:factory'"),
        ("own_embedding:", "neither 'default' nor 'module:factory'"),
        (":good", "neither 'default' nor 'module:factory'"),
        ("no_such_module:good", "No module named 'no_such_module'"),
        (".relative:good", "did not load"),
        ("needs_more:good", "No module named 'a_package_nobody_has'"),
        ("own_embedding:bad", "has no attribute 'bad'"),
        ("own_embedding:text", "'str' object is not callable"),
        ("own_embedding:broken", "RuntimeError: no GPU"),
        ("own_embedding:number", "returns 'int', not a llama-index BaseEmbedding"),
    ],
)
def test_a_setting_that_names_no_embedding_is_explained(name: str, told: str) -> None:
    with pytest.raises(SettingsError, match="PULLQUOTE_EMBEDDING is ") as raised:
        load_embedding(name)
    message = str(raised.value)
    assert repr(name) in message
    assert told in message
    assert "'default'" in message.split(told)[1] or told.startswith("neither")


def test_another_embedding_is_asked_in_batches_and_its_vectors_normalised() -> None:
    embedding = Scripted(make=by_length, embed_batch_size=2, model_name="lengths")
    steps: list[int] = []
    vectors, owners = embed_sentences(embedding, ["aaa", "b", "\udcff\udcff"], steps.append)
    assert embedding.batches == [["b", "??"], ["aaa"]]
    assert owners.tolist() == [0, 1, 2]
    assert vectors == pytest.approx(np.array([[0.6, 0.8]] * 3))
    assert vectors.dtype == np.float32
    assert steps == [2, 1]
    assert embed_question(embedding, "why \udcff") == pytest.approx(np.array([0.6, 0.8]))
    assert fingerprint(embedding) == "Scripted lengths"


def test_very_small_and_very_large_vectors_are_normalised_too() -> None:
    embedding = Scripted(make=lambda texts: [[3e-100, 4e-100], [3e100, 4e100]][: len(texts)])
    vectors, _ = embed_sentences(embedding, ["a", "b"])
    assert vectors == pytest.approx(np.array([[0.6, 0.8]] * 2))


def test_another_embedding_with_nothing_to_embed_is_not_asked() -> None:
    embedding = Scripted(make=by_length)
    vectors, owners = embed_sentences(embedding, [])
    assert len(vectors) == len(owners) == 0
    assert embedding.batches == []


def raises(_texts: list[str]) -> list[list[float]]:
    raise ConnectionError("no route to host.")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(raises, r"it failed \(ConnectionError: no route to host\)\. ", id="raises"),
        pytest.param(lambda _: None, r"it failed \(TypeError: ", id="nothing"),
        pytest.param(lambda texts: [[1.0]] * (len(texts) + 1), "a vector for each", id="too many"),
        pytest.param(lambda texts: [1.0 for _ in texts], "valid list", id="flat"),
        pytest.param(lambda texts: [["x"] for _ in texts], "valid number", id="words"),
        pytest.param(lambda texts: [[1.0, float("nan")] for _ in texts], "is no number", id="nan"),
        pytest.param(lambda texts: [[float("inf")] for _ in texts], "is no number", id="infinite"),
        pytest.param(lambda texts: [[0.0, 0.0] for _ in texts], "vector of zeros", id="zeros"),
        pytest.param(lambda texts: [[] for _ in texts], "vector of zeros", id="no numbers"),
        pytest.param(
            lambda texts: [[1.0] * len(text) for text in texts],
            "rows of equally many",
            id="uneven in a batch",
        ),
    ],
)
def test_an_embedding_that_fails_is_named_with_what_to_do(
    make: Callable[[list[str]], object], told: str
) -> None:
    embedding = Scripted(make=make, model_name="lengths")
    with pytest.raises(EmbeddingError, match=told) as raised:
        embed_sentences(embedding, ["a", "bb"])
    assert str(raised.value).startswith("Cannot embed with 'Scripted lengths': it")
    assert "PULLQUOTE_EMBEDDING" in raised.value.advice
    assert "\n" not in str(raised.value)


def test_vectors_that_change_their_dimension_between_batches_are_refused() -> None:
    embedding = Scripted(
        make=lambda texts: [[1.0] * len(text) for text in texts], embed_batch_size=1
    )
    with pytest.raises(EmbeddingError, match="vectors have 1 numbers, then 2"):
        embed_sentences(embedding, ["bb", "a"])


def test_an_error_without_a_message_is_told_by_its_kind() -> None:
    def times_out(_texts: list[str]) -> object:
        raise TimeoutError

    with pytest.raises(EmbeddingError, match=r"it failed \(TimeoutError\)\. Check"):
        embed_sentences(Scripted(make=times_out), ["a"])


def test_a_question_that_another_embedding_cannot_embed_is_told() -> None:
    with pytest.raises(EmbeddingError, match="no route to host"):
        embed_question(Scripted(make=raises), "why?")
