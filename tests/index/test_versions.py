import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from index import versions
from index.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreMissingError,
    StoreUnreadableError,
    StoreUnwritableError,
)
from tests.conftest import ROOT


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def put_one_in_service(store: Path) -> str:
    with versions.writing(store), versions.new_version(store) as folder:
        (folder / "file").write_text("whole")
        versions.put_in_service(store, folder)
    return folder.name


def folders(store: Path) -> set[str]:
    return {path.name for path in (store / "versions").iterdir()}


def test_nothing_is_in_service_at_first(store: Path) -> None:
    with pytest.raises(StoreMissingError, match=r"No index in .*`python -m index build`"):
        versions.current_name(store)
    with pytest.raises(StoreMissingError, match="No index"):
        versions.hold(store)


def test_version_put_in_service_is_the_one_that_is_held(store: Path) -> None:
    name = put_one_in_service(store)
    held, lock = versions.hold(store)
    with lock:
        assert held == name == versions.current_name(store)
        assert (versions.folder_of(store, held) / "file").read_text() == "whole"


def test_version_not_put_in_service_is_deleted(store: Path) -> None:
    name = put_one_in_service(store)
    with pytest.raises(KeyError, match="stop"), versions.new_version(store):
        raise KeyError("stop")
    assert folders(store) == {name}
    assert versions.current_name(store) == name


def test_unused_versions_and_remains_are_deleted(store: Path) -> None:
    put_one_in_service(store)
    name = put_one_in_service(store)
    (store / "versions" / "crashed").mkdir()
    (store / "versions" / "crashed" / "file").touch()
    (store / "CURRENT.crashed").touch()
    versions.delete_unused(store)
    assert folders(store) == {name}
    assert {path.name for path in store.iterdir()} == {"CURRENT", "versions", "writer.lock"}


def test_remains_that_cannot_be_deleted_are_left(store: Path) -> None:
    put_one_in_service(store)
    name = put_one_in_service(store)
    (store / "CURRENT.held").mkdir()
    versions.delete_unused(store)
    assert folders(store) == {name}


def test_version_that_is_read_is_not_deleted(store: Path) -> None:
    old = put_one_in_service(store)
    _, lock = versions.hold(store)
    new = put_one_in_service(store)
    versions.delete_unused(store)
    assert folders(store) == {old, new}
    lock.close()
    versions.delete_unused(store)
    assert folders(store) == {new}


@pytest.mark.parametrize("content", [b"\xff\x00", b"20200101-000000-abcdef\n", None])
def test_nothing_is_deleted_while_current_names_no_version(
    store: Path, content: bytes | None
) -> None:
    name = put_one_in_service(store)
    if content is None:
        (store / "CURRENT").unlink()
    else:
        (store / "CURRENT").write_bytes(content)
    versions.delete_unused(store)
    assert folders(store) == {name}


@contextmanager
def no_more_files() -> Iterator[None]:
    """Have the system refuse to open another file, as a busy one does for a moment."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_current_that_cannot_be_read_now_is_no_damage(store: Path) -> None:
    put_one_in_service(store)
    with no_more_files(), pytest.raises(StoreUnreadableError) as raised:
        versions.hold(store)
    assert "the system says 'Too many open files' of CURRENT. Mend" in str(raised.value)
    assert "damaged" not in str(raised.value)
    versions.hold(store)[1].close()


def test_version_of_which_it_cannot_be_told_whether_it_serves_is_kept(store: Path) -> None:
    with ExitStack() as later, versions.writing(store):
        with versions.new_version(store) as folder:
            (folder / "file").write_text("whole")
            versions.put_in_service(store, folder)
            later.enter_context(no_more_files())
        later.close()
        name, lock = versions.hold(store)
        with lock:
            assert (versions.folder_of(store, name) / "file").read_text() == "whole"


def test_full_disk_is_no_reason_not_to_be_the_writer(store: Path) -> None:
    """Who holds the lock is told as a courtesy; nothing else is written that was not asked for."""
    program = f"""
import resource
from pathlib import Path
from index import versions
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
with versions.writing(Path({str(store)!r})):
    print("writing")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("writing\n", "")


def test_store_whose_name_is_not_unicode_is_refused_at_once(tmp_path: Path) -> None:
    store = tmp_path / os.fsdecode(b"caf\xe9")
    with (
        pytest.raises(StoreUnwritableError, match="its name is not valid Unicode"),
        versions.writing(store),
    ):
        pass
    assert not store.exists()


@pytest.mark.parametrize("content", [b"", b"../..", b"a/b", b"\xff\xfe", b"\0" * 20, b"two words"])
def test_garbage_in_current_is_damage(store: Path, content: bytes) -> None:
    put_one_in_service(store)
    (store / "CURRENT").write_bytes(content)
    with pytest.raises(StoreDamagedError, match=r"CURRENT .*`python -m index rebuild`"):
        versions.hold(store)


def test_current_that_is_a_folder_is_damage(store: Path) -> None:
    (store / "CURRENT").mkdir(parents=True)
    with pytest.raises(StoreDamagedError, match="CURRENT is missing or no file"):
        versions.hold(store)


def test_current_that_names_a_missing_version_is_damage(store: Path) -> None:
    put_one_in_service(store)
    (store / "CURRENT").write_text("20200101-000000-abcdef\n")
    with pytest.raises(StoreDamagedError, match="which is in service, is missing"):
        versions.hold(store)


def test_second_writer_is_told_who_holds_the_lock(store: Path) -> None:
    program = f"""
from pathlib import Path
from index import versions
with versions.writing(Path({str(store)!r})):
    print("writing", flush=True)
    input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "writing\n"
        held = rf"is being built by process {other.pid}, since \d\d:\d\d:\d\d UTC\. Wait"
        with pytest.raises(StoreBusyError, match=held), versions.writing(store):
            pass
        other.kill()
        other.wait()
    with versions.writing(store):  # what a killed process held is free
        pass


def test_store_that_cannot_be_written_to_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for store in (tmp_path / "file", tmp_path / "file" / "store"):
        with (
            pytest.raises(StoreUnwritableError, match=r"Cannot write to .*PULLQUOTE_STORE"),
            versions.writing(store),
        ):
            pass
