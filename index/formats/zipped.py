"""ZIP archives of documents: each member is a document of its own, or holds others.

A member is called by the archive's name, a slash, and its path in the archive, of which the parts
that lead nowhere below (`..`, a drive, a leading slash) are left out; nothing is written anywhere.
Hidden members are left out, as in a folder.
"""

import re
from collections.abc import Iterator
from functools import partial
from zipfile import ZipInfo

from index.errors import UnreadableDocumentError
from index.formats.archive import Archive, is_link
from index.formats.content import Member

_UTF8 = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_RESOURCES = "__MACOSX"
"""Where macOS puts what belongs to files and is none."""

_MOST_PARTS = 32
_LONGEST_PATH = 1_000
_LONGEST_NAME = 200
"""Nobody makes such paths, and the folders of many of them would fill the memory."""


def members(name: str, content: bytes) -> Iterator[Member]:
    """List the documents in an archive; a member is unpacked when its `read` is called.

    Raises:
        UnreadableDocumentError: It is no archive, is damaged, or holds more than it may.
    """
    return _members(name, Archive(name, content))


def _members(name: str, archive: Archive) -> Iterator[Member]:
    paths = Paths()
    for info in archive.members:
        parts = _parts(info)
        if any(part.startswith(".") or part == _RESOURCES for part in parts):
            continue
        path = "/".join(parts) or "unnamed"
        read = _unpacked
        if len(parts) > _MOST_PARTS or len(path) > _LONGEST_PATH:
            path, read = f"…/{parts[-1][-_LONGEST_NAME:]}", _refused
        called = f"{name}/{paths.free(path)}"
        yield Member(called, info.file_size, partial(read, archive, called, info))


def _refused(archive: Archive, called: str, info: ZipInfo) -> bytes:  # noqa: ARG001 - as `_unpacked`
    raise UnreadableDocumentError(
        called, "its path in the archive is too long", "Pack it anew, in fewer or shorter folders."
    )


def _unpacked(archive: Archive, called: str, info: ZipInfo) -> bytes:
    if is_link(info):
        raise UnreadableDocumentError(
            called, "it is a link, without what it leads to", "Put the document itself there."
        )
    try:
        return archive.read(info)
    except UnreadableDocumentError as error:
        raise UnreadableDocumentError(called, error.reason, error.advice) from error


def _parts(info: ZipInfo) -> list[str]:
    path = info.orig_filename
    if not info.flag_bits & _UTF8 and not path.isascii():
        # Without the flag that says so, many programs write UTF-8 all the same.
        try:
            path = path.encode("cp437").decode()
        except UnicodeError:
            path = info.orig_filename
    parts = path.replace("\\", "/").split("/")
    return [part for part in parts if part not in ("", ".", "..") and not _DRIVE.fullmatch(part)]


class Paths:
    """The paths of members, of which no two are the same, and none lies below another."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._folders: set[str] = set()
        self._numbers: dict[str, int] = {}
        """By the first part of paths, the last number that had to be put before one of them.

        Later ones are counted from there: to count from 1 for each would take the square of their
        number.
        """

        self._least = 2
        """Below it, each number in brackets is a member's own name."""

    def free(self, path: str) -> str:
        """Take a path, with a number before it if it isn't free."""
        found = path
        if not self._is_free(path):
            first = path.partition("/")[0]
            while f"({self._least})" in self._taken:
                self._least += 1
            number = max(self._numbers.get(first, 2), self._least)
            while not self._is_free(found := f"({number})/{path}"):
                number += 1
            self._numbers[first] = number
        self._taken.add(found)
        self._folders.update(_above(found))
        return found

    def _is_free(self, path: str) -> bool:
        is_other = path not in self._taken and path not in self._folders
        return is_other and self._taken.isdisjoint(_above(path))


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]
