"""Answers as HTML for the page. Knows no Gradio.

Whatever came from a document, a question, a file name or a model passes through `escape`, which
`html.unescape` undoes: a reader sees every character, and none of them means anything to a browser.
Between tags it passes through `seen`, so that no character turns the others round either.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from assistant.among import name_of
from assistant.answer import Answer, Citation, Claim
from assistant.export.plain import QUOTED, VERDICTS, facts_of, limits_of, verdict_in_words
from assistant.export.sheet import pieces_of
from assistant.hidden import codes_of, hidden_in, names_of, turning
from assistant.markup import escape, seen
from assistant.query.question import shortened
from assistant.quotes.choose import PERHAPS
from index.characters import escaped
from index.document import Span
from index.terminal import harmless

__all__ = [
    "answer_html",
    "citation_target",
    "escape",
    "label",
    "seen",
    "seen_with_answer",
    "told",
]

_MARKER = re.compile(r"\[(\d{1,3})\]")


def seen_with_answer(text: str, piece: Span, answers: Sequence[Span]) -> str:
    """The same for a piece of a text, the words in it that answer emphasised.

    It is read out as without: `b` means nothing but that the words are looked for.
    """
    cuts = {piece.start, piece.end}
    cuts |= {at for one in answers for at in (one.start, one.end) if piece.start < at < piece.end}
    shown = ""
    for start, end in pairwise(sorted(cuts)):
        part = Span(start, end)
        inner = seen(part.of(text))
        emphasised = any(one.covers(part) for one in answers)
        shown += f'<b class="pq-answers">{inner}</b>' if emphasised else inner
    return shown


def told(sentence: str) -> str:
    """A sentence of ours as HTML, each thing that it quotes apart from it in direction."""
    return QUOTED.sub(r"<bdi>\g<0></bdi>", seen(sentence))


def label(text: str) -> str:
    """Make `text` safe in an attribute that is shown or read out, where no tag can shut in.

    What `seen` would shut in is written as an escape.
    """
    return escape(escaped(turning(text), harmless(text)))


def answer_html(answer: Answer, turn: int) -> str:
    """An answer as it stands in the conversation; `turn` makes its citations' targets unique."""
    body = (
        _prose(answer, turn)
        if answer.mode == "prose" and answer.answered
        else _quoted(answer, turn)
    )
    return (
        _searched(answer, turn)
        + _scope(answer)
        + _notice(answer)
        + _level(answer)
        + body
        + _refusal(answer, turn)
    )


def citation_target(turn: int, number: int) -> str:
    """Id of the highlight in the article that a citation of a turn points at."""
    return f"cite-{turn}-{number}"


def _level(answer: Answer) -> str:
    """How far the documents answer, at a glance; prose says of each sentence itself."""
    if not answer.answered:
        level, words = "none", "No answer found"
    elif answer.mode == "prose":
        return ""
    elif answer.text.startswith(PERHAPS):
        level, words = "perhaps", "Perhaps an answer"
    else:
        level, words = "found", "Found in the documents"
    return f'<p class="pq-level" data-level="{level}">{words}</p>'


def _searched(answer: Answer, turn: int) -> str:
    if answer.searched.strip() == answer.question.strip():
        return ""
    searched = seen(shortened(answer.searched))
    return (
        f'<p class="pq-searched">Searched for: <bdi>{searched}</bdi> '
        f'<button type="button" data-act="typed" data-turn="{turn}">'
        "Search just the words typed</button></p>"
    )


def _scope(answer: Answer) -> str:
    if not answer.scope or not answer.answered:  # a refusal says it itself
        return ""
    name = told(name_of(answer.scope, answer.documents))
    return f'<p class="pq-searched">Searched the {name}.</p>'


def _notice(answer: Answer) -> str:
    return f'<p class="pq-notice">{told(answer.notice)}</p>' if answer.notice else ""


def _refusal(answer: Answer, turn: int) -> str:
    if answer.answered:
        return ""
    reason = answer.reason or "The documents do not answer this."
    parts = [f'<p class="pq-reason">{told(reason)}</p>']
    if answer.nearest:
        parts.append('<div class="pq-nearest"><h3>Nearest in the documents, not an answer</h3>')
        parts.append(_quotes(answer.nearest, turn))
        parts.append("</div>")
    return "".join(parts)


def _quoted(answer: Answer, turn: int) -> str:
    numbers = {citation.number for citation in answer.citations}
    parts = []
    for is_quote, run in groupby(pieces_of(answer), key=lambda piece: isinstance(piece, Citation)):
        if is_quote:
            parts.append(_quotes([piece for piece in run if isinstance(piece, Citation)], turn))
        else:
            texts = [piece for piece in run if isinstance(piece, str)]
            parts += [f'<p class="pq-lead">{_linked(text, numbers, turn)}</p>' for text in texts]
    return "".join(parts)


def _quotes(citations: Sequence[Citation], turn: int) -> str:
    """Quotes, under each run from one document its title and the name of its file."""
    parts = []
    for _, run in groupby(citations, key=lambda citation: citation.document_id):
        group = list(run)
        quotes = "".join(_quote(citation, turn) for citation in group)
        parts.append(
            f'<figure class="pq-quotes">{quotes}<figcaption>{_chip(group[0], turn)}</figcaption>'
            "</figure>"
        )
    return "".join(parts)


def _chip(citation: Citation, turn: int) -> str:
    """The document that quotes are from, as a way to the first of them."""
    return (
        f'<a class="pq-source" href="#{citation_target(turn, citation.number)}" '
        f'data-turn="{turn}" data-number="{citation.number}">'
        f'<span class="pq-title"><bdi>{seen(citation.title)}</bdi></span>{_facts(citation)}</a>'
    )


def _facts(citation: Citation) -> str:
    """File, author, date and site of the document that a quote is from."""
    facts = [citation.document_id, *facts_of(citation)]
    return (
        f'<span class="pq-facts">{" · ".join(f"<bdi>{seen(fact)}</bdi>" for fact in facts)}</span>'
    )


def _quote(citation: Citation, turn: int) -> str:
    page = f'<span class="pq-page">p. {citation.page}</span>' if citation.page else ""
    return (
        f'<blockquote class="pq-quote" dir="auto" data-turn="{turn}" '
        f'data-number="{citation.number}" data-document="{escape(citation.document_id)}" '
        f'data-start="{citation.span.start}" data-end="{citation.span.end}">'
        f'“<span class="pq-words">{_words(citation)}</span>” '
        f"{_link(citation.number, turn, citation.title)}{page}{_flag(citation.quote)}"
        f'<button type="button" class="pq-pin" data-act="pin" data-turn="{turn}" '
        f'data-number="{citation.number}" aria-label="Pin quote {citation.number} to the notes">'
        "Pin</button></blockquote>"
    )


def pinned_html(citation: Citation, link: str) -> str:
    """A quote that stands by itself, with the way to it; `link` is that of the quote."""
    page = f'<span class="pq-page">p. {citation.page}</span>' if citation.page else ""
    return (
        f'<figure class="pq-quotes"><blockquote class="pq-pinned" dir="auto">'
        f'“<span class="pq-words">{_words(citation)}</span>”{page}{_flag(citation.quote)}'
        f'</blockquote><figcaption><button type="button" class="pq-source" data-act="pinned" '
        f'data-link="{escape(link)}"><span class="pq-title">'
        f"<bdi>{seen(citation.title)}</bdi></span>{_facts(citation)}</button></figcaption></figure>"
    )


def _words(citation: Citation) -> str:
    answer = citation.answer_in_quote
    whole = Span(0, len(citation.quote))
    return seen_with_answer(citation.quote, whole, [answer] if answer else [])


def _flag(quote: str) -> str:
    hidden = hidden_in(quote)
    if not hidden:
        return ""
    named = f"Hidden characters: {names_of(hidden)}"
    return (
        f'<span class="pq-hidden" role="note" title="{named}" aria-label="{named}">'
        f"hidden characters: {codes_of(hidden)}</span>"
    )


def _link(number: int, turn: int, title: str = "") -> str:
    name = f"[{number}] Show in {title}" if title else f"[{number}] Show in the article"
    return (
        f'<a class="pq-cite" href="#{citation_target(turn, number)}" data-turn="{turn}" '
        f'data-number="{number}" aria-label="{label(name)}">[{number}]</a>'
    )


def _linked(text: str, numbers: set[int], turn: int) -> str:
    """Text with the markers of citations that exist as links; other brackets stay text."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        return _link(number, turn) if number in numbers else match[0]

    return _MARKER.sub(link, seen(text))


def _prose(answer: Answer, turn: int) -> str:
    if not answer.text:
        return ""  # the model has not said anything yet that can be shown
    numbers = {citation.number for citation in answer.citations}
    parts, at = [], 0
    for claim in sorted(answer.claims, key=lambda claim: claim.span):
        start = max(at, claim.span.start)
        parts.append(_linked(answer.text[at:start], numbers, turn))
        parts.append(_claim(claim, _linked(answer.text[start : claim.span.end], numbers, turn)))
        at = max(at, claim.span.end)
    parts.append(_linked(answer.text[at:], numbers, turn))
    quotes = _quotes(answer.citations, turn)
    limits = limits_of(answer)
    return (
        '<div class="pq-prose"><h3>Written by the language model</h3>'
        f'<div class="pq-prose-text" dir="auto">{"".join(parts)}</div>'
        + (f'<p class="pq-unproven">{limits}</p></div>' if limits else "</div>")
        + (
            f'<div class="pq-proof"><h3>In the documents’ words</h3>{quotes}</div>'
            if quotes
            else ""
        )
    )


def _claim(claim: Claim, inner: str) -> str:
    if claim.verdict not in VERDICTS:
        return f'<span class="pq-claim">{inner}</span>'
    return (
        f'<span class="pq-claim" data-verdict="{claim.verdict.replace(" ", "-")}">{inner}</span>'
        f'<span class="pq-missing" role="note"> {told(verdict_in_words(claim))}</span>'
    )
