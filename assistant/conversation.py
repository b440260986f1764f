"""History and a follow-up → a question that stands alone, without a language model.

A follow-up leaves out what an earlier question said. What it leaves out shows in its form: it
puts a new name in place of the old ("And IBM?"), points back with a pronoun ("Did he agree?"),
or is too short to be a question by itself ("For how long?"). Anything else stands alone already
and is left as it is.
"""

import re
from dataclasses import dataclass

from assistant.answer import History
from assistant.question import analyse, names_in
from index.terms import fold, terms, words

TURNS = 12
"""Earlier turns that are looked at."""

TURN_CHARACTERS = 2000
"""How much of an earlier question is looked at, from its end: what was longer was refused."""

SHORT = 2
"""Terms up to which a question without a name is too short to stand alone."""

FRAGMENT = 3
"""Terms up to which words that are no clause are too few to stand alone."""

LONG = 300
"""Characters from which on of an earlier turn only the last question is used."""

LONGEST_NAME = 4
"""Words that "And …?" may name to be put in another's place."""

_FILLER = re.compile(
    r"(?:(?:and|but|so|ok(?:ay)?|well|hm+|oh|or|i\s+see|got\s+it|great|good|nice|sorry|thanks?(?:\s+you)?|"
    r"hi|hello|please|by\s+the\s+way|yes|no|right|also|then|now|that(?:\s+is|[’']s)\s+(?:ok(?:ay)?|fine|all|good))\b"
    r"[\s,.!:;–—-]*)+",
    re.IGNORECASE,
)
_CORRECTION = re.compile(r"I\s+mean(?:t)?\b", re.IGNORECASE)
_CONNECTIVE = re.compile(r"(?:and|but|so|then|also|or)\b", re.IGNORECASE)
_ABOUT = re.compile(r"(?:(?:what|how)\s+about|what\s+of)\s+", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|am|be|been|did|do|does|has|have|had|can|could|will|would|shall|should|may|"
    r"might|must|who|whom|whose|what|when|where|why|which|how|tell|explain|describe|list|show|give|"
    r"compare|summari[sz]e|name|find)\b|\w{3,}(?:ed|n’t|n't)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:(?P<whose>his|her(?=\s+[a-z]))|he|she|him|her)\b", re.IGNORECASE)
_THING = re.compile(r"(?:it|they)\b|(?P<whose>its|their)\s", re.IGNORECASE)
_POINTER = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|those|one|ones|same|another|else|"
    r"instead|the\s+(?:rest|remainder|remaining)|(?:an|the|any|some|which|what|how\s+many|are\s+there|of\s+the)\s+others?|other\s+than|"
    r"(?:in|from|to|at|over|up|out|vote|live|go|get|was|is|happen\w*)\s+there|there\s*\W*$|"
    r"th(?:is|at)(?:\s*\W*$|\s+(?:is|was|are|were|mean|means|happen\w*|work\w*)))\b",
    re.IGNORECASE,
)
"""What stands for a thing that was named before, perhaps in the same question."""

_POSSESSIVE = re.compile(r"(?:its|their|his|her)\b", re.IGNORECASE)
_DEMONSTRATIVE = re.compile(
    r"\b(?:this|these|such|the\s+(?:same|former|latter))\s+"
    r"(?!a\b|as\b|is\b|was\b|day|week|month|year|morning|evening|season|time\b|article|document|text|story|"
    r"stories|report|page|paper|file|piece|post|minutes|source)[a-z]"
    r"|\bthat\s+[a-z]+\W*$",
    re.IGNORECASE,
)
"""The same with a word for the thing; it was named in an earlier question."""

_EXPLETIVE = re.compile(
    r"\bit\s+(?:is\s+|was\s+)?(?:\w+ly\s+)?(?:true|possible|clear|likely|necessary|known|legal|safe|take|cost)\b",
    re.IGNORECASE,
)
"""An "it" that stands for nothing."""

_OWN_DOCUMENT = re.compile(r"\b(?:it|this|that|they|these|those)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\b(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|may|might)\s+",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:to|of|for|from|by|in|at|on|with|against|about)\s+", re.IGNORECASE)
_MONTH = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)$",
    re.IGNORECASE,
)
_PERSON_NAME = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Dame|Lord|Lady|Cllr|Councillor|Captain|President)\.?\s+"
    r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)?|[A-Z][a-zà-ÿ’'-]+(?:\s+[A-Z]\.)?\s+[A-Z][\w’'-]+)"
)


@dataclass(frozen=True, slots=True)
class _Topic:
    """What a conversation is about at some point."""

    question: str = ""
    """The last question that stood alone."""

    followed: str = ""
    """The last follow-up since."""

    answer: str = ""
    """What was answered to it and to the follow-ups since."""


def standalone(question: str, history: History) -> str:
    """Make a question stand alone.

    Args:
        question: The follow-up, as it was asked.
        history: The turns before, oldest first.

    Returns:
        The question itself when it stands alone or there is no history.
    """
    topic = _Topic()
    for asked, answered in history[-TURNS:]:
        topic = _after(asked[-TURN_CHARACTERS:], answered, topic)
    return _resolved(question, topic)[0]


def _after(asked: str, answered: str, topic: _Topic) -> _Topic:
    """What the conversation is about after a turn."""
    asked = asked.strip()
    if not _is_said(asked) or not terms(_bare(asked)) or _is_about_document(asked):
        return topic
    resolved, leans = _resolved(asked, topic)
    if leans:
        follow = resolved.removeprefix(_before(topic)).strip()
        followed = follow if len(set(terms(follow))) > 1 else topic.followed
        return _Topic(topic.question, followed, f"{topic.answer}\n{answered}")
    return _Topic(resolved, answer=answered)


def _resolved(question: str, topic: _Topic) -> tuple[str, bool]:
    """Fill in what a question leaves out, and tell whether it was a follow-up to the topic."""
    question = question.strip()
    if not topic.question or not _is_said(question) or _is_about_document(question):
        return question, False
    if swapped := _swapped(question, topic):
        return swapped, False
    bare = _bare(question)
    if not _leans(question, bare):
        return question, False
    if filled := _filled(bare, topic):
        return filled, True
    follow = bare if _CLAUSE.search(bare) else question
    return f"{_before(topic)} {_capitalised(follow)}", True


def _is_said(question: str) -> bool:
    """Whether a turn asks for anything, and is not just thanks."""
    return bool(words(question)) and bool(_FILLER.sub("", question, count=1).strip("?!. "))


def _is_about_document(question: str) -> bool:
    """Whether a question is about the document or its author, whatever was said before."""
    kind = analyse(question).kind
    if kind == "whole document":  # "What is it about?" may be about anything
        return analyse(_OWN_DOCUMENT.sub("", question)).kind == kind
    return kind != "fact"


def _leans(question: str, bare: str) -> bool:
    """Whether a question needs the one before to be understood."""
    found = set(terms(bare))
    named = bool(names_in(f"x {bare}"))
    if len(found) <= (FRAGMENT if not _CLAUSE.search(bare) else SHORT if not named else 0):
        return True
    if _CORRECTION.match(bare) or _ABOUT.match(bare) or _DEMONSTRATIVE.search(bare):
        return True
    if _CONNECTIVE.match(question) and not named:
        return True
    pointer = _POINTER.search(_EXPLETIVE.sub("", bare))
    if not pointer:
        return False
    before = bare[: pointer.start()]
    enough = 1 if _POSSESSIVE.match(pointer[0]) else SHORT  # "Did the council raise its fees?"
    return not names_in(f"x {before}") and len(set(terms(before))) <= enough


def _swapped(question: str, topic: _Topic) -> str:
    """Put the thing that "And IBM?" names in place of the one that the question before names."""
    rest = _bare(question)
    about = _ABOUT.match(rest)
    if not about and not _CONNECTIVE.match(question):
        return ""
    thing = rest[about.end() if about else 0 :].strip().rstrip("?!. ")
    thing = re.sub(r"['’]s$", "", _PREPOSITION.sub("", thing, count=1))
    is_thing = 1 <= len(words(thing)) <= LONGEST_NAME and not (
        _POINTER.search(thing) or _CLAUSE.search(thing)
    )
    thing = _cased(thing, topic)
    if not is_thing or not (names_in(f"x {thing}") or re.fullmatch(r"[^\W\d]+", thing)):
        return ""
    old = _counterpart(thing, topic)
    if not old or fold(old) == fold(thing):
        return ""
    article = r"(?:\b[Tt]he\s+)?" if thing.lower().startswith("the ") else ""
    pattern = rf"{article}(?<!\w){re.escape(old)}\b"
    return _capitalised(re.sub(pattern, lambda _: thing, topic.question, count=1))


def _cased(thing: str, topic: _Topic) -> str:
    """A name typed in lower case, as the conversation wrote it before."""
    if thing != thing.lower():
        return thing
    pattern = rf"(?<!\w){re.escape(thing)}(?!\w)"
    found = re.findall(pattern, f"{topic.question}\n{topic.answer}", re.IGNORECASE)
    return next((one for one in found if one[:1].isupper()), thing)


def _counterpart(thing: str, topic: _Topic) -> str:
    """The name that a new one most likely replaces: one of the same form, or the first."""
    before = topic.question
    article = thing.lower().startswith("the ")
    bare = thing[4:] if article else thing
    names = [name for name in names_in(_lower_first(before)) if not _MONTH.match(name)]
    if not names and (subject := _subject(before)):
        names = [subject]

    def likeness(name: str) -> int:
        has_article = bool(re.search(rf"\bthe\s+{re.escape(name)}", before, re.IGNORECASE))
        return (has_article == article) + (name.isupper() == bare.isupper())

    return max(names, key=likeness, default="")


def _subject(question: str) -> str:
    """The name that a question in lower case asks about, told by its place after the auxiliary."""
    auxiliary = _SUBJECT.search(question)
    following = words(question[auxiliary.end() :])[:1] if auxiliary else []
    return "".join(word for word in following if terms(word) and question == question.lower())


def _filled(bare: str, topic: _Topic) -> str:
    """Put a name in place of a pronoun, where it is plain which."""
    if names_in(f"x {bare}") or _DEMONSTRATIVE.search(bare):
        return ""
    match = _PERSON.search(bare)
    name = (_people(topic) or [""])[0] if match else ""
    if not match and (auxiliary := _SUBJECT.search(bare)) and not _EXPLETIVE.search(bare):
        match = _THING.match(bare, auxiliary.end())
        name = _asked_about(topic.question)
    if not match or not name:
        return ""
    put, rest = name, bare[match.end() :]
    if match["whose"]:
        put, rest = f"{name}’s ", rest.lstrip()
    return _capitalised(f"{bare[: match.start()]}{put}{rest}")


def _asked_about(question: str) -> str:
    """The only name in a question, if it is what the question's verb is about."""
    names = [name for name in names_in(_lower_first(question)) if not _MONTH.match(name)]
    if len(names) != 1:
        return ""
    auxiliary = _SUBJECT.search(question)
    return names[0] if auxiliary and question[auxiliary.end() :].startswith(names[0]) else ""


def _people(topic: _Topic) -> list[str]:
    """Names of people: in the question, or the first that the answer gives."""
    asked = list(_PERSON_NAME.findall(_lower_first(topic.question)))
    if not asked and re.match(r"who\b", topic.question, re.IGNORECASE):
        asked = _PERSON_NAME.findall(topic.answer)
    names = asked or list(names_in(_lower_first(topic.question)))
    people = [re.sub(r"['’]s$", "", name) for name in names if not _MONTH.match(name)]
    return people if asked or len(people) == 1 else []


def _bare(question: str) -> str:
    """A question without the words that only tie it to the conversation."""
    opening = _FILLER.match(question)
    return question[opening.end() :].strip() or question if opening else question


def _before(topic: _Topic) -> str:
    """The earlier questions that a follow-up is put behind."""
    turns = [topic.question, topic.followed] if topic.followed else [topic.question]
    return " ".join(_capitalised(_ended(_gist(turn))) for turn in turns)


def _gist(turn: str) -> str:
    """A turn, or of a long one the last question in it."""
    if len(turn) <= LONG:
        return turn
    asked = re.findall(r"[^.?!]+\?", turn)
    last = (asked[-1] if asked else turn).strip()
    return last if len(last) <= LONG else last[-LONG:].partition(" ")[2]


def _ended(question: str) -> str:
    return question if re.search(r"[.?!…]$", question) else f"{question}?"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    """A question whose first word is not taken for a part of a name."""
    first = words(text)[:1]
    return text[:1].lower() + text[1:] if first and not terms(first[0]) else text
