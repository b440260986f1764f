"""What Chroma opens instead of the store, and stores where nothing can be written."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import portalocker
import pytest

from index.build import build
from index.errors import StoreUnreadableError
from index.settings import Settings
from index.store import Store
from tests.conftest import ROOT, sign_anew
from tests.fakes import BagOfWords

READ = """
import os, sys
from pathlib import Path
import numpy as np
from index.cli import main
from index.store import Store
folder = Path(sys.argv[1])
verify = ["verify", "--sources", str(folder / "sources"), "--store", str(folder / "store")]
main(verify)  # what is to be imported may lie where only root can read
if os.geteuid() == 0:  # nobody may forbid root anything
    os.setuid(65534)
for made in (folder / "store" / "new", folder / "store" / "CURRENT"):
    try:
        made.open("a")
    except OSError as error:
        print(error.strerror)
store = Store.open(folder / "store")
print(len(store.nearest(np.full(1024, 1 / 32, np.float32), 3)), store.document("a.txt").text)
store.close()
sys.exit(main(verify))
"""

FORBIDDEN = """
import os, sys
from index.cli import main
import index.build, index.store
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(main(sys.argv[1:]))
"""

LIMITED = """
import resource, sys
from index.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def built(settings: Settings) -> Settings:
    for name, text in {"a": "The cat sat. It rained.", "b": "A dog barked."}.items():
        (settings.sources / f"{name}.txt").write_text(text)
    build(settings, embedding=BagOfWords())
    return settings


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody may look into; those of pytest are its user's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_reading_changes_no_file_and_leaves_none(built: Settings, temporary: Path) -> None:
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in built.store.rglob("*")
        if path.is_file()
    }
    for _ in range(2):
        with closing(Store.open(built.store)) as store:
            assert len(list(temporary.iterdir())) == 1
            assert store.nearest(np.full(1024, 1 / 32, np.float32), 3)
            assert store.altered_files() == []
    assert list(temporary.iterdir()) == []
    assert before == {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in built.store.rglob("*")
        if path.is_file()
    }


def test_store_that_only_can_be_read_is_read(built: Settings, public: Path) -> None:
    shutil.copytree(built.sources, public / "sources")
    shutil.copytree(built.store, public / "store")
    for path in public.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    ran = subprocess.run(
        [sys.executable, "-c", READ, str(public)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    sound = "2 documents, 3 sentences and 3 vectors checked: sound."
    assert ran.stdout.splitlines() == [
        sound,
        "Permission denied",
        "Permission denied",
        "3 The cat sat. It rained.",
        sound,
    ]


@pytest.mark.parametrize(
    "hidden", ["CURRENT", "lock", "manifest.json", "texts.sqlite", "chroma.sqlite3"]
)
def test_store_that_may_not_be_read_is_not_called_damaged(
    built: Settings, public: Path, hidden: str
) -> None:
    shutil.copytree(built.sources, public / "sources")
    shutil.copytree(built.store, public / "store")
    (path,) = (public / "store").rglob(hidden)
    path.chmod(0)
    ran = subprocess.run(
        [sys.executable, "-c", FORBIDDEN, "status", "--store", str(public / "store")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "cannot be read: the system says 'Permission denied' of " in ran.stderr
    assert "Mend its permissions" in ran.stderr


def test_full_disk_is_told_as_such(built: Settings) -> None:
    for command in ("status", "verify", "build"):
        ran = subprocess.run(
            [sys.executable, "-c", LIMITED, command, "--sources", str(built.sources)],
            cwd=ROOT,
            env={
                **os.environ,
                "PULLQUOTE_STORE": str(built.store),
                "PULLQUOTE_EMBEDDING": built.embedding,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 2
        assert ran.stderr == (
            f"The index in {str(built.store)!r} cannot be read: Chroma must be given a copy of its "
            "database, and none can be made (File too large). Make room for temporary files, or "
            "name another folder for them with TMPDIR.\n"
        )


def test_missing_temporary_folder_is_told(built: Settings, temporary: Path) -> None:
    temporary.rmdir()
    with pytest.raises(StoreUnreadableError, match=r"No such file or directory\).*TMPDIR"):
        Store.open(built.store)
    temporary.mkdir()
    Store.open(built.store).close()


def test_each_opening_that_fails_says_why(built: Settings) -> None:
    """Chroma remembers a folder that it could not open, and stumbles over it the next time."""
    (database,) = built.store.rglob("chroma.sqlite3")
    database.write_bytes(b"garbage!" * 1000)
    sign_anew(built.store)
    for _ in range(3):
        with pytest.raises(StoreUnreadableError, match=r"Chroma fails with .*not a database.*room"):
            Store.open(built.store)


def test_what_killed_readers_left_is_deleted(built: Settings, temporary: Path) -> None:
    long_ago = time.time() - 3600
    for name in (
        "pullquote-vectors-killed",
        "pullquote-vectors-held",
        "pullquote-vectors-other",
        "somebody",
    ):
        (temporary / name).mkdir()
        if name != "pullquote-vectors-other":
            (temporary / name / "pullquote.lock").touch()
        os.utime(temporary / name, (long_ago, long_ago))
    (temporary / "pullquote-vectors-new").mkdir()
    (temporary / "pullquote-vectors-new" / "pullquote.lock").touch()
    with (temporary / "pullquote-vectors-held" / "pullquote.lock").open("ab") as lock:
        portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE)
        Store.open(built.store).close()
    assert {path.name for path in temporary.iterdir()} == {
        "pullquote-vectors-held",
        "pullquote-vectors-new",
        "pullquote-vectors-other",
        "somebody",
    }
