"""What Chroma opens instead of a version: its database copied, its graph linked.

Chroma writes to its database when it only reads. On a copy it does no harm: what is in service
never changes, so that its digests hold, and it can be read where nothing can be written.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker

from index.errors import StoreUnreadableError, reason_of
from index.manifest import FileState
from index.store.chroma import DATABASE, FOLDER
from index.store.files import check_file

_PREFIX = "pullquote-vectors-"
_LOCK = "pullquote.lock"
_SETTLED = 60
"""Seconds after which a temporary folder that nobody holds is one that nobody will hold."""

_made: set[Path] = set()
"""The folders that this process has made and not deleted yet."""

_EXCLUSIVE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


@contextmanager
def shadow_of(folder: Path, version: Path, files: Mapping[str, FileState]) -> Iterator[Path]:
    """Make a folder of a version's vectors for Chroma to open; it is gone afterwards.

    A bit that is wrong in a graph can end a process without a word, so every file is read and
    compared with its digest before Chroma sees it.

    Args:
        folder: The store's folder.
        version: The version's.
        files: Those of the version, as they were written.

    Raises:
        StoreDamagedError: A file is not as it was written.
        StoreUnreadableError: A file can't be read, or there is no room for the copy.
    """
    with _temporary(folder) as shadow:
        checked = [name for name in files if name.startswith(f"{FOLDER}/")]
        for name in checked:
            check_file(folder, version, name, files[name])
        with _telling(folder):
            for one in {Path(name).parts[1] for name in checked}:
                _give(version / FOLDER / one, shadow / one)
        yield shadow


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    with _telling(folder):
        parent = Path(tempfile.gettempdir())
        _sweep(parent)
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        _made.add(made)
        lock = (made / _LOCK).open("ab")
    try:
        with _telling(folder):
            portalocker.lock(lock, _EXCLUSIVE)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _made.discard(made)
        lock.close()


def discard_shadows() -> None:
    """Delete what this process has made for Chroma: for one that ends without tidying up."""
    for made in list(_made):
        shutil.rmtree(made, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Delete what killed processes left."""
    for left in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError, portalocker.LockException):
            if time.time() - left.lstat().st_mtime < _SETTLED or not _is_ours(left):
                continue
            with (left / _LOCK).open("r+b") as lock:
                portalocker.lock(lock, _EXCLUSIVE)
                shutil.rmtree(left, ignore_errors=True)


def _is_ours(left: Path) -> bool:
    """Whether a folder is one that we make, and not another that is called like it."""
    mine = not hasattr(os, "geteuid") or left.lstat().st_uid == os.geteuid()
    return mine and not left.is_symlink() and (left / _LOCK).is_file()


def _give(source: Path, target: Path) -> None:
    """Let Chroma have its database as a copy, and the folder of a graph as a link to it."""
    if target.name == Path(DATABASE).name:
        shutil.copyfile(source, target)
        return
    try:
        target.symlink_to(source.resolve(), target_is_directory=True)
    except OSError:  # not every system lets everybody make links
        shutil.copytree(source, target)


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, portalocker.LockException) as error:
        reason = reason_of(error)
        raise StoreUnreadableError(
            folder,
            f"Chroma must be given a copy of its database, and none can be made ({reason})",
            "Make room for temporary files, or name another folder for them with TMPDIR.",
        ) from error
