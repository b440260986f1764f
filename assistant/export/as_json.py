"""Turns and notes as JSON: every quote with its document and what that says of itself.

Positions are half-open and counted in characters of the document's text, whose source has the
digest.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from assistant.kept.notes import Note
from assistant.kept.record import KeptTurn, turn_as_json

FORMAT = 1


def notes_as_json(notes: Sequence[Note]) -> str:
    """Notes as JSON, each with its quote or its words."""
    data = {
        "format": FORMAT,
        "title": "Notes",
        "notes": [
            {"quote": asdict(note.quote)} if note.quote else {"words": note.words} for note in notes
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def as_json(title: str, turns: Sequence[KeptTurn]) -> str:
    """A conversation, or some turns of one, as JSON."""
    data = {
        "format": FORMAT,
        "title": title,
        "turns": [json.loads(turn_as_json(turn)) for turn in turns],
    }
    return json.dumps(data, indent=2) + "\n"
