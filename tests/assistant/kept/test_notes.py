import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.answer import cite
from assistant.kept import notes as module
from assistant.kept.file import KeptError, KeptFile
from assistant.kept.notes import LONGEST, Note, Notes, TooManyNotesError
from index.document import Document, Span

QUAY = Document("quay.txt", "The quay", "The Café was 100% full. It closed.", "d", "quay.txt")
FULL, CLOSED = cite(1, QUAY, Span(0, 23)), cite(1, QUAY, Span(24, 34))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept.sqlite"


@pytest.fixture
def notes(path: Path) -> Notes:
    return Notes(KeptFile(path))


def shown(notes: Notes) -> list[str]:
    return [note.quote.quote if note.quote else note.words for note in notes.listed()]


def test_quotes_are_kept_below_each_other_and_once(notes: Notes, path: Path) -> None:
    assert notes.listed() == []
    assert not path.exists()
    assert notes.pin([FULL], above="Was it full?") == 1
    assert notes.pin([FULL, CLOSED], above="And then?") == 1
    assert notes.pin([FULL, CLOSED], above="And again?") == 0
    found = Notes(KeptFile(path)).listed()
    assert [note.quote for note in found] == [None, FULL, None, CLOSED]
    assert [note.words for note in found] == ["Was it full?", "", "And then?", ""]


def test_words_stand_where_they_are_put_and_a_quote_is_never_written_to(notes: Notes) -> None:
    notes.pin([FULL, CLOSED])
    quote = notes.listed()[0].key
    between = notes.write("Between.", below=quote)
    notes.write("First.")
    assert shown(notes) == ["First.", FULL.quote, "Between.", CLOSED.quote]
    assert notes.write("Between them.", key=between) == between
    assert notes.write("Forged.", key=quote) is None
    assert notes.write("Of none.", key=10**30) is None
    assert shown(notes) == ["First.", FULL.quote, "Between them.", CLOSED.quote]
    notes.write("x" * (LONGEST + 1) + "\0", key=between)
    assert [len(words) for words in shown(notes)][2] == LONGEST


def test_notes_are_moved_and_stop_at_the_ends(notes: Notes) -> None:
    notes.pin([FULL, CLOSED])
    first, second = (note.key for note in notes.listed())
    notes.move(first, 1)
    assert shown(notes) == [CLOSED.quote, FULL.quote]
    notes.move(first, 5)
    notes.move(second, -1)
    notes.move("1", 1)
    assert shown(notes) == [CLOSED.quote, FULL.quote]


def test_what_is_removed_comes_back_until_the_next_is_removed(notes: Notes, path: Path) -> None:
    notes.pin([FULL, CLOSED])
    first, second = (note.key for note in notes.listed())
    notes.remove(first)
    assert shown(notes) == [CLOSED.quote]
    notes.restore(first)
    assert shown(notes) == [FULL.quote, CLOSED.quote]
    notes.remove(first)
    notes.remove(second)
    notes.restore(first)
    assert shown(notes) == []
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM notes").fetchone() == (1,)


def test_there_are_only_so_many(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    with pytest.raises(TooManyNotesError, match="There are 2 notes, and there can’t be more"):
        notes.pin([FULL, CLOSED], above="One too many")
    assert notes.listed() == []  # all or nothing


@pytest.mark.parametrize("data", ["", "[]", "{}", '{"words": 7}', '{"quote": {}}', "[" * 10_000])
def test_a_note_that_makes_no_sense_is_left_out(notes: Notes, path: Path, data: str) -> None:
    notes.pin([FULL, CLOSED])
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE notes SET data = ? WHERE note = 1", (data,))
        database.commit()
    assert notes.listed() == [Note(2, CLOSED)]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(KeptError, match="Answers work all the same"):
        Notes(KeptFile(tmp_path / "file" / "kept.sqlite")).pin([FULL])
