"""The file that conversations and notes are kept in: its schema, and what can go wrong with it.

It lies beside the store rather than in it, since a store may be deleted. Each piece of work opens
it anew and is one transaction, so that any number of threads and processes share it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import PullquoteError, reason_of

FORMAT = 1
"""Of the schema; a file of a newer one is left alone."""

WAIT_SECONDS = 5.0
"""How long to wait for another process that writes."""

_APPLICATION = 0x50756C71  # "Pulq": tells our file from any other of SQLite's
_SCHEMA = """
CREATE TABLE conversations (
    conversation TEXT PRIMARY KEY, name TEXT NOT NULL, begun TEXT NOT NULL, changed TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE turns (
    turn INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, words TEXT NOT NULL,
    data TEXT NOT NULL);
CREATE INDEX turns_of_conversation ON turns (conversation);
CREATE TABLE notes (
    note INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, data TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0);
"""


class KeptError(PullquoteError):
    """Nothing can be kept, or what was kept can't be read; answers work all the same."""

    def __init__(self, path: Path, detail: str, advice: str) -> None:
        super().__init__(
            f"Conversations and notes can’t be kept in {str(path)!r}: {detail}. {advice}"
        )


_MAKE_ROOM = (
    "Answers work all the same. Make room there or mend its permissions, or set PULLQUOTE_KEEP=off."
)
_MOVE = "Answers work all the same. Move the file away to begin a new one."


def beside(store: Path) -> Path:
    """Where the conversations about a store's documents are kept."""
    store = store.absolute()
    return store.with_name(f"{store.name}-conversations.sqlite")


class KeptFile:
    """The file, whether it is there yet or not."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read from it; a file that is not there yet is as an empty one.

        Raises:
            KeptError: It can't be read.
        """
        with self._telling():
            if self.path.exists():
                with self._connected() as connection:
                    if not self._is_new(connection):
                        yield connection
                        return
            with closing(sqlite3.connect(":memory:")) as empty:
                empty.executescript(_SCHEMA)
                yield empty

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write to it, all or nothing; it is made if need be, for its owner's eyes only.

        Raises:
            KeptError: It can't be written.
        """
        with self._telling():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with self._connected() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    if self._is_new(connection):
                        self._lay_out(connection)
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)
        with closing(connection):
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is gone
            yield connection

    def _is_new(self, connection: sqlite3.Connection) -> bool:
        """Whether nothing stands in the file yet.

        Raises:
            KeptError: What stands in it is not of this version, or not ours at all.
        """
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if (application, found) == (_APPLICATION, FORMAT):
            return False
        if application == _APPLICATION:
            raise KeptError(
                self.path,
                f"a newer version of Pullquote wrote it (format {found}, this one reads {FORMAT})",
                "Answers work all the same. Update Pullquote, or move the file away.",
            )
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise KeptError(self.path, "the file holds something else", _MOVE)
        return True

    def _lay_out(self, connection: sqlite3.Connection) -> None:
        for statement in _SCHEMA.split(";"):  # `executescript` would end the transaction
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise KeptError(self.path, reason_of(error), _MAKE_ROOM) from error
        except sqlite3.DatabaseError as error:
            raise KeptError(self.path, f"the file is damaged ({error})", _MOVE) from error
