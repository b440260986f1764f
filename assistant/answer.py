"""What an answer is made of: passages, citations, claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from assistant.reader.words import are_whole_words
from index.document import Document, Span
from index.scope import EVERYTHING, Scope

History: TypeAlias = Sequence[tuple[str, str]]
"""Earlier turns, oldest first: what was asked, and the text of what was answered."""

Verdict: TypeAlias = Literal[
    "no mismatch found", "mismatch", "no citation", "says what is missing", "not compared"
]


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a passage, and how well it goes with the question."""

    span: Span
    score: float

    answer: Span | None = None
    """Where in the document the words of it stand that answer, if the reader is sure of them."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of sentences retrieved for a question."""

    document_id: str
    title: str
    span: Span
    text: str
    """The words at `span`, exactly."""

    score: float
    """That of the best sentence: the probability, from 0 to 1, that it answers the question."""

    sentences: tuple[ScoredSentence, ...]
    """In the document's order."""

    heading: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer to words in a document. Made by `cite`, or kept since it was."""

    number: int
    """The marker in the answer: 1 for `[1]`."""

    quote: str
    """The words at `span`, exactly as the document has them."""

    document_id: str
    title: str
    span: Span
    page: int | None = None
    url: str | None = None
    author: str = ""
    """As the document says, as are the next two."""

    published: str = ""
    """ISO 8601, as exact as the document is."""

    site: str = ""

    answer: Span | None = None
    """Where in the document, within `span`, the words stand that answer; None if none surely do."""

    digest: str = ""
    """The document's, SHA-256 of its source's bytes: tells later whether it has changed."""

    @property
    def answer_in_quote(self) -> Span | None:
        """The same as a span of `quote`."""
        return None if self.answer is None else self.answer.moved(-self.span.start)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that a language model wrote, and what became of checking it."""

    span: Span
    """Where the sentence stands in the answer's text, its markers included."""

    citations: tuple[int, ...]
    """Numbers of the citations that it rests on."""

    verdict: Verdict
    missing: tuple[str, ...] = ()
    """What the claim says and its quotes do not, each a phrase for the reader."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a question; that nothing was found is an outcome too."""

    question: str
    """As it was asked."""

    searched: str
    """What was searched for: `question`, and if it is a follow-up, before it what it follows."""

    text: str
    """What to print, as plain text with markers such as `[1]`."""

    citations: tuple[Citation, ...]
    answered: bool

    claims: tuple[Claim, ...] = ()
    """Prose only."""

    reason: str = ""
    """Why there is no answer, in words for the reader; empty when there is one."""

    nearest: tuple[Citation, ...] = ()
    """The nearest quotes when there is no answer: shown as near, never as an answer."""

    mode: Literal["quotes", "prose"] = "quotes"

    notice: str = ""
    """What the reader should know about how this came to be, such as why prose is missing."""

    scope: Scope = EVERYTHING
    """What was searched: as it was asked for, narrowed by the time that the question names."""

    documents: int = 0
    """How many that were."""

    elsewhere: bool = False
    """Whether a document outside the scope may answer, where those in it don't."""

    growing: bool = False
    """Whether a language model is still writing: until its prose comes, the quotes stand there."""


def cite(number: int, document: Document, span: Span, answer: Span | None = None) -> Citation:
    """Point at words in a document: the only place where a new citation is made.

    Raises:
        ValueError: `span` is empty or reaches outside the document, or `answer` is not of whole
            words of the quote.
    """
    quote = span.of(document.text)
    if not quote or len(quote) != len(span):
        raise ValueError(f"nothing to quote at {span} in {document.id!r}")
    if answer is not None and not _answers(quote, span, answer):
        raise ValueError(f"not whole words of the quote at {span} in {document.id!r}: {answer}")
    return Citation(
        number=number,
        quote=quote,
        document_id=document.id,
        title=document.title,
        span=span,
        page=document.page_of(span),
        url=document.metadata.get("url"),
        author=document.metadata.get("author", ""),
        published=document.metadata.get("published", ""),
        site=document.metadata.get("site", ""),
        answer=answer,
        digest=document.digest,
    )


def stands(citation: Citation, document: Document) -> Citation | None:
    """A citation as its words stand in its document now, which may have changed since.

    Where they are no longer at their place they are looked for; None if they stand nowhere, or in
    more places than one.
    """
    if citation.document_id != document.id:
        return None
    if citation.span.of(document.text) == citation.quote:
        return citation
    start = document.text.find(citation.quote)
    if start < 0 or document.text.find(citation.quote, start + 1) >= 0:
        return None
    by = start - citation.span.start
    answer = citation.answer and citation.answer.moved(by)
    return cite(citation.number, document, citation.span.moved(by), answer)


def _answers(quote: str, span: Span, answer: Span) -> bool:
    return span.covers(answer) and are_whole_words(quote, answer.moved(-span.start))
