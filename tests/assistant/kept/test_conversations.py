import multiprocessing
import resource
import signal
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from assistant.answer import Answer, cite
from assistant.kept.conversations import Conversations, conversations_of, new_key
from assistant.kept.file import KeptError, KeptFile, beside
from assistant.kept.record import UNREADABLE, KeptTurn
from index.document import Document, Span
from index.errors import SettingsError
from index.settings import Settings

QUAY = Document("quay.txt", "The quay", "The Café was 100% full.", "d", "quay.txt")
ANSWER = Answer("?", "?", "“The Café was 100% full.” [1]", (cite(1, QUAY, Span(0, 23)),), True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return beside(tmp_path / "store")


@pytest.fixture
def kept(path: Path) -> Conversations:
    return Conversations(KeptFile(path))


def begun(kept: Conversations, *questions: str) -> str:
    key = new_key()
    kept.save(key, [(None, KeptTurn(question, answer=ANSWER)) for question in questions])
    return key


def names(kept: Conversations, words: str = "") -> list[str]:
    return [one.name for one in kept.listed(words)]


def test_nothing_is_written_before_there_is_something_to_keep(
    kept: Conversations, path: Path
) -> None:
    assert kept.listed() == []
    assert kept.read("0" * 16) is None
    kept.purge()
    assert not path.exists()


def test_a_conversation_grows_and_is_read_back(kept: Conversations, path: Path) -> None:
    key = new_key()
    [place] = kept.save(key, [(None, KeptTurn("Was it full?"))])
    kept.save(key, [(place, KeptTurn("Was it full?", answer=ANSWER)), (None, KeptTurn("And now?"))])
    found = Conversations(KeptFile(path)).read(key)
    assert found is not None
    assert found.name == "Was it full?"
    assert [(turn.question, turn.answer) for _, turn in found.turns] == [
        ("Was it full?", ANSWER),
        ("And now?", None),
    ]
    assert [(one.key, one.turns) for one in kept.listed()] == [(key, 2)]


def test_only_its_owner_can_read_the_file(kept: Conversations, path: Path) -> None:
    begun(kept, "Was it full?")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_turn_that_is_replaced_is_gone(kept: Conversations) -> None:
    key = begun(kept, "One?", "Two?")
    found = kept.read(key)
    assert found is not None
    other = begun(kept, "Other?")
    kept.save(other, [], dropped=[found.turns[1][0]])  # not its own
    kept.save(key, [(None, KeptTurn("Three?"))], dropped=[found.turns[0][0]])
    found = kept.read(key)
    assert found is not None
    assert [turn.question for _, turn in found.turns] == ["Two?", "Three?"]


@pytest.mark.parametrize("words", ["cafe", "CAFÉ full", "100%", "full? was", "the quay"])
def test_a_conversation_is_found_by_words_of_its_questions_and_answers(
    kept: Conversations, words: str
) -> None:
    begun(kept, "Was it full?")
    kept.save(new_key(), [(None, KeptTurn("Something else"))])
    assert names(kept, words) == ["Was it full?"]


@pytest.mark.parametrize("words", ["%", "_", "nowhere", "cafe nowhere", "'; DROP TABLE turns --"])
def test_signs_that_mean_something_to_a_database_are_words(kept: Conversations, words: str) -> None:
    kept.save(new_key(), [(None, KeptTurn("Was it full?"))])
    assert names(kept, words) == []
    assert names(kept) == ["Was it full?"]


def test_it_is_found_by_its_name_and_has_its_question_again_without_one(
    kept: Conversations,
) -> None:
    key = begun(kept, "Was it full?")
    kept.rename(key, "  The \n harbour\0\udc80 ")
    assert names(kept, "harbour") == ["The harbour��"]
    kept.rename(key, " ")
    assert names(kept) == ["Was it full?"]


def test_a_deleted_one_comes_back_until_the_next_is_deleted(
    kept: Conversations, path: Path
) -> None:
    one, two = begun(kept, "One secretly?"), begun(kept, "Two?")
    kept.delete(one)
    assert names(kept) == ["Two?"]
    assert kept.read(one) is None
    kept.restore(one)
    assert names(kept) == ["Two?", "One secretly?"]
    kept.delete(one)
    kept.delete(two)
    kept.restore(one)
    kept.restore(two)
    assert names(kept) == ["Two?"]
    assert b"secretly" not in path.read_bytes()


def test_what_was_deleted_is_gone_when_pullquote_starts_again(kept: Conversations) -> None:
    one = begun(kept, "One?")
    kept.delete(one)
    kept.purge()
    kept.restore(one)
    assert names(kept) == []


@pytest.mark.parametrize("key", [None, 5, "", "' OR 1", "0" * 15, ["0" * 16]])
def test_a_key_that_is_none_finds_nothing(kept: Conversations, key: object) -> None:
    begun(kept, "One?")
    assert kept.read(key) is None
    kept.delete(key)
    assert names(kept) == ["One?"]


def test_rows_that_another_wrote_are_told_rather_than_believed(
    kept: Conversations, path: Path
) -> None:
    key = begun(kept, "One?")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE turns SET data = x'ff00'")
    connection.close()
    found = kept.read(key)
    assert found is not None
    assert found.turns[0][1].problem == UNREADABLE
    assert names(kept) == [""]


def test_threads_do_not_get_in_each_others_way(kept: Conversations) -> None:
    threads = [threading.Thread(target=begun, args=(kept, f"{n}?")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(kept)) == sorted(f"{n}?" for n in range(12))


def _add(path: Path, key: str) -> None:
    kept = Conversations(KeptFile(path))
    for n in range(20):
        kept.save(key, [(None, KeptTurn(f"{n}?"))])


def test_two_processes_add_to_one_conversation(kept: Conversations, path: Path) -> None:
    key, spawn = new_key(), multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_add, args=(path, key)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert [one.turns for one in kept.listed()] == [40]


def test_a_newer_file_is_left_alone(kept: Conversations, path: Path) -> None:
    begun(kept, "One?")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(KeptError, match=r"newer version .*format 9.* Update Pullquote"):
        begun(kept, "Two?")
    with pytest.raises(KeptError, match="newer version"):
        kept.listed()


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_told(kept: Conversations, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for work in (lambda: begun(kept, "One?"), kept.listed):
        with pytest.raises(KeptError, match=r"store-conversations.sqlite.*Answers work all the"):
            work()
    assert path.read_bytes() == content


def test_another_programs_database_is_not_written_to(kept: Conversations, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE turns (x)")
    connection.close()
    with pytest.raises(KeptError, match="holds something else"):
        begun(kept, "One?")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Conversations(KeptFile(beside(tmp_path / "file" / "store")))
    with pytest.raises(KeptError, match=r"can’t be kept in .*PULLQUOTE_KEEP=off"):
        begun(kept, "One?")
    folder = tmp_path / "store-conversations.sqlite"
    folder.mkdir()
    with pytest.raises(KeptError, match=r"Is a directory"):
        begun(Conversations(KeptFile(folder)), "One?")


def _fill(path: Path, told: "multiprocessing.Queue[str]") -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        begun(Conversations(KeptFile(path)), "x" * 300_000)
    except KeptError as error:
        told.put(str(error))


def test_a_full_disk_is_told_and_leaves_what_there_was(kept: Conversations, path: Path) -> None:
    begun(kept, "One?")
    spawn = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[str] = spawn.Queue()
    process = spawn.Process(target=_fill, args=(path, told))
    process.start()
    assert "Make room there" in told.get(timeout=60)
    process.join(60)
    assert names(kept) == ["One?"]


def test_a_setting_keeps_nothing(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    assert conversations_of(Settings.from_env({}, store=store, keep="off")) is None
    kept = conversations_of(Settings.from_env({}, store=store))
    assert kept is not None
    assert kept.file.path == beside(tmp_path / "store")
    with pytest.raises(SettingsError, match="must be 'on' or 'off'"):
        Settings.from_env({"PULLQUOTE_KEEP": "perhaps"})
