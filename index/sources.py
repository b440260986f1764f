"""The sources folder: which files in it may be documents, and what is in them."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourcesError, UnreadableDocumentError, reason_of
from index.formats import is_known, known_suffixes, suffix_of
from index.names import storable


@dataclass(frozen=True, slots=True)
class Source:
    """A file below the sources folder, read but not yet understood."""

    name: str
    """Posix path below the sources folder."""

    content: bytes
    modified: int
    """Modification time in nanoseconds, as it was when the content was read."""

    kind: str = ""
    """The suffix of its format, if it isn't that of its name."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def find_sources(folder: Path, store: Path | None = None) -> list[str]:
    """List the files below the folder, hidden ones left out, as posix paths in order.

    Args:
        folder: The sources folder.
        store: The folder of the index, which is left out if it lies in there.

    Raises:
        SourcesError: The folder is missing, is not a folder, or is that of the index.
    """
    try:
        is_folder, exists = folder.is_dir(), folder.exists()
    except OSError as error:
        raise _unlisted(folder, error) from error
    if not is_folder:
        what = "is not a folder" if exists else "does not exist"
        raise SourcesError(
            f"The sources folder {str(folder)!r} {what}. Create it and put documents into it, or "
            "name another one with --sources or PULLQUOTE_SOURCES."
        )
    root = folder.resolve()
    own = Path(os.path.realpath(store)) if store else None  # a link to itself is no error here
    if own == root:
        raise SourcesError(
            f"The sources folder {str(folder)!r} is the folder of the index too. Name another one "
            "for the index with --store or PULLQUOTE_STORE."
        )
    return sorted(_walk(folder, root, own))


def read_source(folder: Path, name: str, *, max_bytes: int) -> Source:
    """Read one file whole, making sure that it stays the same meanwhile.

    Raises:
        UnreadableDocumentError: The file cannot or must not be read, or has no known format.
    """
    path = folder / name
    if storable(name) != name:
        raise UnreadableDocumentError(name, "its name is not valid Unicode", "Rename it.")
    try:
        _check_place(folder, name)
        before = path.stat()
        _check_file(name, before, max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
            after = os.fstat(file.fileno())
    except (OSError, RuntimeError) as error:  # the latter for a link that leads to itself
        raise _unreadable(path, name, error) from error
    if len(content) > max_bytes:
        raise _too_large(name, len(content), max_bytes)
    sizes = {before.st_size, after.st_size, len(content)}
    if len(sizes) > 1 or before.st_mtime_ns != after.st_mtime_ns:
        raise changed_while_read(name)
    return Source(name, content, after.st_mtime_ns)


def changed_while_read(name: str) -> UnreadableDocumentError:
    """Say that a source is not the same at two moments."""
    return UnreadableDocumentError(
        name, "it changed while it was being read", "Build again when it is complete."
    )


def _unreadable(path: Path, name: str, error: OSError | RuntimeError) -> UnreadableDocumentError:
    missing = isinstance(error, FileNotFoundError | RuntimeError)
    if path.is_symlink() and (missing or getattr(error, "errno", None) == errno.ELOOP):
        return UnreadableDocumentError(
            name, "it is a link that leads nowhere", "Put the document itself there."
        )
    if isinstance(error, FileNotFoundError):
        return UnreadableDocumentError(
            name, "it vanished before it could be read", "Build again if it should be there."
        )
    reason = reason_of(error)
    return UnreadableDocumentError(name, f"the system says {reason!r}", "Check its permissions.")


def _check_place(folder: Path, name: str) -> None:
    if not (folder / name).resolve(strict=True).is_relative_to(folder.resolve()):
        raise UnreadableDocumentError(
            name,
            "it is a link to a place outside the sources folder",
            "Put the document itself there.",
        )


def _check_file(name: str, found: os.stat_result, max_bytes: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise UnreadableDocumentError(
            name, "it is a folder that cannot be listed", "Check its permissions."
        )
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableDocumentError(name, "it is not a regular file", "Remove it.")
    check_kind(name, found.st_size, max_bytes)


def check_kind(name: str, size: int, max_bytes: int) -> None:
    """Refuse what is of no known format, or too large.

    Raises:
        UnreadableDocumentError: It is.
    """
    if not is_known(name):
        suffix, known = suffix_of(name), ", ".join(known_suffixes())
        raise UnreadableDocumentError(
            name,
            f"documents of the kind {suffix!r} are not supported" if suffix else "it has no suffix",
            f"Convert it to one of {known}, or remove it.",
        )
    if size > max_bytes:
        raise _too_large(name, size, max_bytes)


def _walk(folder: Path, root: Path, store: Path | None) -> Iterator[str]:
    unlisted: list[OSError] = []
    start = len(os.path.join(folder, ""))  # noqa: PTH118 - text is ten times as fast as paths
    for parent, folders, files in os.walk(folder, onerror=unlisted.append):
        below = parent[start:].replace(os.sep, "/")
        prefix = f"{below}/" if below else ""
        shown = [name for name in folders if not name.startswith(".")]
        folders[:] = [name for name in shown if root / prefix / name != store]
        here = Path(parent)
        linked = [name for name in folders if _leads_out(here / name, root)]
        for name in [*files, *linked]:
            if not name.startswith("."):
                yield prefix + name
    for error in unlisted:
        if error.filename == str(folder):
            raise _unlisted(folder, error) from error
        yield Path(error.filename).relative_to(folder).as_posix()


def _unlisted(folder: Path, error: OSError) -> SourcesError:
    return SourcesError(
        f"The sources folder {str(folder)!r} cannot be listed: {reason_of(error)}. Check its "
        "permissions."
    )


def _leads_out(path: Path, root: Path) -> bool:
    return path.is_symlink() and not path.resolve().is_relative_to(root)


def _too_large(name: str, size: int, max_bytes: int) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        name,
        f"its {size / 1e6:.1f} MB are above the limit of {max_bytes / 1e6:g} MB",
        "Divide it, or raise PULLQUOTE_MAX_FILE_MB.",
    )
