"""Questions that name a time: documents of that time first, and no other without saying so.

A document's time is when it was published, as far as it says. Documents of the time asked for are
searched by themselves, without the words of the time, which their sentences need not repeat. What
they answer is preferred, unless words elsewhere that name the year answer better. A question for
the latest is asked of the newest documents that come near. What has no date is never left out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.among import Among
from assistant.answer import Answer, Citation, Passage
from assistant.query.when import When, when
from index.dates import Period, date_in_words
from index.scope import Scope

ALIKE = 0.7
"""Share of the best answer's probability from which on a newer document answers as well."""

NEWEST = 3
"""Documents that are asked for the latest, the newest first."""

Found = tuple[Answer, list[Passage]]
"""An answer, and the passages that it is from."""

Quote = Callable[[Among, str], Found]
"""Answers a question from some documents."""

Near = Callable[[Among, str], Sequence[str]]
"""Ids of the documents that come near a question."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def answer_in_time(found: Found, among: Among, quote: Quote, near: Near, today: date) -> Found:
    """Prefer an answer of the time that a question names.

    Args:
        found: The answer whatever its time.
        among: What it was looked for in.
        quote: Answers once more.
        near: Finds what comes near.
        today: What relative times count from.
    """
    asked = _asked(found[0], today)
    if asked is None or not any(_published(one.metadata) for one in among.store.documents()):
        return found
    if asked.period is None:
        return _latest(found, among, quote, near)
    narrowed = _narrowed(among.scope, asked.period)
    if narrowed is None:
        return found
    part = among.within(narrowed)
    if part.documents in {0, among.documents}:
        return found
    other = quote(part, asked.rest or found[0].searched)
    if not other[0].answered:
        return found
    elsewhere = found[0].answered and _speaks_of(found[0].citations, asked)
    return found if elsewhere and _best(found) > _best(other) else other


def told_in_time(answer: Answer, today: date) -> Answer:
    """Say of an answer from another time than was asked for from when it is."""
    asked = _asked(answer, today) if answer.answered else None
    if asked is None or not answer.citations:
        return answer
    said = _newest(answer) if asked.period is None else _off(answer, asked, asked.period)
    return replace(answer, notice=f"{answer.notice} {said}".strip())


def _asked(answer: Answer, today: date) -> When | None:
    """The time that a question names, or else what it follows."""
    own = when(answer.question, today)
    if own is None:
        return when(answer.searched, today)
    return replace(own, rest=answer.searched.replace(answer.question.strip(), own.rest))


def _latest(found: Found, among: Among, quote: Quote, near: Near) -> Found:
    """Ask the newest documents that come near, one after the other."""
    if not found[0].answered:
        return found
    days = {
        one.id: day.start for one in among.store.documents() if (day := _published(one.metadata))
    }
    ids = [one for one in dict.fromkeys(near(among, found[0].searched)) if one in days]
    for newest in sorted(ids, key=days.__getitem__, reverse=True)[:NEWEST]:
        part = among.within(replace(among.scope, documents=(newest,)))
        answer, passages = quote(part, found[0].searched)
        if answer.answered and _best((answer, passages)) >= ALIKE * _best(found):
            return among.stamp(answer), passages
    return found


def _narrowed(scope: Scope, period: Period) -> Scope | None:
    """A scope with a further limit of time; None if nothing is left of it."""
    start = max(scope.period.start, period.start)
    end = min(scope.period.end, period.end)
    if start >= end:
        return None
    return replace(
        scope,
        published_after="" if start == date.min else start.isoformat(),
        published_before="" if end == date.max else end.isoformat(),
    )


def _best(found: Found) -> float:
    """The probability of an answer; one about a document as a whole is certain."""
    answer, passages = found
    best = max((one.score for one in passages), default=0.0)
    return best or float(answer.answered)


def _published(said: Mapping[str, str]) -> Period | None:
    return Period.of(said.get("published", ""))


def _speaks_of(citations: Sequence[Citation], asked: When) -> bool:
    """Whether one of some quotes names the year, or years round it."""
    if not asked.years or asked.period is None:
        return False
    return any(_covers(_YEAR.findall(one.quote), asked.period) for one in citations)


def _covers(years: Sequence[str], period: Period) -> bool:
    if not years:
        return False
    first, last = Period.of(min(years)), Period.of(max(years))
    return first is not None and last is not None and Period(first.start, last.end).meets(period)


def _newest(answer: Answer) -> str:
    dates = _dates(answer)
    if not dates:
        return "No date is known of this, so it may not be the latest."
    newest = date_in_words(dates[-1])
    if len(dates) < len(answer.citations):
        return f"Not all of this has a date; the newest that has one is from {newest}."
    return f"The newest that answers is from {newest}."


def _dates(answer: Answer) -> list[str]:
    """When what is quoted was published, as far as it says, the earliest first."""
    dated = [
        (day.start, one.published) for one in answer.citations if (day := Period.of(one.published))
    ]
    return [published for _, published in sorted(dated)]


def _off(answer: Answer, asked: When, period: Period) -> str:
    """From when the quotes are, where none is of the time asked for."""
    if _speaks_of(answer.citations, asked):
        return ""
    dates = _dates(answer)
    if any((day := Period.of(one)) and day.meets(period) for one in dates):
        return ""
    lead = f"Nothing dated {period.in_words()} was found that answers; this"
    if dates:
        ends = dict.fromkeys(date_in_words(one) for one in (dates[0], dates[-1]))
        return f"{lead} is from {' to '.join(ends)}."
    named = _YEAR.findall(" ".join(f"{one.quote} {one.title}" for one in answer.citations))
    if asked.years and named and not _covers(named, period):
        return f"{lead} speaks of {max(named)}."
    return ""
