"""The assistant: one question in, one answer out, over whatever index is in service."""

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from assistant.among import Among, none_of
from assistant.answer import Answer, History, Passage
from assistant.answering import Quoting, today, with_hint
from assistant.dated import told_in_time
from assistant.prose.rewriting import rewritten
from assistant.prose.server.model import model_from, model_of
from assistant.prose.writer import fall_back, in_prose
from assistant.query.spelling import mended
from assistant.quotes.choose import is_sure, no_answer
from assistant.quotes.refusal import refuse_question
from assistant.reader.model import the_reader
from assistant.status import Status, status_of
from assistant.whole.mentioned import Mentions, find_mentions
from index.document import Document, Span
from index.embed import fingerprint, load_embedding
from index.errors import PullquoteError
from index.scope import EVERYTHING, Scope, part_of
from index.settings import Settings
from index.store import Store

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.llms import LLM


TRIED = 4
"""Questions that are tried for each example that is wanted."""

KEPT = 8
"""Scopes whose parts of the store are kept, the last ones."""


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
        self._parts: dict[tuple[str, Scope], Store] = {}
        self._briefs: dict[tuple[str, str], list[Span]] = {}
        self._examples: dict[tuple[str, int, str | None], list[str]] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Set up an assistant as the settings say."""
        return cls(settings)

    @property
    def model_host(self) -> str:
        """The host that passages are sent to; empty without a language model."""
        return self._model.host if self._model else ""

    def retrieve(
        self,
        question: str,
        history: History = (),
        *,
        k: int = 5,
        scope: Scope = EVERYTHING,
        documents: Sequence[str] = (),
    ) -> list[Passage]:
        """Find the passages that most likely answer a question, best first.

        Args:
            question: In plain words; a follow-up if there is a history.
            history: Earlier turns, oldest first: what was asked, and the text of the answer.
            k: How many passages at the most. Reading one takes about 10 ms the first time.
            scope: Which documents they may be from.
            documents: The ids of these, as a short form.

        Raises:
            PullquoteError: The index, the embedding or the reader is missing or can't be used.
            UnknownDocumentError: There is no document of an id in the scope.
            ValueError: `k` is less than 1.
        """
        if k < 1:
            raise ValueError(f"k is {k!r}, but must be at least 1")
        store = self._among(with_documents(scope, documents)).store
        if refuse_question(question) or not store.manifest.sentences:
            return []
        collection = self._store()
        quoting = Quoting(self._embed(), collection=collection)
        return quoting.find(store, mended(question, collection), history, k)[1]

    def ask(  # noqa: PLR0913 - all but two by name
        self,
        question: str,
        history: History = (),
        *,
        document_id: str | None = None,
        scope: Scope = EVERYTHING,
        documents: Sequence[str] = (),
        as_typed: bool = False,
    ) -> Answer:
        """Answer a question, or say that the documents do not.

        Without a language model the answer is made of quotes; with one it is the model's prose,
        each claim with its quotes.

        Args:
            question: In plain words; a follow-up if there is a history.
            history: Earlier turns, oldest first: what was asked, and the text of the answer.
            document_id: The document that the reader has open, which "this article" means.
            scope: Which documents the answer may be from.
            documents: The ids of these, as a short form.
            as_typed: Whether to search just for the words of the question: without what was asked
                before, and with its spelling.

        Raises:
            PullquoteError: The index, the embedding or the reader is missing or can't be used.
            UnknownDocumentError: There is no document of an id in the scope.
        """
        *_, answer = self.stream(
            question,
            history,
            document_id=document_id,
            scope=scope,
            documents=documents,
            as_typed=as_typed,
        )
        return answer

    def stream(  # noqa: PLR0913 - all but two by name
        self,
        question: str,
        history: History = (),
        *,
        document_id: str | None = None,
        scope: Scope = EVERYTHING,
        documents: Sequence[str] = (),
        as_typed: bool = False,
    ) -> Iterator[Answer]:
        """Answer like `ask`, piece by piece: each answer that comes is more complete.

        With a language model the first ones are the quotes; its prose takes their place.

        Raises:
            PullquoteError: The index, the embedding or the reader is missing or can't be used.
        """
        among = self._among(with_documents(scope, documents))
        if refusal := refuse_question(question):
            yield among.stamp(no_answer(question, question, refusal))
        elif not among.store.manifest.sentences:
            nothing = "There is nothing to search yet: no document is indexed."
            reason = none_of(among.scope) if among.scope else nothing
            yield among.stamp(no_answer(question, question, reason))
        else:
            # What is written elsewhere in the collection is no slip.
            if as_typed:
                answers = self._answers(among, question, (), Quoting(self._embed(), document_id))
            else:
                collection = self._store()
                quoting = Quoting(self._embed(), document_id, collection)
                answers = self._answers(among, mended(question, collection), history, quoting)
            for answer in answers:
                yield told_in_time(replace(answer, question=question), today())

    def _answers(
        self, among: Among, question: str, history: History, quoting: Quoting
    ) -> Iterator[Answer]:
        quoted, passages = quoting.answer(among, question, history)
        problem = ""
        if self._model and history:
            searched, problem = yield from rewritten(self._model, history, quoted)
            if searched != quoted.searched:
                quoted, passages = quoting.answer(among, searched)
                quoted = replace(quoted, question=question)
        if problem:
            yield fall_back(quoted, problem) if quoted.answered else quoted
        elif self._model and quoted.answered and passages:
            support = the_reader().support
            yield from in_prose(self._model, quoted, passages, among.store.document, support)
        elif among.scope and not quoted.answered:
            # All of them are asked: nothing less tells whether they answer.
            others = quoting.answer(Among(self._store()), question, history)[0]
            yield with_hint(quoted) if others.answered else quoted
        else:
            yield quoted

    def mentions(
        self,
        words: str,
        *,
        most: int = 20,
        scope: Scope = EVERYTHING,
        documents: Sequence[str] = (),
    ) -> Mentions:
        """Find the documents that hold some words, by the words themselves.

        Args:
            words: All are to stand in it, in any form; between quotation marks, one after another.
            most: How many documents are listed at the most, those that say it most often.
            scope: Which documents are looked through.
            documents: The ids of these, as a short form.

        Raises:
            UnknownDocumentError: There is no document of an id in the scope.
            StoreError: There is no index, or it can't be used.
        """
        return find_mentions(self._among(with_documents(scope, documents)).store, words, most)

    def languages(self) -> tuple[str, ...]:
        """The languages that the documents are in, that of most of them first.

        Raises:
            StoreError: There is no index, or it can't be used.
        """
        return self._store().languages()

    def overview(self, document: Document) -> list[Span]:
        """Choose the sentences that stand for a document, in its order; they are made once.

        Args:
            document: As it was looked up. If it has been indexed anew since, it has none.

        Raises:
            UnknownDocumentError: There is none of this id any more.
            StoreError: There is no index, or it can't be used.
        """
        from assistant.whole.overview import overview  # not needed to answer

        store = self._store()
        if store.document(document.id).text != document.text:
            return []
        briefs, key = self._briefs, (store.name, document.id)
        if key not in briefs:
            briefs[key] = sorted(one.span for one in overview(store, document.id))
        return briefs[key]

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

    def examples(
        self, count: int = 3, *, document_id: str | None = None, asked: Collection[str] = ()
    ) -> list[str]:
        """Make up questions that the documents answer for sure, from what they say.

        Args:
            count: How many at the most.
            document_id: The only document that they are to be about, if any.
            asked: Questions that are not wanted again.
        """
        from assistant.whole.examples import example_questions, of_different_documents

        try:
            store, examples = self._store(), self._examples
            key = store.name, count, document_id
            if not asked and key in examples:
                return list(examples[key])
            among, quoting = Among(store), Quoting(self._embed())
            made = example_questions(store, TRIED * count, document_id)
            wanted = (one for one in made if one not in asked)
            answers = ((one, quoting.answer(among, one)[0]) for one in wanted)
            sure = (
                (one, answer.citations[0].document_id)
                for one, answer in answers
                if is_sure(answer) and _is_of(answer, document_id)
            )
            documents = 1 if document_id else len(store.documents())
            found = of_different_documents(sure, count, min(count, documents))
            if not asked:  # else as many as there are conversations
                examples[key] = found
            return list(found)
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
                self._parts, self._briefs, self._examples = {}, {}, {}
            return self._opened

    def _among(self, scope: Scope) -> Among:
        """The documents in a scope; those of the last few scopes are kept."""
        store = self._store()
        with self._lock:
            part = self._parts.get((store.name, scope))
        if part is None:
            part = part_of(store, scope)
            with self._lock:
                if part is not store is self._opened:
                    for oldest in list(self._parts)[: len(self._parts) - KEPT + 1]:
                        del self._parts[oldest]
                    self._parts[store.name, scope] = part
        return Among(part, scope)


def _is_of(answer: Answer, document_id: str | None) -> bool:
    cited = {citation.document_id for citation in answer.citations}
    return document_id is None or cited == {document_id}


def with_documents(scope: Scope, documents: Sequence[str]) -> Scope:
    """A scope with some documents' ids added to its own."""
    added = (documents,) if isinstance(documents, str) else tuple(documents)
    return replace(scope, documents=(*scope.documents, *added)) if added else scope
