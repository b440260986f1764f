"""What a question asks for, read off its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from index.languages import ENGLISH, NOUNS_HAVE_CAPITALS, function_words, plain
from index.recognition import language_asked_in
from index.terms import term_of, terms, words

Kind: TypeAlias = Literal["fact", "whole document", "author", "contact", "mention"]

LONGEST_QUESTION = 2_000
"""Characters; what is longer is not a question but a text."""

ORDINARY = frozenset(
    term_of(word)
    for word in """
    add affect agree allow ask bad become begin believe best better big bring buy call case
    cause change choose close come compare consider continue cost create date day decide
    describe details different difference end example exist expect explain fact fast feel find
    first follow good great happen hard hear help high hold idea important include information
    involved keep kind know last late lead learn leave left less list live long look lose lot
    low main mean meet mention money move name need new next number occur offer old open order
    part pay people person place plan point possible problem promise provide purpose put reach
    read real reason receive remain require rest result right run say see sell send set short
    show sort speak spend stand start stop sure take talk tell thing think time took try turn
    type understand use want watch win word work write wrong year
    """.split()  # noqa: SIM905 - a list would be unreadable
)
"""Terms of words so common that they name nothing, and their absence tells a reader nothing."""

_DOCUMENT = (
    r"(?:articles?|stor(?:y|ies)|documents?|texts?|pieces?|reports?|papers?|posts?|files?|pages?|"
    r"minutes|features?|sources?|it|this|that)"
)
_WHOLE = re.compile(
    rf"\b(?:what(?:'s|\s+is|\s+are)?|"
    rf"tell\s+me\s+what)\s+(?:\w+\s+){{0,3}}?(?:{_DOCUMENT}|collection|library|corpus|archive|folder)\s+(?:\w+\s+){{0,2}}?(?:about|say|"
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
_SEVERAL = re.compile(
    r"\b(?:collection|library|corpus|archive|folder|articles|stories|documents|texts|pieces|reports|"
    r"papers|posts|files|sources|all\s+of\s+(?:it|this|them))\b",
    re.IGNORECASE,
)
_MENTION = re.compile(
    rf"^\W*(?:in\s+)?(?:which|what)\s+(?:of\s+(?:the|my|these|our)\s+)?{_DOCUMENT}\s+(?:do\s+|does\s+)?"
    r"(?:mention(?:s|ed)?|name[sd]?|contains?|speaks?\s+of|talks?\s+about|refers?\s+to|"
    r"(?:is|are)\s+about)\s+(?P<what>.+?)[\s?!.]*$"
    rf"|^\W*(?:where|in\s+(?:which|what)\s+(?:of\s+(?:the|my|these|our)\s+)?{_DOCUMENT})\s+(?:is|are)\s+"
    r"(?P<whom>.+?)\s+mentioned\b[\s?!.]*$",
    re.IGNORECASE | re.DOTALL,
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
_POINTER = re.compile(r"\b(?:it|this|that|they|these|those)\b", re.IGNORECASE)
_CAPITAL = re.compile(r"[^\W\d_]*[A-Z]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed."""

    text: str
    kind: Kind
    terms: tuple[str, ...]
    names: tuple[str, ...]
    """Names as they are written, each a run of capitalised words."""

    language: str = ENGLISH
    """As `index.languages` has it."""


def analyse(text: str, languages: Sequence[str] = (ENGLISH,)) -> Question:
    """Read off a question what it asks for.

    Args:
        text: The question.
        languages: Those that it may be in, the likeliest first.
    """
    language = language_among(text, languages)
    asked = tuple(dict.fromkeys(terms(text, language)))
    return Question(text, _kind(text), asked, names_in(text, language), language)


def language_among(text: str, languages: Sequence[str]) -> str:
    """Which of the languages of documents a question is in: if it doesn't tell, the first."""
    told = language_asked_in(text) if len(languages) > 1 else ""
    return told if told in languages else languages[0]


def speaks_of_several(question: Question) -> bool:
    """Whether a question is about all the documents rather than about one of them."""
    return bool(_SEVERAL.search(question.text))


def mentioned_in(question: Question) -> str:
    """What a question asks for mentions of; empty if it is no such question."""
    found = _MENTION.search(question.text)
    return (found["what"] or found["whom"]) if found else ""


def points_back(question: Question) -> bool:
    """Whether a question may be about what was said before rather than about the document."""
    if question.kind != "whole document":
        return False
    return _kind(_POINTER.sub("", question.text)) != "whole document"


def _kind(text: str) -> Kind:
    plain = text.strip()
    if _MENTION.search(plain):
        return "mention"
    asks_to = _CONTACT.search(plain) and _ASKER.search(plain)
    if (asks_to or _CHANNEL.search(plain)) and len(plain) < 120:  # noqa: PLR2004
        return "contact"
    if _AUTHOR.search(plain):
        return "author"
    return "whole document" if _WHOLE.search(plain) else "fact"


def names_in(text: str, language: str = ENGLISH) -> tuple[str, ...]:
    """Find the names in a question: capitalised words, the first word only if it must be one.

    Where every noun has a capital, only those are found that must be names.
    """
    unsure = language in NOUNS_HAVE_CAPITALS
    names: list[str] = []
    previous_end = -2
    position = 0
    for number, word in enumerate(words(text)):
        start = text.index(word, position)
        position = start + len(word)
        if not _is_name(word, language, may_be_none=unsure or number == 0):
            continue
        joined = start == previous_end + 1 and text[previous_end] in " -"
        if joined and names:
            names[-1] = f"{names[-1]}{text[previous_end]}{word}"
        else:
            names.append(word)
        previous_end = position
    return tuple(dict.fromkeys(names))


def _is_name(word: str, language: str, *, may_be_none: bool) -> bool:
    bare = re.sub(r"['’]s?$", "", word)
    if (
        len(bare) == 1
        or not _CAPITAL.match(bare)
        or plain(bare) in function_words(language) - {"us"}
    ):
        return False
    return not may_be_none or sum(char.isupper() for char in bare) > 1


def shortened(question: str) -> str:
    """A question as it is shown: whole, unless nobody would read it to the end."""
    return question if len(question) <= LONGEST_QUESTION else question[:LONGEST_QUESTION] + "…"
