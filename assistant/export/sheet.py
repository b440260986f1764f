"""What a taken-away answer or conversation says, before it is put into a form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal, TypeAlias

from assistant.among import name_of
from assistant.answer import Answer, Citation
from assistant.export.plain import claims_as_text, limits_of, our_words
from assistant.kept.notes import Note
from assistant.kept.record import KeptTurn
from assistant.query.question import shortened
from index.dates import date_in_words


@dataclass(frozen=True, slots=True)
class Words:
    """Words that are no quote."""

    text: str
    kind: Literal["heading", "lead", "said"]
    """A question; what an answer says; what Pullquote says about it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote with its source."""

    citation: Citation
    is_near: bool = False
    """Whether it is only near, and no answer."""


Piece: TypeAlias = Words | Quote


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is taken away."""

    title: str
    pieces: tuple[Piece, ...]


def sheet_of(title: str, turns: Sequence[KeptTurn]) -> Sheet:
    """A conversation, or some turns of one; what is the title of a single one is no heading too."""
    pieces = tuple(piece for turn in turns for piece in _turn(turn))
    title = shortened(title)
    is_said = len(turns) == 1 and pieces[0] == Words(title, "heading")
    return Sheet(title, pieces[1:] if is_said else pieces)


def sheet_of_notes(notes: Sequence[Note]) -> Sheet:
    """The notes; their quotes are numbered in their order."""
    numbers = count(1)
    return Sheet(
        "Notes",
        tuple(
            Quote(replace(note.quote, number=next(numbers)))
            if note.quote
            else Words(note.words, "lead")
            for note in notes
            if note.quote or note.words.strip()
        ),
    )


def pieces_of(answer: Answer) -> Iterator[str | Citation]:
    """The answer's text in order, each quote in it as the citation it belongs to."""
    if not answer.answered:
        return
    unplaced, at = [], 0
    for citation in answer.citations:
        words = f"“{citation.quote}” [{citation.number}]"
        place = answer.text.find(words, at)
        if place < 0:
            unplaced.append(citation)
            continue
        if lead := answer.text[at:place].strip():
            yield lead
        yield citation
        at = place + len(words)
    if rest := answer.text[at:].strip():
        yield rest
    yield from unplaced


def _turn(turn: KeptTurn) -> Iterator[Piece]:
    yield Words(shortened(turn.question), "heading")
    if turn.asked:
        yield Words(f"Asked on {date_in_words(turn.asked)}.", "said")
    if turn.answer is not None:
        yield from _answer(turn.answer)
    if turn.problem:
        yield Words(turn.problem, "said")
    if turn.stopped:
        yield Words("Stopped before it was finished.", "said")


def _answer(answer: Answer) -> Iterator[Piece]:
    if answer.searched.strip() != answer.question.strip():
        yield Words(f"Searched for: {shortened(answer.searched)}", "said")
    if answer.scope:
        yield Words(our_words(f"Searched the {name_of(answer.scope, answer.documents)}."), "said")
    if answer.notice:
        yield Words(our_words(answer.notice), "said")
    if not answer.answered:
        yield from _nothing(answer)
    elif answer.mode == "prose":
        yield from _prose(answer)
    else:
        for piece in pieces_of(answer):
            yield Words(piece, "lead") if isinstance(piece, str) else Quote(piece)


def _prose(answer: Answer) -> Iterator[Piece]:
    yield Words("Written by a language model:", "said")
    yield Words(claims_as_text(answer), "lead")
    if limits := limits_of(answer):
        yield Words(limits, "said")
    if answer.citations:
        yield Words("In the documents’ words:", "said")
    yield from (Quote(citation) for citation in answer.citations)


def _nothing(answer: Answer) -> Iterator[Piece]:
    yield Words(our_words(answer.reason or "The documents do not answer this."), "lead")
    if answer.nearest:
        yield Words("Nearest in the documents, not an answer:", "said")
    yield from (Quote(citation, is_near=True) for citation in answer.nearest)
