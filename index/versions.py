"""Where the versions of an index lie, which one is in service, and who may write or delete.

    STORE/CURRENT             the name of the version in service, replaced atomically
    STORE/writer.lock         held by the one process that builds
    STORE/versions/NAME/      one version, complete, never changed once it is in service
    STORE/versions/NAME/lock  held, shared, by everybody who reads that version
    STORE/versions/NAME/times.json  no part of it: when its sources were seen to be the same since

A build writes a version of its own and puts it in service by replacing `CURRENT`. What was in
service before is deleted by the next build that finds no reader of it, and so is whatever an
interrupted build left behind.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import portalocker

from index.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreMissingError,
    StoreUnreadableError,
    StoreUnwritableError,
    reason_of,
)

_SHARED = portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING
_EXCLUSIVE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


@contextmanager
def reading(store: Path, name: str) -> Iterator[None]:
    """Tell a file that is not as it should be from one that can't be read at the moment.

    Raises:
        StoreDamagedError: It is missing or no file.
        StoreUnreadableError: The system does not let it be read.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise StoreDamagedError(store, f"{name} is missing or no file") from error
    except OSError as error:
        raise StoreUnreadableError(
            store,
            f"the system says {reason_of(error)!r} of {name}",
            "Mend its permissions, or try again later.",
        ) from error


def current_name(store: Path) -> str:
    """Read which version is in service.

    Raises:
        StoreMissingError: None is.
        StoreDamagedError: `CURRENT` names something that can't be a version.
        StoreUnreadableError: `CURRENT` can't be read.
    """
    with reading(store, "CURRENT"):
        try:
            content = (store / "CURRENT").read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise StoreMissingError(store) from None
    name = content.decode("utf-8", "backslashreplace").strip()
    if not name.replace("-", "").isalnum():
        raise StoreDamagedError(store, f"CURRENT holds {name[:80]!r}, which names no version")
    return name


def folder_of(store: Path, name: str) -> Path:
    """The folder of a version."""
    return store / "versions" / name


def hold(store: Path) -> tuple[str, IO[bytes]]:
    """Take a share in the version in service, so that nobody deletes it.

    Returns:
        The version's name, and an open file that holds the lock until it is closed.

    Raises:
        StoreMissingError: Nothing is in service.
        StoreDamagedError: What is in service is not there.
        StoreUnreadableError: It can't be read.
    """
    for _ in range(10):
        name = current_name(store)
        try:
            with reading(store, f"the lock of version {name}, which is in service,"):
                # Locking needs no write access: an index on a read-only disk can be read.
                lock = (folder_of(store, name) / "lock").open("rb")
        except StoreError:
            if current_name(store) == name:
                raise
            continue
        try:
            portalocker.lock(lock, _SHARED)
        except portalocker.LockException:
            lock.close()
            continue
        if current_name(store) == name:
            return name, lock
        lock.close()
    raise StoreDamagedError(store, "its versions change faster than they can be opened")


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Be the only one who builds in this folder.

    Raises:
        StoreBusyError: Somebody else is building.
        StoreUnwritableError: The folder cannot be made or written to.
    """
    try:
        str(store.absolute()).encode()
    except UnicodeEncodeError:
        raise StoreUnwritableError(store, "its name is not valid Unicode") from None
    try:
        store.mkdir(parents=True, exist_ok=True)
        # Unbuffered: what a full disk does not take must not come up again when it is closed.
        lock = (store / "writer.lock").open("a+b", buffering=0)
    except OSError as error:
        raise StoreUnwritableError(store, reason_of(error)) from error
    with lock:
        try:
            portalocker.lock(lock, _EXCLUSIVE)
        except portalocker.LockException:
            lock.seek(0)
            holder = lock.read().decode("utf-8", "replace").strip()
            raise StoreBusyError(store, holder or "another process") from None
        with suppress(OSError):  # who holds it is told to others where there is room to
            lock.truncate(0)
            lock.write(f"process {os.getpid()}, since {datetime.now(UTC):%H:%M:%S} UTC".encode())
        try:
            yield
        finally:
            with suppress(OSError):
                lock.truncate(0)


@contextmanager
def new_version(store: Path) -> Iterator[Path]:
    """Make a folder for a version; it is deleted again unless it was put in service."""
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    folder = folder_of(store, name)
    folder.mkdir(parents=True)
    (folder / "lock").touch()
    try:
        yield folder
    finally:
        if not _may_be_in_service(store, name):
            shutil.rmtree(folder, ignore_errors=True)


def _may_be_in_service(store: Path, name: str) -> bool:
    try:
        return current_name(store) == name
    except StoreMissingError:
        return False
    except StoreError:
        return True  # it can't be told; what is kept in vain the next build deletes


def put_in_service(store: Path, folder: Path) -> None:
    """Make a complete version the one that everybody reads from now on."""
    for path in (*folder.rglob("*"), folder, folder.parent):
        _sync(path)
    pending = store / f"CURRENT.{folder.name}"
    pending.write_text(folder.name + "\n", "utf-8")
    _sync(pending)
    pending.replace(store / "CURRENT")
    _sync(store)


def delete_unused(store: Path) -> None:
    """Delete the versions that are neither in service nor read by anybody.

    For the writer only, and only after it has opened the version in service: `CURRENT` may name
    another one than it should.
    """
    try:
        current = current_name(store)
    except StoreError:
        return  # which one is in service cannot be told, so each may be
    if not (folder_of(store, current) / "lock").is_file():
        return
    for pending in store.glob("CURRENT.*"):
        with suppress(OSError):
            pending.unlink()
    for folder in store.glob("versions/*"):
        if folder.name == current:
            continue
        with suppress(OSError, portalocker.LockException), (folder / "lock").open("ab") as lock:
            portalocker.lock(lock, _EXCLUSIVE)
            shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    if os.name == "nt":  # Windows has no descriptors of folders, and replaces files durably
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
