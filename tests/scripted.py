"""An assistant that says what a test tells it to, as often and as slowly as the test likes."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Answer, History, cite
from index.document import Document, Span
from index.errors import UnknownDocumentError
from index.scope import EVERYTHING, Scope


@dataclass(frozen=True)
class ScriptedDocumentStatus:
    id: str
    title: str
    names: tuple[str, ...]
    sentences: int
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ScriptedStatus:
    documents: tuple[ScriptedDocumentStatus, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    built_at: str = "2026-11-22T20:15:00+00:00"
    changed: tuple[str, ...] = ()
    problem: str = ""


Script = Callable[[str], Iterator[Answer]]


@dataclass
class ScriptedAssistant:
    """Quotes the sentences that share a word with the question, or follows a script."""

    documents: list[Document]
    script: Script | None = None
    failures: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()
    problem: str = ""
    model_host: str = ""
    asked: list[tuple[str, History, str | None]] = field(default_factory=list)
    scopes: list[tuple[str, ...]] = field(default_factory=list)
    typed: list[bool] = field(default_factory=list)

    def document(self, document_id: str) -> Document:
        for document in self.documents:
            if document.id == document_id:
                return document
        raise UnknownDocumentError(document_id)

    def status(self) -> ScriptedStatus:
        rows = tuple(
            ScriptedDocumentStatus(d.id, d.title, (d.source,), len(sentences(d)), d.metadata)
            for d in self.documents
        )
        return ScriptedStatus(rows, self.failures, changed=self.changed, problem=self.problem)

    def overview(self, document: Document) -> list[Span]:
        return sentences(replace(document, text=document.text[:1000]))[:2]

    def examples(
        self, count: int = 3, *, document_id: str | None = None, asked: Collection[str] = ()
    ) -> list[str]:
        made = [f"What does {one.title.split()[0]} say?" for one in self.documents[:count]]
        return [] if document_id else [one for one in made if one not in asked]

    def ask(
        self,
        question: str,
        history: History = (),
        *,
        document_id: str | None = None,
        scope: Scope = EVERYTHING,
        as_typed: bool = False,
    ) -> Answer:
        *_, last = self.stream(
            question, history, document_id=document_id, scope=scope, as_typed=as_typed
        )
        return last

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        document_id: str | None = None,
        scope: Scope = EVERYTHING,
        as_typed: bool = False,
    ) -> Iterator[Answer]:
        self.asked.append((question, list(history), document_id))
        self.typed.append(as_typed)
        self.scopes.append(scope.documents)
        for one in scope.documents:
            self.document(one)
        if self.script is not None:
            yield from self.script(question)
            return
        within = [d for d in self.documents if not scope or d.id in scope.documents]
        answer = replace(quoted(question, within), scope=scope, documents=len(within))
        others = scope and not answer.answered and quoted(question, self.documents).answered
        yield replace(answer, elsewhere=bool(others))


def sentences(document: Document) -> list[Span]:
    return [
        Span(*match.span())
        for match in re.finditer(r"[^\s•][^\n]*?(?:[.!?](?=\s|$)|(?=\n)|$)", document.text)
    ]


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]{4,}", text.lower()))


def quoted(question: str, documents: Sequence[Document], most: int = 3) -> Answer:
    wanted = words(question)
    found = [
        (len(wanted & words(span.of(document.text))), document, span)
        for document in documents
        for span in sentences(document)
    ]
    best = sorted((row for row in found if row[0]), key=lambda row: -row[0])[:most]
    citations = tuple(
        cite(number, document, span) for number, (_, document, span) in enumerate(best, start=1)
    )
    if not citations or max(row[0] for row in best) < 2:
        return Answer(
            question, question, "", (), False, reason="The documents do not say.", nearest=citations
        )
    text = "\n\n".join(f"“{c.quote}” [{c.number}]" for c in citations)
    return Answer(question, question, f"In the documents:\n\n{text}", citations, True)


def failing(error: Exception, *before: Answer) -> Script:
    def script(_: str) -> Iterator[Answer]:
        yield from before
        raise error

    return script
