"""The conversations that are kept: saved as they grow, listed, found, renamed, deleted."""

import re
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.kept.file import KeptError, KeptFile, beside
from assistant.kept.record import KeptTurn, storable, turn_as_json, turn_from_json
from index.settings import Settings
from index.terms import fold

LISTED = 500
"""Conversations that are listed, at the most; the newest."""

LONGEST_NAME = 200

_KEY = re.compile(r"[0-9a-f]{16}")
_LIST = """
SELECT c.conversation, c.name, c.changed, min(t.turn), t.data, count(*) FROM conversations c
JOIN turns t ON t.conversation = c.conversation WHERE NOT c.deleted
GROUP BY c.conversation HAVING has_words(c.name || ' ' || group_concat(t.words, ' '))
ORDER BY c.changed DESC, c.rowid DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list of all."""

    key: str
    name: str
    """As it was named, else its first question."""

    changed: str
    """When it was last added to, in ISO 8601, UTC."""

    turns: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, read back."""

    key: str
    name: str
    turns: tuple[tuple[int, KeptTurn], ...]
    """Each with its place in the file."""


def new_key() -> str:
    """A key for a conversation to be."""
    return secrets.token_hex(8)


def now() -> str:
    """The time, as it is kept."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Conversations:
    """The conversations in a file. What is asked for by a key that there is none of is nothing."""

    def __init__(self, file: KeptFile) -> None:
        self.file = file

    def save(
        self,
        key: str,
        turns: Sequence[tuple[int | None, KeptTurn]],
        dropped: Sequence[int] = (),
    ) -> list[int]:
        """Keep turns of a conversation, new ones and changed ones.

        Args:
            key: The conversation's.
            turns: Each with its place in the file; None for a new one.
            dropped: Places of turns that are no more.

        Returns:
            The turns' places.

        Raises:
            KeptError: They can't be written.
        """
        with self.file.writing() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, '', ?, ?, 0) ON CONFLICT (conversation) "
                "DO UPDATE SET changed = excluded.changed, deleted = 0",
                (key, now(), now()),
            )
            for place in dropped:
                connection.execute(
                    "DELETE FROM turns WHERE turn = ? AND conversation = ?", (place, key)
                )
            return [_write(connection, key, place, turn) for place, turn in turns]

    def listed(self, words: str = "") -> list[Listed]:
        """Those in which every one of some words stands, the last changed first.

        Raises:
            KeptError: They can't be read.
        """
        wanted = [fold(word) for word in storable(words).split()]

        def has_words(said: object) -> bool:
            folded = fold(str(said))
            return all(word in folded for word in wanted)

        with self.file.reading() as connection:
            connection.create_function("has_words", 1, has_words)
            rows = connection.execute(_LIST, (LISTED,)).fetchall()
        return [
            Listed(str(key), _named(name, data), str(changed), int(many))
            for key, name, changed, _, data, many in rows
        ]

    def read(self, key: object) -> Conversation | None:
        """A conversation with its turns; None if there is none of this key.

        Raises:
            KeptError: It can't be read.
        """
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            return None
        with self.file.reading() as connection:
            found = connection.execute(
                "SELECT name FROM conversations WHERE conversation = ? AND NOT deleted", (key,)
            ).fetchone()
            rows = connection.execute(
                "SELECT turn, data FROM turns WHERE conversation = ? ORDER BY turn", (key,)
            ).fetchall()
        if found is None or not rows:
            return None
        turns = tuple((int(place), turn_from_json(data)) for place, data in rows)
        return Conversation(key, _named(found[0], rows[0][1]), turns)

    def rename(self, key: object, name: str) -> None:
        """Name a conversation; with no name it has its first question's again.

        Raises:
            KeptError: It can't be written.
        """
        name = " ".join(storable(name).split())[:LONGEST_NAME]
        with self.file.writing() as connection:
            connection.execute(
                "UPDATE conversations SET name = ? WHERE conversation = ?", (name, str(key))
            )

    def delete(self, key: object) -> None:
        """Delete a conversation; until the next is deleted it can be restored.

        Raises:
            KeptError: It can't be written.
        """
        with self.file.writing() as connection:
            _purge(connection)
            connection.execute(
                "UPDATE conversations SET deleted = 1 WHERE conversation = ?", (str(key),)
            )

    def restore(self, key: object) -> None:
        """Take back that a conversation was deleted.

        Raises:
            KeptError: It can't be written.
        """
        with self.file.writing() as connection:
            connection.execute(
                "UPDATE conversations SET deleted = 0 WHERE conversation = ?", (str(key),)
            )

    def purge(self) -> None:
        """Let go for good of what was deleted, as when Pullquote starts.

        Raises:
            KeptError: It can't be written.
        """
        if self.file.path.exists():
            with self.file.writing() as connection:
                _purge(connection)


def conversations_of(settings: Settings) -> Conversations | None:
    """Where conversations are kept, what was deleted let go for good; None if they are not."""
    if settings.keep == "off":
        return None
    kept = Conversations(KeptFile(beside(settings.store)))
    with suppress(KeptError):  # told when there is something to keep
        kept.purge()
    return kept


def _purge(connection: sqlite3.Connection) -> None:
    connection.execute(
        "DELETE FROM turns WHERE conversation IN "
        "(SELECT conversation FROM conversations WHERE deleted)"
    )
    connection.execute("DELETE FROM conversations WHERE deleted")


def _write(connection: sqlite3.Connection, key: str, place: int | None, turn: KeptTurn) -> int:
    row = (key, storable(_words_of(turn)), turn_as_json(turn))
    if place is None:
        added = connection.execute(
            "INSERT INTO turns (conversation, words, data) VALUES (?, ?, ?)", row
        )
        return int(added.lastrowid or 0)
    connection.execute(
        "INSERT INTO turns (turn, conversation, words, data) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (turn) DO UPDATE SET words = excluded.words, data = excluded.data "
        "WHERE conversation = excluded.conversation",
        (place, *row),
    )
    return place


def _words_of(turn: KeptTurn) -> str:
    """What a turn is found by."""
    answer = turn.answer
    said = [answer.text, *(one.title for one in answer.citations)] if answer else []
    return "\n".join([turn.question, *said])


def _named(name: object, first: object) -> str:
    return str(name) or turn_from_json(first).question
