"""What a question asks for, read off its words."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from index.terms import FUNCTION_WORDS, fold, term_of, terms, words

Kind: TypeAlias = Literal["fact", "whole document", "author", "contact"]
Wanted: TypeAlias = Literal["person", "place", "time", "number", "money", "reason", "other"]

LONGEST_QUESTION = 2_000
"""Characters; what is longer is not a question but a text."""

KINDS_WANTED: tuple[Wanted, ...] = ("person", "place", "time", "number", "money", "reason")
"""Kinds of things that a question may want and a sentence may lack."""

_DOCUMENT = (
    r"(?:articles?|stor(?:y|ies)|documents?|texts?|pieces?|reports?|papers?|posts?|files?|pages?|"
    r"minutes|features?|sources?|it|this|that)"
)
_WHOLE = re.compile(
    rf"\b(?:what(?:'s|\s+is|\s+are)?|"
    rf"tell\s+me\s+what)\s+(?:\w+\s+){{0,3}}?{_DOCUMENT}\s+(?:\w+\s+){{0,2}}?(?:about|say|"
    rf"saying|says|cover|covers|discuss|discusses|deal\s+with|deals\s+with)(?=\W*$|\s*[,;(]|"
    rf"\s+in\s)"
    r"|\b(?:summari[sz]e|summary|sum\s+up|overview|gist|tl;?dr|in\s+(?:a\s+nutshell|short|"
    r"brief)|outline)\b"
    r"|\b(?:main|key|central|most\s+important)\s+(?:points?|ideas?|messages?|facts?|"
    r"takeaways?|findings?|topics?|subjects?|news|thing|decisions?|results?|conclusions?)\b"
    r"|\btakeaways?\b|\bwhat(?:'s|\s+is)\s+(?:the\s+)?(?:topic|subject|news|headline)\b"
    rf"|\bwhat\s+(?:is|are)\s+(?:this|these)\s+{_DOCUMENT}\s*\??$"
    rf"|\bwhat\s+happened\s*\??$|\bwhat\s+(?:does|do)\s+(?:the|this|"
    rf"these)\s+{_DOCUMENT}\s+(?:say|cover|discuss|contain)\s*\??$",
    re.IGNORECASE,
)
_WRITTEN = (
    rf"(?:wrote|written|authored|penned|reported|writes)\b(?:\s+(?:by|the|an?|"
    rf"{_DOCUMENT}))*\s*\??$"
)
_AUTHOR = re.compile(
    rf"\bwho(?:'s|\s+is|\s+was|\s+are)?\s+(?:\w+\s+)?{_WRITTEN}"
    rf"|\bwho(?:'s|\s+is|\s+was)\s+(?:the\s+)?(?:author|writer|journalist|"
    rf"reporter)s?(?:\s+(?:of|behind)\b.*)?\s*\??$"
    rf"|\b(?:by\s+)?whom\s+(?:was|is)\s+(?:\w+\s+){{0,2}}written|\bwhose\s+(?:article|story|"
    rf"byline)|\bbyline\b"
    rf"|\bwho\s+took\s+(?:the\s+|these\s+)?(?:minutes|notes)\b"
    rf"|\b(?:name\s+of\s+the|the)\s+author\b|\bauthor\s*\??$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:contact|reach|get\s+in\s+touch|get\s+hold|send\s+(?:a\s+)?(?:tips?|letters?)|tip\s+off|"
    r"write\s+to|talk\s+to|message|submit)\b",
    re.IGNORECASE,
)
_ASKER = re.compile(
    r"\b(?:(?:can|do|could|should|would|may|might)\s+(?:i|we|one|you|readers|people|someone|"
    r"anyone)|"
    r"(?:how|where|who(?:m)?)\s+to|i\s+(?:want|need|would\s+like|have)|is\s+there\s+a\s+way)\b"
    r"|^(?:contact|reach|message|write)\b",
    re.IGNORECASE,
)
"""Somebody who wants to do it, rather than somebody of whom it is told."""

_CHANNEL = re.compile(
    r"\b(?:(?:e-?mail|postal|mail(?:ing)?|contact)\s+(?:address|details?|information|info|"
    r"form|line)|"
    r"(?:tele)?(?:phone|fax|signal|contact|whatsapp)\s+number|(?:twitter|instagram|"
    r"social\s+media)\s+"
    r"(?:handle|account|name))\b",
    re.IGNORECASE,
)
_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc]
    for kind, pattern in (
        (
            "money",
            r"\bhow\s+much\b.*\b(?:pay|paid|cost|spend|spent|earn|worth|charge|money|price|"
            r"raise|fund\w*|budget\w*)\b|\bwhat\s+(?:price|amount|sum|budget|fee)\b",
        ),
        (
            "number",
            r"\bhow\s+(?:many|much|old|long|far|tall|high|large|big|often|fast|deep|wide|"
            r"heavy)\b|\bwhat\s+(?:percent\w*|number|share|proportion)\b|\bwhich\s+number\b",
        ),
        (
            "time",
            r"\bwhen\b|\b(?:what|which)\s+(?:year|date|day|month|time|century|decade)\b|"
            r"\bsince\s+when\b|\bhow\s+recently\b",
        ),
        (
            "place",
            r"\bwhere\b|\b(?:what|which)\s+(?:city|country|place|town|state|location|region)\b",
        ),
        (
            "person",
            r"\bwho(?:m|se)?\b|\b(?:what|which)\s+(?:person|company|organi[sz]ation|agency|"
            r"group|team|judge|official)\b",
        ),
        ("reason", r"\bwhy\b|\bwhat\s+(?:caused?|reasons?|made)\b"),
    )
)
_CAPITAL = re.compile(r"[^\W\d_]*[A-Z]")
_NUMBER = re.compile(r"\d")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_TIME = re.compile(
    rf"\b(?:1\d{{3}}|20\d{{2}}|\d{{1,2}}(?::\d{{2}})?\s?[ap]\.?m|{_MONTHS}|(?:mon|tues|"
    rf"wednes|thurs|fri|satur|sun)day|"
    r"today|yesterday|tomorrow|(?:last|next|this)\s+(?:week|month|year)|\d+(?:st|nd|rd|"
    r"th)\s+centur\w+|centur(?:y|ies)|"
    r"(?:spring|summer|autumn|fall|winter)|\d+s|ago|years?|months?|weeks?|days?|hours?|minutes?)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen\w*|score|"
    r"hundred\w*|"
    r"thousand\w*|million\w*|billion\w*|half|third|quarter|once|twice|several|few|single|"
    r"both|percent|none|no)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d|\b\d[\d.,]*\s?(?:million|billion|thousand)?\s?(?:dollars?|euros?|pounds?|"
    r"cents?|usd|eur|gbp|yen|francs?)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due\s+to|in\s+order\s+to|so\s+that|as\s+a\s+result|caus\w+|"
    r"reason\w*|therefore|owing|thus|led\s+to|after|to\s+\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed."""

    text: str
    kind: Kind
    wanted: Wanted
    terms: tuple[str, ...]
    names: tuple[str, ...]
    """Names as they are written, each a run of capitalised words."""

    numbers: tuple[str, ...]
    """Terms that are numbers."""


def analyse(text: str) -> Question:
    """Read off a question what it asks for."""
    asked = tuple(dict.fromkeys(terms(text)))
    return Question(
        text=text,
        kind=_kind(text),
        wanted=next((kind for kind, pattern in _WANTED if pattern.search(text)), "other"),
        terms=asked,
        names=names_in(text),
        numbers=tuple(term for term in asked if _NUMBER.match(term)),
    )


def _kind(text: str) -> Kind:
    plain = text.strip()
    asks_to = _CONTACT.search(plain) and _ASKER.search(plain)
    if (asks_to or _CHANNEL.search(plain)) and len(plain) < 120:  # noqa: PLR2004
        return "contact"
    if _AUTHOR.search(plain):
        return "author"
    return "whole document" if _WHOLE.search(plain) else "fact"


def names_in(text: str) -> tuple[str, ...]:
    """Find the names in a question: capitalised words, the first word only if it must be one."""
    names: list[str] = []
    previous_end = -2
    position = 0
    for number, word in enumerate(words(text)):
        start = text.index(word, position)
        position = start + len(word)
        if not _is_name(word, first=number == 0):
            continue
        joined = start == previous_end + 1 and text[previous_end] in " -"
        if joined and names:
            names[-1] = f"{names[-1]}{text[previous_end]}{word}"
        else:
            names.append(word)
        previous_end = position
    return tuple(dict.fromkeys(names))


def _is_name(word: str, *, first: bool) -> bool:
    bare = re.sub(r"['’]s?$", "", word)
    if not _CAPITAL.match(bare) or fold(bare) in FUNCTION_WORDS - {"us"}:
        return False
    if len(bare) == 1:
        return False
    return not first or sum(char.isupper() for char in bare) > 1


def holds_wanted(question: Question, sentence: str) -> bool:
    """Whether a sentence holds a thing of the kind that the question asks for."""
    match question.wanted:
        case "time":
            return bool(_TIME.search(sentence))
        case "number":
            return bool(_COUNT.search(sentence))
        case "money":
            return bool(_MONEY.search(sentence))
        case "reason":
            return bool(_REASON.search(sentence))
        case "person" | "place":
            asked = set(question.terms)
            later = words(sentence)[1:]
            return any(_is_name(word, first=False) and term_of(word) not in asked for word in later)
        case _:
            return True


def shortened(question: str) -> str:
    """A question as it is shown: whole, unless nobody would read it to the end."""
    return question if len(question) <= LONGEST_QUESTION else question[:LONGEST_QUESTION] + "…"
