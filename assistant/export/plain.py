"""An answer as text to paste elsewhere, each quote with its place."""

import re
from collections.abc import Iterable, Iterator

from assistant.among import name_of
from assistant.answer import Answer, Citation, Claim
from assistant.hidden import closed, codes_of, hidden_in
from assistant.kept.notes import Note
from assistant.query.question import shortened
from index.dates import date_in_words
from index.document import Span

QUOTED = re.compile("‘[^‘’]*’|“[^“”]*”")
"""What a sentence of ours quotes, between its marks."""

VERDICTS = {
    "mismatch": "Does not match its quote",
    "no citation": "Rests on no quote",
}
"""How a reader is told that a claim is not borne out."""

UNPROVEN = (
    "No mark is no proof: numbers, names and negation are compared with the quotes; who did what, "
    "why and how surely only in part."
)
"""What is told of prose in which sentences stand unmarked."""


def export(answer: Answer) -> str:
    """The answer as text to paste elsewhere: question, words, and where each quote stands.

    Quotes are verbatim, neither escaped nor re-flowed; behind one that sets a direction and does
    not end it, it is ended. Plain text has no emphasis, so the words that answer are named beside
    the place of their quote.
    """
    blocks = [closed(shortened(answer.question.strip()))]
    if answer.searched.strip() != answer.question.strip():
        blocks.append(f"Searched for: {closed(shortened(answer.searched))}")
    if answer.scope:
        blocks.append(our_words(f"Searched the {name_of(answer.scope, answer.documents)}."))
    blocks.append(our_words(answer.notice))
    blocks.append(claims_as_text(answer) if answer.answered else our_words(answer.reason))
    blocks.append(limits_of(answer))
    if answer.answered:
        in_text = answer.mode == "quotes"
        blocks.append("\n".join(_source_line(c, with_quote=not in_text) for c in answer.citations))
    elif answer.nearest:
        blocks.append("Nearest in the documents (not an answer):")
        blocks += [_source_line(c, with_quote=True) for c in answer.nearest]
    return "\n\n".join(block for block in blocks if block) + "\n"


def answers_in(text: str, citations: Iterable[Citation]) -> Iterator[Span]:
    """Where the words that answer stand in a text that shows quotes in the citations' order."""
    at = 0
    for citation in citations:
        place = text.find(f"“{citation.quote}”", at)
        if place >= 0:
            at = place + 1
            if answer := citation.answer_in_quote:
                yield answer.moved(at)


def limits_of(answer: Answer) -> str:
    """What the check of an answer's claims can't tell; empty where it found no claim sound."""
    found_none = any(claim.verdict == "no mismatch found" for claim in answer.claims)
    return UNPROVEN if answer.answered and found_none else ""


def place_of(citation: Citation) -> list[str]:
    """Where a quote stands, from its document's title to the characters."""
    place = f"characters {citation.span.start}–{citation.span.end}"
    facts = [citation.title, citation.document_id, place]
    facts += [f"page {citation.page}"] if citation.page else []
    return [*facts, *facts_of(citation)]


def verdict_in_words(claim: Claim) -> str:
    """What a reader is told of a claim that its quotes do not bear out."""
    words = VERDICTS[claim.verdict]
    return f"{words}: {'; '.join(claim.missing)}" if claim.missing else words


def facts_of(citation: Citation) -> list[str]:
    """Author, date and site of the document that a citation is from, as far as it says."""
    published = date_in_words(citation.published)
    return [fact for fact in (citation.author, published, citation.site) if fact]


def claims_as_text(answer: Answer) -> str:
    """The answer's text, with a note behind every sentence that its quotes do not bear out."""
    parts, at = [], 0
    for claim in sorted(answer.claims, key=lambda claim: claim.span):
        if claim.verdict in VERDICTS and claim.span.end >= at:
            parts += [answer.text[at : claim.span.end], f" ({verdict_in_words(claim)})"]
            at = claim.span.end
    text = "".join([*parts, answer.text[at:]])
    for quote in {citation.quote for citation in answer.citations}:
        text = text.replace(f"“{quote}”", between_marks(quote))
    return text


def our_words(sentence: str) -> str:
    """A sentence of ours as text, with what ends a direction behind each thing that it quotes."""
    return closed(QUOTED.sub(lambda match: closed(match[0]), sentence))


def between_marks(quote: str) -> str:
    """A quote between its marks, and behind them what ends a direction that it sets."""
    return f"“{quote}”{closed(quote).removeprefix(quote)}"


def quotation(citation: Citation) -> str:
    """A quote with its source behind it, as text to paste elsewhere."""
    return f"{between_marks(citation.quote)} — {_source(citation)}"


def note_as_text(note: Note) -> str:
    """A note as text to paste elsewhere, a quote with its source behind it."""
    return quotation(note.quote) if note.quote else closed(note.words.strip())


def _source_line(citation: Citation, *, with_quote: bool) -> str:
    quote = f"{between_marks(citation.quote)} — " if with_quote else ""
    return f"[{citation.number}] {quote}{_source(citation)}"


def _source(citation: Citation) -> str:
    facts = [closed(fact) for fact in place_of(citation)]
    facts += [closed(citation.url)] if citation.url else []
    if answer := citation.answer_in_quote:
        facts.append(f"the answer in it: {between_marks(answer.of(citation.quote))}")
    hidden = hidden_in(citation.quote)
    facts += [f"hidden characters: {codes_of(hidden)}"] if hidden else []
    return ", ".join(facts)
