"""Passages → an answer made of quotes, or no answer and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.answer import Answer, Citation, Passage, cite
from assistant.quotes.furniture import look_at
from assistant.quotes.lines import HEADING_CHARACTERS, announces, stops
from assistant.reader.words import answer_words
from index.document import Document, Span
from index.terms import terms

ANSWERED = 0.4
"""Probability of the best sentence from which on the documents are said to answer, perhaps."""

SURE = 0.65
"""Probability from which on they are said to do so without reserve."""

PERHAPS = "The documents may answer this:"
"""What stands above the quotes below that."""

NEAR = 0.15
"""Probability from which on it is not said that the documents don't say, only that no sentence says
it outright: one of the nearest may be meant all the same."""

MOST = 3
"""Quotes in an answer, at the most."""

CONSIDERED = 12
"""Sentences that quotes are chosen from, the best ones."""

FRACTION = 0.3
"""A further quote's probability, as a share of the best one's, at the least."""

ANNOUNCED = 600
"""Characters up to which a quote that ends in a colon goes on with what it announces."""

GAP = 2
"""Characters between two sentences of a line."""

SAME = 0.6
"""Share of a sentence's terms that stand in another too when it says nothing new."""

Read = Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted."""

    document_id: str
    span: Span
    text: str
    score: float
    paragraph: int
    """Where its line begins, so that neighbours can be told."""

    is_title: bool = False
    """Whether it is the line that its document begins with."""

    is_furniture: bool = False
    """Whether its document's format says that it is no part of the article."""

    answer: Span | None = None
    """Where the words of it stand that answer."""


def candidates_in(passages: Iterable[Passage], read: Read) -> list[Candidate]:
    """Every sentence of the passages that may answer, best first."""
    found = []
    for passage in passages:
        document = read(passage.document_id)
        text = document.text
        spans = [sentence.span for sentence in passage.sentences]
        for number, sentence in enumerate(passage.sentences):
            span = _with_what_it_announces(text, spans[number:])
            quoted = span.of(text)
            if sentence.score > 0 and any(char.isalnum() for char in quoted):
                found.append(
                    Candidate(
                        passage.document_id,
                        span,
                        quoted,
                        sentence.score,
                        paragraph=text.rfind("\n", 0, span.start),
                        is_title=not text[: span.start].strip() and not stops(quoted),
                        is_furniture=document.is_furniture(span),
                        answer=sentence.answer,
                    )
                )
    return sorted(_without_titles(found), key=lambda one: one.score, reverse=True)


def _with_what_it_announces(text: str, spans: Sequence[Span]) -> Span:
    """A sentence; of one that ends in a colon, with the paragraph or list that follows."""
    first = last = spans[0]
    if announces(first.of(text)):
        for number, span in enumerate(spans[1:]):
            goes_on = not number or "\n\n" not in text[last.end : span.start]
            if not goes_on or span.end - first.start > ANNOUNCED:
                break
            last = span
    return Span(first.start, last.end)


def _without_titles(found: Sequence[Candidate]) -> Iterable[Candidate]:
    """Put a sentence of the body in its title's place, if one says the same or answers as well.

    Without one, a title that is a headline is quoted; one that is but a name of prose is not.
    """
    for title in [one for one in found if one.is_title]:
        stand_ins = [one for one in found if _may_stand_for(title, one)]
        best = max(stand_ins, key=lambda one: one.score, default=None)
        if best:
            better = replace(
                best,
                score=max(best.score, title.score),
                answer=best.answer or _said_again(title, best),
            )
            found = [better if one is best else one for one in found if one is not title]
        elif len(title.text) <= HEADING_CHARACTERS and any(_is_below(title, one) for one in found):
            found = [one for one in found if one is not title]
    return found


def _said_again(title: Candidate, one: Candidate) -> Span | None:
    """Where the words of a title that answer stand in a sentence too, if they do so once."""
    words = title.answer.moved(-title.span.start).of(title.text) if title.answer else ""
    if not words or one.text.count(words) != 1:
        return None
    at = one.span.start + one.text.index(words)
    return Span(at, at + len(words))


def _may_stand_for(title: Candidate, one: Candidate) -> bool:
    if not _is_below(title, one):
        return False
    says_it = _adds_nothing(title.text, one.text) and _figures(title.text) <= _figures(one.text)
    return says_it or one.score >= FRACTION * title.score


def _is_below(title: Candidate, one: Candidate) -> bool:
    """Whether a sentence is of a title's document, and ends as prose does."""
    return one.document_id == title.document_id and stops(one.text)


def article_only(candidates: Iterable[Candidate], asked: Sequence[str]) -> list[Candidate]:
    """Leave out the publisher's furniture, unless it is what the question is about.

    Only so many are kept, of those that come first: what comes later is never quoted, and looking
    at a sentence takes time.
    """
    wanted = set(asked)
    kept = (
        one
        for one in candidates
        if not (one.is_furniture or look_at(one.text).is_boilerplate)
        or (wanted and len(wanted & set(terms(one.text))) > 0.6 * len(wanted))
    )
    return list(islice(kept, CONSIDERED))


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Choose the few sentences that answer best and do not repeat each other, best first."""
    chosen: list[Candidate] = []
    for found in candidates:
        if found.score < FRACTION * candidates[0].score:
            break
        if not any(_adds_nothing(found.text, other.text) for other in chosen):
            chosen.append(found)
        if len(chosen) == MOST:
            break
    return chosen


def _adds_nothing(one: str, other: str) -> bool:
    """Whether most of a sentence's terms stand in another; a longer one may well add something."""
    found = set(terms(one))
    return len(found & set(terms(other))) >= SAME * max(1, len(found))


def _figures(text: str) -> set[str]:
    return {term for term in terms(text) if term[0].isdigit()}


def say_the_same(one: str, other: str) -> bool:
    """Whether two sentences are near-duplicates, by the terms that they share."""
    first, second = set(terms(one)), set(terms(other))
    return len(first & second) >= SAME * max(1, min(len(first), len(second)))


def in_reading_order(chosen: Sequence[Candidate]) -> list[tuple[str, Span]]:
    """Order quotes by document (the best one's first) and place, and join neighbours."""
    order = list(dict.fromkeys(one.document_id for one in chosen))
    joined: list[tuple[str, Span, int]] = []
    for one in sorted(chosen, key=lambda c: (order.index(c.document_id), c.span)):
        if joined:
            document_id, span, paragraph = joined[-1]
            same_line = paragraph == one.paragraph and one.span.start - span.end <= GAP
            if document_id == one.document_id and (same_line or one.span.start < span.end):
                end = max(span.end, one.span.end)
                joined[-1] = (document_id, Span(span.start, end), paragraph)
                continue
        joined.append((one.document_id, one.span, one.paragraph))
    return [(document_id, span) for document_id, span, _ in joined]


def cite_all(
    places: Iterable[tuple[str, Span]], read: Read, best: Candidate | None = None
) -> tuple[Citation, ...]:
    """Number and cut quotes; point out the words that answer in the one that holds the best.

    Of a further one the reader may be as sure, and is wrong more often than right.
    """
    return tuple(
        cite(number, read(document_id), span, _answer_in(best, document_id, span, read))
        for number, (document_id, span) in enumerate(places, start=1)
    )


def _answer_in(best: Candidate | None, document_id: str, span: Span, read: Read) -> Span | None:
    if best is None or best.answer is None or best.document_id != document_id:
        return None
    if not span.covers(best.answer):
        return None
    quote = span.of(read(document_id).text)
    words = answer_words(quote, best.answer.moved(-span.start), len(best.text))
    return words and words.moved(span.start)


def quoted_answer(
    question: str, searched: str, citations: tuple[Citation, ...], lead: str, notice: str = ""
) -> Answer:
    """Put an answer together: a plain statement, and quotes."""
    quotes = [f"“{citation.quote}” [{citation.number}]" for citation in citations]
    return Answer(
        question=question,
        searched=searched,
        text="\n\n".join([lead, *quotes] if lead else quotes),
        citations=citations,
        answered=True,
        notice=notice,
    )


def is_sure(answer: Answer) -> bool:
    """Whether the documents are said to answer without reserve."""
    return answer.answered and not answer.text.startswith(PERHAPS)


def no_answer(
    question: str, searched: str, reason: str, nearest: tuple[Citation, ...] = ()
) -> Answer:
    """Say that there is none, and why."""
    return Answer(
        question=question,
        searched=searched,
        text=reason,
        citations=(),
        answered=False,
        reason=reason,
        nearest=nearest,
    )


def nearest_to(candidates: Sequence[Candidate], read: Read) -> tuple[Citation, ...]:
    """Cite what comes nearest to an answer, of sentences that are none."""
    return cite_all(in_reading_order(choose(candidates[:MOST])), read)


def answer_by_quotes(
    question: str, searched: str, candidates: Sequence[Candidate], read: Read
) -> Answer:
    """Answer with the best sentences.

    Args:
        question: As it was asked.
        searched: As it was searched for.
        candidates: Sentences, best first; at least one.
        read: Gives a document by its id.
    """
    best = candidates[0]
    lead = "" if best.score >= SURE else PERHAPS
    citations = cite_all(in_reading_order(choose(candidates)), read, best)
    return quoted_answer(question, searched, citations, lead)
