"""The assistant: one question in, one answer out, over whatever index is in service."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from assistant.answer import Answer, History, Passage, ScoredSentence
from assistant.conversation import turns_before
from assistant.prose.rewriting import rewritten
from assistant.prose.server.model import model_from, model_of
from assistant.prose.writer import fall_back, in_prose
from assistant.question import analyse, points_back
from assistant.quotes import (
    ANSWERED,
    NEAR,
    SURE,
    answer_by_quotes,
    article_only,
    candidates_in,
    nearest_to,
    no_answer,
)
from assistant.reader import the_reader
from assistant.refusal import missing_names, refuse_question, why_not
from assistant.retrieve import retrieve_passages
from assistant.spelling import mended
from assistant.status import Status, status_of
from assistant.whole.about import answer_about_document
from index.document import Document
from index.embed import fingerprint, load_embedding
from index.errors import PullquoteError
from index.settings import Settings
from index.store import Store

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.llms import LLM


class Assistant:
    """Answers questions about the documents of one store, from any number of threads."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        store: Path | str | None = None,
        embedding: "BaseEmbedding | None" = None,
        model: "LLM | None" = None,
    ) -> None:
        """Set up an assistant; nothing is opened before the first question.

        Args:
            settings: Those of the environment, by default.
            store: The store's folder, instead of the one in the settings.
            embedding: Used instead of the one that the settings name.
            model: A llama-index LLM that writes the answers, instead of the one that the settings
                name. Without either, answers are quotes.

        Raises:
            SettingsError: A setting can't be used.
        """
        settings = settings or Settings.from_env()
        self._settings = replace(settings, store=Path(store)) if store else settings
        self._embedding = embedding
        self._model = model_from(model, settings) if model is not None else model_of(settings)
        self._opened: Store | None = None
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Set up an assistant as the settings say."""
        return cls(settings)

    @property
    def model_host(self) -> str:
        """The host that passages are sent to; empty without a language model."""
        return self._model.host if self._model else ""

    def retrieve(self, question: str, history: History = (), *, k: int = 5) -> list[Passage]:
        """Find the passages that most likely answer a question, best first.

        Args:
            question: In plain words; a follow-up if there is a history.
            history: Earlier turns, oldest first: what was asked, and the text of the answer.
            k: How many passages at the most. Reading one takes about 10 ms the first time.

        Raises:
            PullquoteError: The index, the embedding or the reader is missing or can't be used.
            ValueError: `k` is less than 1.
        """
        if k < 1:
            raise ValueError(f"k is {k!r}, but must be at least 1")
        store = self._store()
        if refuse_question(question) or not store.manifest.sentences:
            return []
        return self._found(store, mended(question, store), history, k)[1]

    def ask(
        self,
        question: str,
        history: History = (),
        *,
        document_id: str | None = None,
        as_typed: bool = False,
    ) -> Answer:
        """Answer a question, or say that the documents do not.

        Without a language model the answer is made of quotes; with one it is the model's prose,
        each claim with its quotes.

        Args:
            question: In plain words; a follow-up if there is a history.
            history: Earlier turns, oldest first: what was asked, and the text of the answer.
            document_id: The document that the reader has open, which "this article" means.
            as_typed: Whether to search just for the words of the question: without what was asked
                before, and with its spelling.

        Raises:
            PullquoteError: The index, the embedding or the reader is missing or can't be used.
        """
        *_, answer = self.stream(question, history, document_id=document_id, as_typed=as_typed)
        return answer

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        document_id: str | None = None,
        as_typed: bool = False,
    ) -> Iterator[Answer]:
        """Answer like `ask`, piece by piece: each answer that comes is more complete.

        With a language model the first ones are the quotes; its prose takes their place.

        Raises:
            PullquoteError: The index, the embedding or the reader is missing or can't be used.
        """
        store = self._store()
        if refusal := refuse_question(question):
            yield no_answer(question, question, refusal)
            return
        if not store.manifest.sentences:
            nothing = "There is nothing to search yet: no document is indexed."
            yield no_answer(question, question, nothing)
            return
        meant, history = (question, ()) if as_typed else (mended(question, store), history)
        quoted, passages = self._quoted(store, meant, history, document_id)
        quoted = replace(quoted, question=question)
        problem = ""
        if self._model and history:
            searched, problem = yield from rewritten(self._model, history, quoted)
            if searched != quoted.searched:
                quoted, passages = self._quoted(store, searched, (), document_id)
                quoted = replace(quoted, question=question)
        if problem:
            yield fall_back(quoted, problem) if quoted.answered else quoted
        elif self._model and quoted.answered and passages:
            support = the_reader().support
            yield from in_prose(self._model, quoted, passages, store.document, support)
        else:
            yield quoted

    def document(self, document_id: str) -> Document:
        """Look up a document with its text.

        Raises:
            UnknownDocumentError: There is none of this id.
            StoreError: There is no index, or it can't be used.
        """
        store = self._store()  # held meanwhile: one that is superseded closes with its last user
        return store.document(document_id)

    def status(self) -> Status:
        """Say what can be asked about; never raises for want of an index."""
        try:
            return status_of(self._store(), self._settings)
        except PullquoteError as error:
            return Status(problem=str(error))

    def examples(self, count: int = 3) -> list[str]:
        """Make up questions that the documents answer, from what they say."""
        from assistant.whole.examples import example_questions  # not needed to answer

        try:
            made = example_questions(self._store(), 4 * count)
            store = self._store()
            answered = (one for one in made if self._quoted(store, one, (), None)[0].answered)
            return list(islice(answered, count))
        except PullquoteError:
            return []

    def _embed(self) -> "BaseEmbedding":
        with self._lock:
            if self._embedding is None:
                self._embedding = load_embedding(self._settings.embedding)
            return self._embedding

    def _store(self) -> Store:
        """The version in service; a newer one is opened as soon as there is one."""
        expected = fingerprint(self._embed())
        with self._lock:
            if self._opened is None or not self._opened.is_current:
                self._opened = Store.open(self._settings.store, expected)
            return self._opened

    def _found(
        self, store: Store, question: str, history: History, k: int | None = None
    ) -> tuple[str, list[Passage]]:
        """Read for a question alone and with the turn before; what was searched, and found."""
        before = turns_before(question, history)
        found = retrieve_passages(store, self._embed(), question, k, before=before)
        searched = f"{before} {question.strip()}" if found.follows else question
        return searched, found.passages

    def _quoted(
        self, store: Store, question: str, history: History, document_id: str | None
    ) -> tuple[Answer, list[Passage]]:
        """Answer with quotes; and the passages that a model may write from, if it may."""
        languages = store.languages()
        analysed = analyse(question, languages)
        if history and points_back(analysed):
            analysed = replace(analysed, kind="fact")  # "What is it about?", of what came before
        if analysed.kind != "fact":
            answer = answer_about_document(store, question, analysed, document_id)
            if answer:
                is_whole = analysed.kind == "whole document" and answer.citations
                return answer, _all_of(store, answer) if is_whole else []
        searched, passages = self._found(store, question, history)
        asked = analysed.terms if searched == question else analyse(searched, languages).terms
        candidates = article_only(candidates_in(passages, store.document), asked)
        best = max((one.score for one in candidates), default=0.0)
        # Names from an earlier turn are not held against the question.
        unknown = missing_names(analysed, store)
        if best >= (SURE if unknown else ANSWERED):
            answer = answer_by_quotes(question, searched, candidates, store.document)
            return answer, passages
        reason = why_not(analysed, store, unknown=unknown, is_near=best >= NEAR)
        nearest = nearest_to(candidates, store.document)
        return no_answer(question, searched, reason, nearest), passages


def _all_of(store: Store, answer: Answer) -> list[Passage]:
    """The document that an answer quotes, passage by passage."""
    document = store.document(answer.citations[0].document_id)
    return [
        Passage(
            document_id=document.id,
            title=document.title,
            span=chunk.span,
            text=chunk.span.of(document.text),
            score=0.0,
            sentences=tuple(ScoredSentence(span, 0.0) for span in chunk.sentences),
            heading=chunk.heading,
        )
        for chunk in store.chunks_of(document.id)
    ]
