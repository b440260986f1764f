"""The sources folder as the page changes it: documents are removed and put back.

No file is ever overwritten; what is removed lies in the folder of the store for a day. How one is
brought is in `assistant.page.documents.arriving`.
"""

import filecmp
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from index.errors import PullquoteError, reason_of
from index.members import file_of, max_bytes
from index.names import numbered
from index.settings import Settings
from index.sources import find_sources

KEPT = timedelta(days=1)
"""How long what was removed can be put back."""

READ_ONLY = (
    "This page leaves the documents as they are: whoever runs Pullquote can put files into their "
    "folder, or set PULLQUOTE_READ_ONLY=no."
)

PENDING = ".pullquote-"
"""How the name of a file begins that is on its way: hidden, so that no build reads it."""

_REMOVED = "removed"
_STAMP = "%Y%m%d-%H%M%S"
_KEY = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


class NotBroughtError(PullquoteError):
    """Why a file is not taken, or not removed, or not put back: one sentence that names it."""

    def __init__(self, name: str, reason: str, advice: str = "", *, status: int = 400) -> None:
        super().__init__(f"‘{name}’ {reason}.{f' {advice}' if advice else ''}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Removed:
    """A file that was removed and can be put back."""

    key: str
    name: str
    """Its posix path below the sources folder."""


class Keeper:
    """Changes the documents of a sources folder, and has the index brought in step."""

    def __init__(
        self,
        settings: Settings,
        update: Callable[[], None] = lambda: None,
        *,
        read_only: bool = False,
    ) -> None:
        self.settings = settings
        self.update = update
        """Begins to bring the index in step."""

        self.read_only = read_only
        """Whether nothing but the index may be changed."""

        self.on_their_way = 0
        # What is put away in one thread must not be tidied up in another before it lies there.
        self._lock = threading.Lock()
        self._bin = settings.store / _REMOVED
        if not read_only:
            self._discard_pending()
            self.removed()

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return max_bytes(self.settings)

    def remove(self, document_ids: Collection[str]) -> list[str]:
        """Take away the files that documents are, or lie in; their names.

        Raises:
            NotBroughtError: One isn't there, or the system doesn't let it go.
        """
        self.check_allowed(", ".join(document_ids))
        there = set(find_sources(self.settings.sources, self.settings.store))
        names = sorted({file_of(one, there) for one in document_ids})
        for name in names:
            if name not in there:
                raise NotBroughtError(name, "is no longer in the folder", "Update the index.")
        for name in names:
            with self._lock, telling(name, "could not be removed"):
                key = f"{datetime.now(UTC):{_STAMP}}-{secrets.token_hex(4)}"
                place = self._bin / key / name
                place.parent.mkdir(parents=True)
                shutil.move(self.settings.sources / name, place)
        return names

    def removed(self) -> list[Removed]:
        """What can be put back, the last first; what has lain there for longer is deleted."""
        with self._lock:
            return list(self._tidied())

    def _tidied(self) -> Iterator[Removed]:
        for folder in sorted(self._bin.glob("*"), reverse=True):
            names = [path for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
            if not _KEY.fullmatch(folder.name):
                continue
            if not names or _age(folder.name) > KEPT:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                yield Removed(folder.name, names[0].relative_to(folder).as_posix())

    def put_back(self, key: str) -> str:
        """Undo a removal; the name that the file has now.

        Raises:
            NotBroughtError: It is no longer kept, or the system doesn't let it.
        """
        self.check_allowed("This document")
        kept = next((one for one in self.removed() if one.key == key), None)
        if kept is None:
            raise NotBroughtError("This document", "is no longer kept")
        with self._lock, telling(kept.name, "could not be put back"):
            place = self.settings.sources / kept.name
            place.parent.mkdir(parents=True, exist_ok=True)
            name = claim(self._bin / key / kept.name, place)
        shutil.rmtree(self._bin / key, ignore_errors=True)
        return place.with_name(name).relative_to(self.settings.sources).as_posix()

    def check_allowed(self, name: str) -> None:
        """Refuse a change to the documents where they are to stay as they are.

        Raises:
            NotBroughtError: They are.
        """
        if self.read_only:
            raise NotBroughtError(name, "stays as it is", READ_ONLY, status=403)

    def _discard_pending(self) -> None:
        """Delete what a process that was killed had not written to its end."""
        with suppress(OSError):
            for path in self.settings.sources.glob(f"{PENDING}*"):
                if time.time() - path.stat().st_mtime > KEPT.total_seconds():
                    path.unlink()


def claim(whole: Path, place: Path) -> str:
    """Move a file to a place, or beside it if another file is there; its name then."""
    number = 1
    while True:
        free = place.with_name(numbered(place.name, number))
        if _is_same(whole, free):
            whole.unlink()
            return free.name
        if _moved(whole, free):
            return free.name
        number += 1


def _moved(whole: Path, free: Path) -> bool:
    """Move a file, unless there is one: to look first and move then could overwrite one."""
    try:
        os.link(whole, free, follow_symlinks=False)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):  # a disk without hard links, or another disk
        try:
            free.open("xb").close()
        except FileExistsError:
            return False
        try:
            shutil.move(whole, free)
        except OSError:
            free.unlink()
            raise
    else:
        whole.unlink()
    return True


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        if other.is_file() and not other.is_symlink():
            return filecmp.cmp(one, other, shallow=False)
    return False


def _age(key: str) -> timedelta:
    removed = datetime.strptime(key[:15], _STAMP).replace(tzinfo=UTC)
    return datetime.now(UTC) - removed


@contextmanager
def telling(name: str, what: str) -> Iterator[None]:
    """Tell what the system refuses as a sentence about a file."""
    try:
        yield
    except OSError as error:
        advice = "Make room there or mend its permissions."
        reason = f"{what}: {reason_of(error)}"
        raise NotBroughtError(name, reason, advice, status=507) from error
