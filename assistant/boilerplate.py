"""Tell a publisher's furniture from the article: prompts, promotions, contact and legal lines.

Such lines are told by how they look: they speak to the reader, begin with an order, point with
an arrow, carry a label in capitals, a copyright sign, an address or a number to reach. No line is
known by its wording alone.
"""

import re
from dataclasses import dataclass

_ORDER = re.compile(
    r"(?:please\s+|to\s+|and\s+|click\s+(?:here\s+)?to\s+)?"
    r"(?:visit|join|sign\s+(?:up|in)|subscribe|follow|download|click|tap|read|contact|e-?mail|share|"
    r"get|support|donate|register|log\s?in|like|watch|listen|see|check\s+out|learn|discover|"
    r"explore|find|call|write|send|submit|browse|shop|become|help|try|enter|stay|don.t\s+miss|"
    r"continue|skip|view|buy|order|advertis\w+|comment|leave|add|save|print|become|tell)\b",
    re.IGNORECASE,
)
_READER = re.compile(r"\b(?:you|your|yours|us|our|ours|me|my)\b", re.IGNORECASE)
_FURNITURE = re.compile(
    r"\b(?:newsletters?|inbox|home\s?page|website|web\s?site|app|apps|app\s+store|google\s+play|"
    r"podcasts?|facebook|twitter|instagram|linkedin|youtube|tiktok|whatsapp|telegram|signal|"
    r"subscri\w+|sign\s?up|log\s?in|account|comments?|conversation|this\s+(?:story|article|post)|"
    r"more\s+(?:stories|on|from|about|news|coverage)|latest\s+news|breaking\s+news|top\s+stories|"
    r"related|alerts?|cookies?|advertis\w+|membership|members?|donations?|trial|free|edition|"
    r"tips?|editor|corrections?|feedback|survey|here|below|link|headlines?)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"©|\(c\)\s*\d{4}|\ball\s+rights\s+reserved|\bcopyright\b|\bprivacy\s+policy|"
    r"\bterms\s+(?:of\s+(?:use|service)|and\s+conditions)\b|\bcookie\s+(?:policy|settings)|\bmay\s+not\s+be\s+reproduced|"
    r"\bdo\s+not\s+sell\s+my\b|\baffiliate\b|\bcommission\b.*\blinks?\b|\bregistered\s+(?:office|charity)|"
    r"\bwithout\s+(?:prior\s+)?(?:written\s+)?permission|\bcorrection\s*:|\bunsubscribe\b|"
    r"\b(?:reporting|editing|writing)\s+by\s+[A-Z]",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:[A-Z][A-Z'’&]+(?:\s+[A-Z'’&]+){0,3}|(?:Read|See|Watch|Listen|Also|More|Related|Recommended|"
    r"Sponsored|Advertisement|Photo|Image|Credit|Source|Tags?|Filed|Topics?|Share)"
    r"(?:\s+\w+){0,2})\s*[:|]"
)
_ASKS = re.compile(r"(?:got|have|want|need|like|love|enjoy\w*)\b[^.!]*\?", re.IGNORECASE)
_TEASER = re.compile(
    r"(?:more|also|related|recommended|most)\s+(?:on|from|about|in|read|popular)\b[^.!?]*$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[»›→▸▶⟩]\s*$|>>\s*$|\.\.\.\s*more$", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+(?:@|\s+(?:at|\[at\])\s+)[\w-]+\.\w{2,}")
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d{1,4}\)?(?:[\s.-]\(?\d{2,4}\)?){2,}(?!\w)")
_REACH = re.compile(
    r"\b(?:contact|reach|e-?mail|phone|call|write\s+to|message|tips?|signal|encrypted|telephone|"
    r"tel|fax|hotline|inquir\w+|enquir\w+|questions?)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:by|written\s+by|words\s+by|text\s+by|story\s+by|report(?:ed|ing)?\s+by|author|authors|"
    r"compiled\s+by|edited\s+by)\s*:?\s+(?=[A-Z])(?P<name>[^.\n]{3,80})$",
    re.IGNORECASE,
)
SHORT = 90
"""Characters up to which a line is short; prompts and labels are."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a sentence looks like."""

    is_boilerplate: bool
    is_contact: bool
    """Names a way to reach somebody."""

    is_byline: bool


def look_at(sentence: str) -> Look:
    """Judge a sentence by its look."""
    line = sentence.strip().strip("*_ ")
    contact = _is_contact(line)
    return Look(
        is_boilerplate=contact or bool(_BYLINE.match(line)) or _signs(line) >= 2,  # noqa: PLR2004 - one sign alone is chance
        is_contact=contact,
        is_byline=bool(_BYLINE.match(line)),
    )


def _is_contact(line: str) -> bool:
    address = bool(_EMAIL.search(line) or _HANDLE.search(line) or _PHONE.search(line))
    if address and _REACH.search(line):
        return True
    order = _ORDER.match(line)
    return bool(order and _REACH.match(line) and re.search(r"\b(?:via|at|on|through)\b", line))


def _signs(line: str) -> int:
    """Count what speaks for furniture; some signs are worth two."""
    order = bool(_ORDER.match(line))
    short = len(line) <= SHORT
    reader = bool(_READER.search(line))
    furniture = len(_FURNITURE.findall(line))
    return (
        2 * bool(_ARROW.search(line))
        + 2 * bool(_LEGAL.search(line) and (short or furniture or line.startswith("©")))
        + bool(_LABEL.match(line) and short) * (1 + order + bool(furniture) + line[:2].isupper())
        + (order and short)
        + (order and bool(furniture))
        + (order and reader)
        + (reader and furniture > 1)
        + (bool(re.match(r"if\s+you\b", line, re.IGNORECASE)) and "link" in line) * 2
        + (reader and line.endswith("?") and short)
        + 2 * (bool(_ASKS.match(line)) and short)
        + 2 * (bool(_TEASER.match(line)) and short)
    )
