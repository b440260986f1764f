"""Turns as JSON: every quote with its document, digest, place and what the document says of itself.

Positions are half-open and counted in characters of the document's text, whose source has the
digest.
"""

import json
from collections.abc import Sequence

from assistant.kept.record import KeptTurn, turn_as_json

FORMAT = 1


def as_json(title: str, turns: Sequence[KeptTurn]) -> str:
    """A conversation, or some turns of one, as JSON."""
    data = {
        "format": FORMAT,
        "title": title,
        "turns": [json.loads(turn_as_json(turn)) for turn in turns],
    }
    return json.dumps(data, indent=2) + "\n"
