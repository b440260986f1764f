"""Snapshots: what was fetched, as files of the sources folder with notes beside them."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from index.errors import SettingsError, SourcesError, reason_of
from index.formats import is_known, suffix_of
from index.members import max_bytes
from index.names import showable
from index.origin import SUFFIX, Origin, is_note, read_note
from index.settings import Settings
from index.sources import find_files
from index.web.fetch import Fetched, Web
from index.web.kinds import kind_of
from index.web.refusal import Refusal, WebError

_SUFFIX = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp|cgi)$", re.IGNORECASE)
"""What addresses of pages end in."""

_LONGEST_HOST, _LONGEST_NAME = 40, 110
"""Bytes, so that date, suffix and note fit in the 255 that a file's name may have."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an address gave."""

    name: str
    """The file's, below the sources folder."""

    url: str
    retrieved: str
    is_new: bool
    """False if it is what was there when the address was last added, at that time."""


class Shelf:
    """The sources folder, as the place where snapshots go."""

    def __init__(self, settings: Settings) -> None:
        """Look at it.

        Raises:
            SourcesError: It is missing.
        """
        self._folder = settings.sources
        self._store = settings.store
        find_files(self._folder, self._store)

    def keep(self, fetched: Fetched) -> Snapshot:
        """Store what was fetched, unless it is stored already.

        Raises:
            WebError: It is of no kind that can be read.
            SourcesError: It can't be written.
        """
        url, asked = str(fetched.url), str(fetched.asked)
        try:
            kind = kind_of(fetched.type, fetched.url.path, fetched.content)
        except Refusal as error:
            raise WebError(asked, error.reason, error.advice) from error
        now = datetime.now(UTC)
        digest = hashlib.sha256(fetched.content).hexdigest()
        retrieved = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        before = max(self._earlier(asked), key=lambda one: one[1].retrieved, default=None)
        if before and before[1].sha256 == digest and self._digest(before[0]) == digest:
            return Snapshot(before[0], before[1].url, before[1].retrieved, is_new=False)
        origin = Origin(
            url, retrieved, digest, showable(fetched.type)[:200], asked if asked != url else ""
        )
        name = self._put(_names(fetched.url, kind, now), fetched.content, origin.written())
        return Snapshot(name, url, retrieved, is_new=True)

    def _earlier(self, asked: str) -> Iterator[tuple[str, Origin]]:
        """What was kept when the same address was asked, and by which name."""
        for note in filter(is_note, find_files(self._folder, self._store)):
            try:
                origin = Origin.read(read_note(self._folder, note) or b"")
            except (OSError, ValueError, RuntimeError):
                continue  # a build tells
            if asked == (origin.asked or origin.url):
                yield note.removesuffix(SUFFIX), origin

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self._folder / name).read_bytes()).hexdigest()
        except OSError:
            return ""

    def _put(self, names: Iterator[str], content: bytes, note: bytes) -> str:
        """Write file and note under the first name that is free; nothing is ever overwritten."""
        for name in names:
            path = self._folder / name
            beside = self._folder / f"{name}{SUFFIX}"
            if path.exists() or path.is_symlink():
                continue
            try:
                # First, so that the document is never there without it.
                _write(beside, note)
                try:
                    _write(path, content)
                except BaseException:
                    beside.unlink()
                    raise
            except FileExistsError:
                continue
            except OSError as error:
                raise SourcesError(
                    f"Cannot write {name!r} to the sources folder {str(self._folder)!r}: "
                    f"{reason_of(error)}. Make room there, or mend its permissions."
                ) from error
            return name
        raise AssertionError("there is always another name")  # pragma: no cover


def _write(path: Path, content: bytes) -> None:
    """Write a new file whole, or none."""
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            path.unlink()
            raise


def add(
    settings: Settings, addresses: Iterable[str], web: Web | None = None
) -> Iterator[Snapshot | WebError]:
    """Fetch what addresses lead to into the sources folder; one that fails doesn't stop the others.

    Args:
        settings: Where that is, and how much may be fetched.
        addresses: Of the web.
        web: Used instead of the public web within the settings' limits.

    Raises:
        SettingsError: It is not switched on.
        SourcesError: The folder is missing, or can't be written to.
    """
    if settings.web != "on":
        raise SettingsError(
            "Nothing is fetched from the web unless that is switched on. Set PULLQUOTE_WEB=on, in "
            "the environment or in a file .env."
        )
    shelf = Shelf(settings)
    web = web or Web(max_bytes(settings), settings.web_seconds)
    for address in addresses:
        try:
            yield shelf.keep(web.fetch(address))
        except WebError as error:
            yield error


def _names(url: httpx.URL, kind: str, now: datetime) -> Iterator[str]:
    """Names for a snapshot, each to be taken if those before it are."""
    stem = _stem(url)
    yield f"{stem}{kind}"
    yield f"{stem} {now:%Y-%m-%d}{kind}"
    number = 2
    while True:
        yield f"{stem} {now:%Y-%m-%d} ({number}){kind}"
        number += 1


def _stem(url: httpx.URL) -> str:
    try:
        host = url.host
    except UnicodeError:  # what looks like an encoded name, and is none
        host = url.raw_host.decode("ascii")
    path = _SUFFIX.sub("", url.path)
    path = path.removesuffix(suffix_of(path)) if is_known(path) else path
    parts = [*path.split("/"), url.query.decode("ascii")]
    rest = "_".join(filter(None, map(_fit, parts)))
    name = "_".join(filter(None, [_cut(_fit(host.removeprefix("www.")), _LONGEST_HOST), rest]))
    return _cut(name, _LONGEST_NAME)


def _fit(part: str) -> str:
    """Letters, digits and marks of any script; nothing else is wanted in a file's name."""
    shown = (
        c if c in "._" or unicodedata.category(c)[0] in "LMN" else "-"
        for c in unicodedata.normalize("NFC", part)
    )
    return re.sub("-{2,}", "-", "".join(shown)).strip("-._")


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").strip("-._ ")
