"""Answers as data, and back: what is read from a file is nobody's word until it has been checked.

A quote is kept with its document's digest and place, so that it can be told later whether the
document still has it there. Nothing is kept as HTML.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar, get_args

from assistant.answer import Answer, Citation, Claim, Verdict
from assistant.reader.words import are_whole_words
from index.characters import SURROGATES
from index.document import Span
from index.errors import ScopeError
from index.scope import Scope

UNREADABLE = "What was kept of this answer can’t be read. Ask again."

_VERDICTS: frozenset[Any] = frozenset(get_args(Verdict))
_MOST = 999
"""Highest number of a citation, as the page reads markers."""

_HALF = re.compile(f"[\0{SURROGATES}]")  # what SQLite's text can't hold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question, and what became of it."""

    question: str
    asked: str = ""
    """When, in ISO 8601, UTC."""

    answer: Answer | None = None
    problem: str = ""
    stopped: bool = False


def storable(text: str) -> str:
    """A text with a mark for each character that SQLite's texts can't hold."""
    return _HALF.sub("\ufffd", text)


def answer_as_data(answer: Answer) -> dict[str, Any]:
    """An answer as words, numbers, lists and dictionaries: what JSON can hold."""
    data = asdict(answer)
    del data["growing"]
    data["scope"] = {name: value for name, value in data["scope"].items() if value}
    return data


def turn_as_json(turn: KeptTurn) -> str:
    """A turn as ASCII: half characters, such as a file's name may hold, are escaped in it."""
    answer = turn.answer and answer_as_data(turn.answer)
    return json.dumps(
        {
            "question": turn.question,
            "asked": turn.asked,
            "answer": answer,
            "problem": turn.problem,
            "stopped": turn.stopped,
        }
    )


def turn_from_json(kept: object) -> KeptTurn:
    """A turn as it was kept; of one that can't be read, as much as can."""
    try:
        data = json.loads(kept) if isinstance(kept, str) else None
        data = _mapping(data)
        question, asked = _text(data, "question"), _text(data, "asked")
    except (ValueError, RecursionError):
        return KeptTurn("", problem=UNREADABLE)
    try:
        answer = None if data.get("answer") is None else answer_from_data(data["answer"])
        return KeptTurn(question, asked, answer, _text(data, "problem"), _flag(data, "stopped"))
    except ValueError:
        return KeptTurn(question, asked, problem=UNREADABLE)


def answer_from_data(kept: object) -> Answer:
    """An answer that was kept.

    Raises:
        ValueError: It is none.
    """
    data = _mapping(kept)
    text = _text(data, "text")
    return Answer(
        question=_text(data, "question"),
        searched=_text(data, "searched"),
        text=text,
        citations=_each(data, "citations", citation_from_data),
        answered=_flag(data, "answered"),
        claims=_each(data, "claims", lambda one: _claim(one, len(text))),
        reason=_text(data, "reason"),
        nearest=_each(data, "nearest", citation_from_data),
        mode=_mode(data.get("mode")),
        notice=_text(data, "notice"),
        scope=_scope(data.get("scope", {})),
        documents=_number(data.get("documents", 0)),
        elsewhere=_flag(data, "elsewhere"),
    )


def citation_from_data(kept: object) -> Citation:
    """A citation that was kept, in the words and at the place that its document had then.

    Raises:
        ValueError: It is none.
    """
    data = _mapping(kept)
    quote, span = _text(data, "quote"), _span(data.get("span"))
    answer = None if data.get("answer") is None else _span(data["answer"])
    if not quote or len(quote) != len(span):
        raise ValueError("a quote of another length than its place")
    if answer and not (span.covers(answer) and are_whole_words(quote, answer.moved(-span.start))):
        raise ValueError("an answer outside its quote")
    page, number = data.get("page"), _number(data.get("number"))
    if not 0 < number <= _MOST:
        raise ValueError("a citation without a number")
    return Citation(
        number=number,
        quote=quote,
        document_id=_text(data, "document_id"),
        title=_text(data, "title"),
        span=span,
        page=None if page is None else _number(page),
        url=None if data.get("url") is None else _text(data, "url"),
        author=_text(data, "author"),
        published=_text(data, "published"),
        site=_text(data, "site"),
        answer=answer,
        digest=_text(data, "digest"),
    )


def _claim(kept: object, length: int) -> Claim:
    data = _mapping(kept)
    span, verdict = _span(data.get("span")), data.get("verdict")
    if span.end > length or verdict is None or verdict not in _VERDICTS:
        raise ValueError("no claim of this text")
    return Claim(span, _each(data, "citations", _number), verdict, _each(data, "missing", _word))


def _scope(kept: object) -> Scope:
    data = _mapping(kept)
    given: dict[str, Any] = {name: _text(data, name) for name in data if name != "documents"}
    try:
        return Scope(documents=_each(data, "documents", _word), **given)
    except (ScopeError, TypeError) as error:
        raise ValueError("no scope") from error


def _mode(value: object) -> Literal["quotes", "prose"]:
    if value == "prose":
        return "prose"
    if value == "quotes":
        return "quotes"
    raise ValueError("no mode of an answer")


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - one kind of error for all
    return value


def _each(data: Mapping[str, Any], name: str, read: Callable[[object], T]) -> tuple[T, ...]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name} is no list")  # noqa: TRY004
    return tuple(read(one) for one in value)


def _text(data: Mapping[str, Any], name: str) -> str:
    return _word(data.get(name, ""))


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004
    return value


def _flag(data: Mapping[str, Any], name: str) -> bool:
    return data.get(name) is True


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no number")
    return value


def _span(value: object) -> Span:
    data = _mapping(value)
    return Span(_number(data.get("start")), _number(data.get("end")))
