"""Characters that a reader doesn't see, and what else has to be kept from a line or a page.

Each table is what stands between the brackets of a pattern: `re.compile(f"[{TURNING}]")`.
"""

import re

STEERING = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Controls that steer a terminal: all but the tabulator and the line feed."""

TURNING = "\u202a-\u202e\u2066-\u2069"
"""What sets the direction of what follows, or ends that."""

DIRECTION_MARKS = "\u061c\u200e\u200f"
"""What has a direction itself, and so can turn the numbers and signs beside it."""

JOINERS = "\u200c\u200d"
VARIATIONS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""What chooses between forms of the character before it."""

FORMAT = (
    f"{TURNING}{DIRECTION_MARKS}{JOINERS}\xad\u180e\u200b\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's format characters, save those that show, such as the sign of an Arabic number."""

BLANK = f"{VARIATIONS}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0"
"""What shows nothing although Unicode does not count it among the format characters."""

SHOWING_NOTHING = f"{STEERING}{FORMAT}{BLANK}"

SEPARATORS = "\u2028\u2029"
"""Ends of lines and paragraphs to some programs, and nothing to others."""

SURROGATES = "\ud800-\udfff"
"""Halves of characters, which no encoding can hold."""

PRIVATE = "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
"""What means something to a program alone: for private use, or never to be a character."""

HIDDEN = f"{SHOWING_NOTHING}{SEPARATORS}{SURROGATES}{PRIVATE}"
"""What a reader sees nothing of, or nothing that they could tell apart."""


def escaped(pattern: re.Pattern[str], text: str) -> str:
    """Write what matches, character by character, as escapes in the form that JSON has for them."""
    return pattern.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
