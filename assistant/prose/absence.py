"""Sentences that say what the passages do not say: no claims, and no faults."""

import re

from assistant.prose.prompt import DECLINE

SAID = "The documents do not say"
"""What stands in a text for the words that the model was told to decline with."""

_SOURCES = (
    r"(?:documents?|passages?|texts?|sources?|articles?|context|excerpts?|sentences?|information|"
    r"materials?)"
)
_NOT = (
    r"(?:do(?:es)?\s+not|don[’']t|doesn[’']t|did\s+not|didn[’']t|cannot|can[’']t|fails?\s+to|"
    r"never|nowhere)"
)
_SAY = (
    r"(?:say|state|contain|mention|provide|answer|include|specif|address|give|tell|discuss|cover|"
    r"indicate|name|describe|explain|reveal|report|list|identif|show|detail)"
)
_GIVEN = (
    r"(?:said|stated|mentioned|provided|answered|specified|given|found|named|described|explained|"
    r"covered|discussed|available)"
)
_ABSENT = re.compile(
    rf"{DECLINE}"
    rf"|\b{_SOURCES}\b[^.]{{0,40}}\b{_NOT}\s+(?:\w+\s+){{0,2}}?{_SAY}"
    rf"|\b(?:no|none\s+of\s+the(?:se)?|neither)\s+{_SOURCES}\s+(?:\w+\s+){{0,2}}?{_SAY}"
    r"|\bI\s+(?:can(?:not|[’']t)|am\s+(?:unable|not\s+able)\s+to|could\s+not|couldn[’']t|do\s+not|don[’']t)\s+"
    r"(?:\w+\s+){0,2}?(?:answer|find|know|determine|tell|have|provide|see)"
    r"|\bthere\s+(?:is|are|was)\s+(?:no|not\s+enough|insufficient)\s+(?:\w+\s+)?"
    r"(?:information|mention|answer|details?|evidence)\b"
    rf"|\b(?:is|are|was|were)\s+not\s+(?:\w+\s+)?{_GIVEN}\s+(?:anywhere\s+)?(?:in|by|from)\s+"
    rf"(?:the|these|any|your)\s+(?:\w+\s+)?{_SOURCES}\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\b(?:is|are|was|were)\s+not\s+(?:\w+\s+)?(?:in|{_GIVEN})\b"
    r"|\b(?:no|not\s+enough|insufficient)\s+(?:relevant\s+)?(?:information|mention|answer)\b",
    re.IGNORECASE,
)
"""What declines as well when it stands without proof, but may be a claim about the world."""

_OF_PASSAGES = re.compile(
    rf"{DECLINE}|(?:(?:sorry|unfortunately|however|but)\W+)?(?:the|these|your)\s+"
    r"(?:provided\s+|given\s+)?(?:documents|passages|excerpts|context|sources)\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"[,;:–—]?\s+(?=(?:but|though|although|however|while|yet|only)\b)", re.IGNORECASE
)


def declines(sentence: str, *, cites: bool) -> bool:
    """Whether a sentence says that the passages do not answer."""
    if cites:  # "The report does not mention the cost [3]" may be what [3] says
        return bool(_OF_PASSAGES.match(sentence)) and not beside_absence(sentence)
    return bool(_ABSENT.search(sentence) or _BARE.search(sentence))


def says_what_is_missing(sentence: str) -> bool:
    """Whether a sentence speaks of the passages alone, and of what they lack."""
    return bool(_ABSENT.search(sentence)) and not beside_absence(sentence)


def beside_absence(sentence: str) -> str:
    """What a sentence claims beside saying what is missing: all of it if it does not say so."""
    return " ".join(part for part in _TURN.split(sentence) if not _ABSENT.search(part))


def without_code(text: str) -> str:
    """The words that the model was told to decline with, put so that a reader understands them."""
    return text.replace(DECLINE, SAID)
