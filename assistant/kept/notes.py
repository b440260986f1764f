"""The notes: quotes that a reader has pinned, and their own words between them.

A quote is kept as a conversation keeps it, with its document's digest and place; it can be moved
and removed, but never written to.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from assistant.answer import Citation
from assistant.kept.file import KeptFile
from assistant.kept.record import citation_from_data, storable
from index.errors import PullquoteError

MOST = 1000
"""Notes that are kept, at the most."""

LONGEST = 20_000
"""Characters of a note that a reader writes."""


@dataclass(frozen=True, slots=True)
class Note:
    """A pinned quote, or words of the reader's own."""

    key: int
    quote: Citation | None = None
    words: str = ""


class TooManyNotesError(PullquoteError):
    """There are as many notes as there may be."""

    def __init__(self) -> None:
        super().__init__(
            f"There are {MOST:,} notes, and there can’t be more. Take them away, and remove some."
        )


class Notes:
    """The notes in a file, in their order. A key that there is none of changes nothing."""

    def __init__(self, file: KeptFile) -> None:
        self.file = file

    def listed(self) -> list[Note]:
        """All of them; one that can't be read is left out.

        Raises:
            KeptError: They can't be read.
        """
        with self.file.reading() as connection:
            rows = connection.execute(
                "SELECT note, data FROM notes WHERE NOT deleted ORDER BY place, note"
            ).fetchall()
        return [note for key, data in rows if (note := _note(key, data))]

    def pin(self, quotes: Sequence[Citation], above: str = "") -> int:
        """Add quotes at the end, but those that are there already.

        Args:
            quotes: The quotes.
            above: Words to put above them, if there is a new one.

        Returns:
            How many were added.

        Raises:
            KeptError: They can't be written.
            TooManyNotesError: There are too many.
        """
        there = {_place(note.quote) for note in self.listed() if note.quote}
        new = [quote for quote in quotes if _place(quote) not in there]
        if new:
            with self.file.writing() as connection:
                for data in ([_words(above)] if above.strip() else []) + list(map(_quote, new)):
                    _insert(connection, _last(connection) + 1, data)
        return len(new)

    def write(self, words: str, key: object = None, below: object = None) -> int | None:
        """Write words of the reader's own.

        Args:
            words: The words.
            key: Of the note that they take the place of; None for a new one.
            below: Key of the note that a new one comes below; of none, it comes first.

        Returns:
            The note's key; None if there is none of that key that may be written to.

        Raises:
            KeptError: They can't be written.
            TooManyNotesError: There are too many.
        """
        data = _words(words)
        with self.file.writing() as connection:
            if key is None:
                place = _place_of(connection, below) or 0
                connection.execute("UPDATE notes SET place = place + 1 WHERE place > ?", (place,))
                return _insert(connection, place + 1, data)
            row = connection.execute(
                "SELECT data FROM notes WHERE note = ? AND NOT deleted", (_key(key),)
            ).fetchone()
            note = _note(_key(key), row[0]) if row else None
            if note is None or note.quote is not None:
                return None
            connection.execute("UPDATE notes SET data = ? WHERE note = ?", (data, note.key))
            return note.key

    def move(self, key: object, step: int) -> None:
        """Move a note one up or, with a positive step, one down.

        Raises:
            KeptError: They can't be written.
        """
        with self.file.writing() as connection:
            keys = [
                row[0]
                for row in connection.execute(
                    "SELECT note FROM notes WHERE NOT deleted ORDER BY place, note"
                )
            ]
            if _key(key) not in keys:
                return
            at = keys.index(_key(key))
            keys.insert(max(0, at + (1 if step > 0 else -1)), keys.pop(at))
            connection.executemany(
                "UPDATE notes SET place = ? WHERE note = ?",
                [(place, note) for place, note in enumerate(keys, start=1)],
            )

    def remove(self, key: object) -> None:
        """Remove a note; until the next is removed it can be restored.

        Raises:
            KeptError: It can't be written.
        """
        with self.file.writing() as connection:
            connection.execute("DELETE FROM notes WHERE deleted")
            connection.execute("UPDATE notes SET deleted = 1 WHERE note = ?", (_key(key),))

    def restore(self, key: object) -> None:
        """Take back that a note was removed.

        Raises:
            KeptError: It can't be written.
        """
        with self.file.writing() as connection:
            connection.execute("UPDATE notes SET deleted = 0 WHERE note = ?", (_key(key),))


def _insert(connection: sqlite3.Connection, place: int, data: str) -> int:
    if connection.execute("SELECT count(*) FROM notes").fetchone()[0] >= MOST:
        raise TooManyNotesError
    added = connection.execute("INSERT INTO notes (place, data) VALUES (?, ?)", (place, data))
    return int(added.lastrowid or 0)


def _last(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(place), 0) FROM notes").fetchone()[0])


def _place_of(connection: sqlite3.Connection, key: object) -> int | None:
    row = connection.execute("SELECT place FROM notes WHERE note = ?", (_key(key),)).fetchone()
    return int(row[0]) if row else None


def _key(key: object) -> int:
    """A key as the browser sends it; one that means nothing is that of no note."""
    return key if isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**63 else 0


def _place(quote: Citation) -> tuple[str, str, int, int]:
    return quote.document_id, quote.digest, quote.span.start, quote.span.end


def _quote(quote: Citation) -> str:
    return json.dumps({"quote": asdict(quote)})


def _words(words: str) -> str:
    return json.dumps({"words": storable(words)[:LONGEST]})


def _note(key: int, data: object) -> Note | None:
    try:
        kept = json.loads(data) if isinstance(data, str) else None
        if not isinstance(kept, dict):
            return None
        if "quote" in kept:
            return Note(key, citation_from_data(kept["quote"]))
        words = kept.get("words")
        return Note(key, words=words) if isinstance(words, str) else None
    except (ValueError, RecursionError):
        return None
