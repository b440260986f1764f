"""What a model says around its answer, which claims nothing: lead-ins, headings, closing lines."""

import re

from assistant.prose.reply.sentences import Written

_LONGEST_HEADING = 8
"""Words."""

_LEAD_IN = re.compile(r"[^.!?\d]{0,120}:$")
_REMARK = re.compile(
    r"(?:sure|certainly|of course|absolutely|great question|okay|ok|thank(?:s| you))\b[^.!?]{0,30}|"
    r"(?:i\s+)?hope\s+(?:this|that|it|these)\b.{0,80}|"
    r"(?:please\s+)?(?:let\s+me|feel\s+free|don[’']t\s+hesitate|let[’']s)\b.{0,120}|"
    r"if\s+(?:you|there|anything)\b.{0,80}\b(?:let\s+me\s+know|ask|happy|glad)\b.{0,60}|"
    r"(?:is|are)\s+there\s+any(?:thing)?\b.{0,80}|(?:do|would)\s+you\b.{0,80}|"
    r"i(?:[’'](?:ll|m|d|ve)|\s+(?:will|am|can|would|need|have\s+to|should))\b.{0,120}|"
    r"(?:in|to)\s+(?:summary|conclusion|short|sum\s+up|summari[sz]e)",
    re.IGNORECASE,
)


def is_remark(sentence: str) -> bool:
    """Whether a sentence without a label speaks of the answer or to the reader, of nothing else."""
    return bool(_LEAD_IN.fullmatch(sentence) or _REMARK.fullmatch(sentence.rstrip(" .!?:,…")))


def is_heading(written: Written) -> bool:
    """Whether a line without a label has the form of a heading."""
    words = re.findall(r"\w+", written.text)
    is_short = len(words) <= _LONGEST_HEADING
    return written.is_line and is_short and not any(char.isdigit() for char in written.text)
