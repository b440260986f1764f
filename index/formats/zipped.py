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


def members(name: str, content: bytes) -> Iterator[Member]:
    """List the documents in an archive; a member is unpacked when its `read` is called.

    Raises:
        UnreadableDocumentError: It is no archive, is damaged, or holds more than it may.
    """
    return _members(name, Archive(name, content))


def _members(name: str, archive: Archive) -> Iterator[Member]:
    taken: set[str] = set()
    for info in archive.members:
        parts = _parts(info)
        if any(part.startswith(".") or part == _RESOURCES for part in parts):
            continue
        called = f"{name}/{free_path('/'.join(parts) or 'unnamed', taken)}"
        yield Member(called, info.file_size, partial(_unpacked, archive, called, info))


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


def free_path(path: str, taken: set[str]) -> str:
    """A name that no other member has, nor one that lies below this one, or this below it."""
    number, found = 1, path
    while not _isfree_path(found, taken):
        number += 1
        found = f"({number})/{path}"
    taken.add(found)
    taken.update(f"{above}/" for above in _above(found))
    return found


def _isfree_path(path: str, taken: set[str]) -> bool:
    return path not in taken and f"{path}/" not in taken and taken.isdisjoint(_above(path))


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]
