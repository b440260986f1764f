"""A question → quotes, or no answer and why, from whatever documents it is asked of."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from assistant.among import Among
from assistant.answer import Answer, History, Passage, ScoredSentence
from assistant.dated import Found, answer_in_time
from assistant.query.conversation import turns_before
from assistant.query.question import analyse, points_back
from assistant.query.spelling import understood
from assistant.quotes.choose import (
    ANSWERED,
    NEAR,
    SURE,
    answer_by_quotes,
    article_only,
    candidates_in,
    nearest_to,
    no_answer,
)
from assistant.quotes.refusal import missing_names, why_not
from assistant.retrieve import retrieve_passages
from assistant.whole.about import answer_about_document
from index.embed import embed_question
from index.search import search
from index.store import Store

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

NEARBY = 50
"""Passages among whose documents the latest is looked for."""

ELSEWHERE = "Another document may answer it: ask all of them."


class Quoting:
    """Answers questions with quotes."""

    def __init__(
        self,
        embedding: "BaseEmbedding",
        document_id: str | None = None,
        collection: Store | None = None,
    ) -> None:
        """Answer by an embedding, with a document that the reader has open.

        With a collection, words that are slips and stand in none of it are read as what they mean.
        """
        self._embedding = embedding
        self._document_id = document_id
        self._collection = collection

    def find(
        self, store: Store, question: str, history: History, k: int | None = None
    ) -> tuple[str, list[Passage]]:
        """Read for a question alone and with the turn before; what was searched, and found."""
        before = turns_before(question, history)
        read = understood(question, self._collection) if self._collection else question
        found = retrieve_passages(store, self._embedding, read, k, before=before)
        searched = f"{before} {question.strip()}" if found.follows else question
        return searched, found.passages

    def answer(self, among: Among, question: str, history: History = ()) -> Found:
        """Answer, from the time that the question names if there is one.

        Returns:
            The answer, and the passages that a model may write from, if it may.
        """
        found = self._at_any_time(among, question, history)
        answer, passages = answer_in_time(found, among, self._at_any_time, self._near, today())
        return replace(answer, question=question), passages

    def _near(self, among: Among, question: str) -> list[str]:
        """Ids of the documents that come near a question, the nearest first."""
        vector = embed_question(self._embedding, question)
        found = search(among.store, question, vector, NEARBY)
        return [chunk.chunk.document_id for chunk in found]

    def _at_any_time(self, among: Among, question: str, history: History = ()) -> Found:
        store = among.store
        languages = store.languages()
        analysed = analyse(question, languages)
        if history and points_back(analysed):
            analysed = replace(analysed, kind="fact")  # "What is it about?", of what came before
        if analysed.kind != "fact":
            answer = answer_about_document(store, question, analysed, self._document_id)
            if answer:
                is_whole = analysed.kind == "whole document" and answer.citations
                return among.stamp(answer), _all_of(store, answer) if is_whole else []
        searched, passages = self.find(store, question, history)
        asked = analysed.terms if searched == question else analyse(searched, languages).terms
        candidates = article_only(candidates_in(passages, store.document), asked)
        best = max((one.score for one in candidates), default=0.0)
        # Names from an earlier turn are not held against the question.
        unknown = missing_names(analysed, store)
        if best >= (SURE if unknown else ANSWERED):
            answer = answer_by_quotes(question, searched, candidates, store.document)
            return among.stamp(answer), passages
        reason = why_not(
            analysed, store, unknown=unknown, is_near=best >= NEAR, searched=among.name
        )
        nearest = nearest_to(candidates, store.document)
        return among.stamp(no_answer(question, searched, reason, nearest)), passages


def with_hint(answer: Answer) -> Answer:
    """A refusal that says that a document outside its scope may answer."""
    reason = f"{answer.reason} {ELSEWHERE}"
    return replace(answer, reason=reason, text=reason, elsewhere=True)


def today() -> date:
    """What the times in a question count from."""
    return datetime.now().astimezone().date()


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
