"""How much a document may ask of whoever reads it.

A format asks `limits()` while it reads: they are those of the build that reads. Each refusal names
the setting to raise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from index.errors import UnreadableDocumentError


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings of the same names say."""

    max_pages: int = 5_000
    max_unpacked_mb: float = 200.0
    max_ratio: float = 200.0
    max_nesting: int = 4
    max_members: int = 100_000
    max_seconds: float = 60.0
    max_memory_mb: float = 2_000.0


_CURRENT: ContextVar[Limits] = ContextVar("limits", default=Limits())  # noqa: B039 - is frozen


def limits() -> Limits:
    """Those that hold for what is being read."""
    return _CURRENT.get()


@contextmanager
def limited(to: Limits) -> Iterator[None]:
    """Have these hold meanwhile."""
    token = _CURRENT.set(to)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def check_pages(name: str, pages: int) -> None:
    """Refuse a document of too many pages.

    Raises:
        UnreadableDocumentError: It has more than it may.
    """
    if pages > (most := limits().max_pages):
        raise above(name, f"its {pages:,} pages are", f"{most:,}", "PULLQUOTE_MAX_PAGES")


def check_nesting(name: str, depth: int) -> None:
    """Refuse what lies too deep in archives, or messages, within each other.

    Raises:
        UnreadableDocumentError: It lies in more of them than it may.
    """
    if depth > (most := limits().max_nesting):
        raise above(
            name,
            f"it lies {depth} archives or messages deep, which is",
            str(most),
            "PULLQUOTE_MAX_NESTING",
        )


def check_members(name: str, members: int) -> None:
    """Refuse what holds too many documents.

    Raises:
        UnreadableDocumentError: It holds more than it may.
    """
    if members > (most := limits().max_members):
        raise above(name, f"its {members:,} documents are", f"{most:,}", "PULLQUOTE_MAX_MEMBERS")


def check_unpacked(name: str, unpacked: int, packed: int = 0) -> None:
    """Refuse what becomes too large when it is unpacked, or decoded.

    Args:
        name: The document's.
        unpacked: How many bytes it comes to, so far.
        packed: How many it is made of; 0 if it is not packed.

    Raises:
        UnreadableDocumentError: It is more than it may be, all together or beside what it is made
            of.
    """
    may = limits()
    if unpacked > may.max_unpacked_mb * 1e6:
        found, most = f"its {unpacked / 1e6:,.1f} MB of content are", f"{may.max_unpacked_mb:g} MB"
        raise above(name, found, most, "PULLQUOTE_MAX_UNPACKED_MB")
    if packed and unpacked > _HARMLESS and unpacked > may.max_ratio * packed:
        found = f"it is packed {unpacked / packed:,.0f} to 1, which is"
        raise above(name, found, f"{may.max_ratio:g} to 1", "PULLQUOTE_MAX_RATIO")


_HARMLESS = 1_000_000
"""Bytes that may be packed as tightly as they can."""


def above(name: str, found: str, most: str, setting: str) -> UnreadableDocumentError:
    """Say what is above which limit, as an error to raise: "its 12 pages are", "10"."""
    return UnreadableDocumentError(
        name, f"{found} above the limit of {most}", f"Divide it, or raise {setting}."
    )
