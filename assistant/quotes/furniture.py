"""Tell a publisher's furniture from the article: prompts, promotions, contact and legal lines.

Such lines are told by how they look, by adding up signs of which none is enough by itself: they
begin with an order, speak of "us" to "you", and name what publishers offer. A few signs need no
other: an arrow at the end, a label such as "Read more:" at the beginning, a copyright sign.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

SHORT = 90
"""Characters up to which a line is short; prompts and labels are."""

ENOUGH = 3
"""Points from which on a line is furniture."""

_FIRST = r"(?:please\s+|(?:to|and)\s+[^,.]{3,40},\s+|(?:already|not)\s+[^.?]{3,30}\?\s+)?"
_ORDER = re.compile(
    _FIRST
    + r"(?:visit|join|sign|stay|subscribe|download|click|tap|donate|register|log\s?in|browse|"
    r"submit|"
    r"(?:read|see|watch|hear|find|learn|discover|explore|listen|check|send|share|get|save|"
    r"leave|add|"
    r"write|tell|try|become|buy|order|start|continue|manage|view|enter|consider|don.t\s+miss|"
    r"republish|purchase)(?=\s+(?:out|our|your|us|me|more|the|this|a|an|to|all|here|by|"
    r"off|up|\w+ing)\b)|"
    r"(?:help|like|follow|contact|call|support|e-?mail|message|advertise|comment)(?!-|"
    r"\s+(?:with|it|for)\b)"
    r")\b(?!-)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?<=[.!?:])\s+")
_QUESTION = re.compile(
    r"(?:got|have|want|need|like|love|enjoy\w*|are\s+you\s+an?|do\s+you\s+have\s+an?|"
    r"what\s+do\s+you)\b[^.!?]*\?",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"if\s+you\b", re.IGNORECASE)
_READER = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
_PUBLISHER = re.compile(r"\b(?:we|us|our|ours|me)\b(?<!US)", re.IGNORECASE)
_OFFER = re.compile(
    r"\b(?:newsletters?|inbox|home\s?page|podcasts?|app\s+store|google\s+play|(?:our|the|"
    r"\w+)\s+app|"
    r"facebook|twitter|instagram|linkedin|youtube|tiktok|whatsapp|telegram|mastodon|threads|reddit|"
    r"bluesky|rss|subscri\w+|sign(?:ing)?\s?up|sign\s?in|donat\w+|memberships?|free\s+trial|"
    r"(?:unlimited|full)\s+access|free\s+articles?|articles\s+left|this\s+(?:story|article|post)|"
    r"original\s+(?:story|article)|live\s+updates|gift|newsroom|more\s+(?:stories|news|"
    r"coverage)|(?:breaking|latest|local)\s+news|"
    r"top\s+stories|headlines|alerts?|cookies?|advertis\w+|ad\s?blocker|journalism|"
    r"readers|petition|"
    r"(?:news\s+|story\s+|your\s+)?tips?|letters?\s+to\s+the\s+editor|corrections?|feedback|survey|"
    r"comments?|conversation|https?:/|(?:our|whatsapp|youtube)\s+channel|"
    r"click\w*\s+(?:on\s+)?(?:an?\s+|our\s+|the(?:se)?\s+)?links?|affiliate|"
    r"print\s+edition|creative\s+commons|related\s+(?:stories|articles)|"
    r"(?:the|our|read\w*)\s+(?:community|magazine))\b|"
    r"[$£€]\s?\d[\d.]*\s+(?:an?|per)\s+(?:week|month|year)\b",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?:[»›→▸▶⟩]|>>)$")
_LABEL = re.compile(
    r"(?:(?:now|also|more|see|read|keep\s+reading|continue\s+reading|watch|listen|related|"
    r"recommended|trending|sponsored|tags|tagged|filed|"
    r"previous|next|share|follow|don.t\s+miss|click|editor.s|correction|clarification|"
    r"update|photo|image|"
    r"affiliate|disclosure|disclaimer|you\s+(?:may|might)|our)\b[^:|.,]{0,24}[:|]|click\s+here\b)",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"(?:(?:more|read|most|also|watch)\s+(?:more|on|from|about|in|read|popular|next|"
    r"coverage|news|stories)|"
    r"you\s+(?:may|might)\s+(?:also\s+)?(?:like|enjoy|be\s+interested))\b[^.!?]*$",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"©|\(c\)\s*\d{4}|\ball\s+rights\s+reserved|(?:^|,\s)copyright\s+[\da-z(]*\s?[\d,.]|"
    r"\bdo\s+not\s+sell\s+my\b|\bmay\s+not\s+be\s+(?:reproduced|published|republished|"
    r"redistributed|copied)|"
    r"\bunsubscribe\b|\bnot\s+responsible\s+for\s+the\s+content|\blinks?\b.*\bcommission\b|"
    r"\bcommission\b.*\blinks?\b|^this\s+(?:article|story|post)\b.*\b(?:edition|"
    r"originally|updated|amended|"
    r"corrected|republished)\b|^(?:first|originally)\s+(?:published|appeared)\b|"
    r"\breprinted\s+with\s+permission|"
    r"\bthe\s+environment\s+before\s+printing|\b(?:cookie|privacy)\s+policy\b.{0,9}$",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\(?(?:[Ww]ith\s+(?:inputs|files|(?:additional\s+)?reporting|contributions)\s+from\b|"
    r"(?:Additional\s+)?(?:[Rr]eporting|[Ee]diting|[Ww]riting|[Ii]llustrations?|"
    r"[Pp]hoto\w*|[Gg]raphics?|"
    r"[Vv]ideo|[Pp]roduction)\s+by\s+[A-Z]\w+\s+[A-Z])"
)
_LABEL_WORDS = frozenset(
    """
    advertisement advertisements are article articles back click closed comment comments content
    continue copy down email facebook follow for from here home in instagram licensing link
    linkedin load log main menu more most navigation newsletter newsletters next now on our out
    page photo photos popular post posts previous print privacy promoted purchase read reading
    recommended reddit related rights save scroll search see shared share sign site skip
    sponsored stories story subscribe tags the this to top topics trending tweet twitter up us
    video view viewed videos watch whatsapp you
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_ALONE = frozenset(
    {"advertisement", "advertisements", "comments", "sponsored", "subscribe", "tags"}
)
_EMAIL = re.compile(r"[\w.+-]+(?:@|\s*[\[(]at[\])]\s*)[\w-]+\.\w{2,}")
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d{1,5}\)?(?:[\s.-]\(?\d{2,4}\)?){2,}(?!\w)")
_REACH = re.compile(
    r"\b(?:contact|reach(?:ed)?|e-?mail|phone|call|ring|write\s+to|message|tips?|signal|encrypted|"
    r"tele(?:phone)?|fax|hotline|inquir\w+|enquir\w+|follow|tweet)\b",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"(?:to\s+)?(?:contact|reach|message|write\s+to)\s(?!with).*\b(?:via|at|on|through|"
    r"care\s+of)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"\b(?:letters?|enquiries|inquiries|correspondence)\b.*\b(?:sent|addressed)\b", re.IGNORECASE
)
_NAME = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+)?[A-Z][\w’'.-]*"
    r"(?:\s+(?:(?:de|van|von|der|al|bin|la)\s+)*[A-Z][\w’'.-]*){1,3}"
)
_BYLINE = re.compile(
    r"(?:[Bb]y|BY|(?:[A-Z]\w+\s+)?(?:[Ww]ritten|[Rr]eported|[Cc]ompiled|[Ee]dited|[Pp]repared|"
    r"[Aa]uthored|[Dd]rafted)\s+by|(?:[Ww]ords|[Tt]ext|[Ss]tory|[Mm]inutes\s+taken)\s+by|"
    rf"[Aa]uthors?:)\s*:?\s*(?P<name>{_NAME})"
    r"(?:\s*(?:$|[.|•·—–\n])|,?\s+(?:and|for|with)\s|,\s+[A-Z])"
)
_BYLINE_LENGTH = 100
"""Characters up to which a line may be a byline."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a sentence looks like."""

    is_boilerplate: bool
    is_contact: bool
    """Names a way to reach somebody."""

    is_byline: bool


@lru_cache(maxsize=20_000)
def look_at(sentence: str) -> Look:
    """Judge a sentence by its look."""
    line = sentence.strip("*_•· \t\n\xa0")
    contact = _is_contact(line)
    byline = len(line) <= _BYLINE_LENGTH and bool(_BYLINE.match(line))
    return Look(
        is_boilerplate=contact or byline or _is_furniture(line),
        is_contact=contact,
        is_byline=byline,
    )


def _is_contact(line: str) -> bool:
    if _EMAIL.search(line) or _CHANNEL.match(line) or _LETTERS.match(line):
        return True
    return bool((_HANDLE.search(line) or _PHONE.search(line)) and _REACH.search(line))


def _is_furniture(line: str) -> bool:
    if _ARROW.search(line) or _LEGAL.search(line) or _CREDIT.match(line):
        return True
    if len(line) <= SHORT and (_LABEL.match(line) or _TEASER.match(line) or _is_label(line)):
        return True
    return _points(line) >= ENOUGH


def _is_label(line: str) -> bool:
    """Whether a line is made of nothing but what buttons and section heads say."""
    said = re.findall(r"[^\W\d_]+", line.lower())
    if len(said) == 1:
        return said[0] in _ALONE
    return len(said) > 1 and all(word in _LABEL_WORDS for word in said)


def _points(line: str) -> int:
    """Add up what speaks for furniture."""
    order = any(_ORDER.match(part) for part in _PARTS.split(line))
    asks = bool(_QUESTION.match(line))
    offers = min(2, sum(1 for _ in _OFFER.finditer(line)))
    opening = order or asks or bool(_CONDITION.match(line))
    publisher = bool(_PUBLISHER.search(line))
    if re.match(r"thank\s+you\s+for\b", line, re.IGNORECASE):
        return ENOUGH
    if not opening and not publisher:
        return 0
    return (
        offers
        + opening
        + (opening and offers > 0 and len(line) <= SHORT)
        + bool(_READER.search(line))
        + publisher
        + (asks and bool(_READER.search(line)))
    )
