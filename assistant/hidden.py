"""Characters that nobody sees or that mean something to a program alone."""

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e01ef\U000f0000-\U0010ffff]"
)


def without_hidden(text: str) -> str:
    """A text of which a reader sees every character."""
    return HIDDEN.sub("", text)
