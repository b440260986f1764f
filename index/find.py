"""Folder → the names of the files in it that may be documents."""

import os
from collections.abc import Iterator
from pathlib import Path

from index.errors import SourcesError


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
        f"The sources folder {str(folder)!r} cannot be listed: {error.strerror}. Check its "
        "permissions."
    )


def _leads_out(path: Path, root: Path) -> bool:
    return path.is_symlink() and not path.resolve().is_relative_to(root)
