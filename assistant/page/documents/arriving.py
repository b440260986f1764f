"""A file on its way into the sources folder.

It is written under a hidden name, which no build reads, and gets its own when it is whole.
"""

import os
import secrets
from contextlib import suppress
from typing import BinaryIO, Self

from assistant.page.documents.keeper import PENDING, Keeper, NotBroughtError, claim, telling
from index.formats import is_known, known_suffixes, suffix_of
from index.names import count, fit_for_a_file

MOST_FILES = 10_000
"""Files in the sources folder, at the most; whoever has more puts them there by other means."""

MOST_AT_ONCE = 8
"""Files that may be on their way at once."""


class Arriving:
    """A file on its way into the sources folder; leaving its `with` before the end leaves nothing.

    Args:
        keeper: Whose folder it goes to.
        given: What its sender calls it.
        size: How many bytes were announced; None when that wasn't said.

    Raises:
        NotBroughtError: It won't be taken.
    """

    def __init__(self, keeper: Keeper, given: str, size: int | None) -> None:
        self.name = fit_for_a_file(given)
        keeper.check_allowed(self.name)
        self._keeper = keeper
        self._written = 0
        self._check_kind()
        self._check_size(size or 0)
        if keeper.on_their_way >= MOST_AT_ONCE:
            raise NotBroughtError(
                self.name, "comes while others are on their way", "Try again.", status=503
            )
        with telling(self.name, "could not be written"):
            folder = keeper.settings.sources
            folder.mkdir(parents=True, exist_ok=True)
            with os.scandir(folder) as entries:
                if sum(1 for _ in entries) >= MOST_FILES:
                    reason = f"would be one more than {count(MOST_FILES, 'file')} in the folder"
                    raise NotBroughtError(self.name, reason, "Put them into one archive.")
            self._pending = folder / f"{PENDING}{secrets.token_hex(8)}"
            self._file: BinaryIO = self._pending.open("xb")
        keeper.on_their_way += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._keeper.on_their_way -= 1
        with suppress(OSError):  # a full disk may tell of what it didn't take once more
            self._file.close()
        with suppress(OSError):
            self._pending.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises:
            NotBroughtError: They are too many, or the disk is full.
        """
        self._written += len(piece)
        self._check_size(self._written)
        with telling(self.name, "could not be written"):
            self._file.write(piece)

    def finish(self) -> str:
        """Give the file its name, or another if that is taken; the name.

        Raises:
            NotBroughtError: It is empty, or the system doesn't let it.
        """
        if not self._written:
            raise NotBroughtError(self.name, "is empty")
        with telling(self.name, "could not be written"):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            return claim(self._pending, self._pending.with_name(self.name))

    def _check_kind(self) -> None:
        if not is_known(self.name):
            suffix, known = suffix_of(self.name), ", ".join(known_suffixes())
            reason = (
                f"is of the kind ‘{suffix}’, which can’t be read" if suffix else "has no suffix"
            )
            raise NotBroughtError(self.name, reason, f"What can be is {known}.", status=415)

    def _check_size(self, size: int) -> None:
        if size > self._keeper.most_bytes:
            most = f"{self._keeper.most_bytes / 1e6:g} MB"
            reason = f"is larger than {most}"
            advice = "Divide it, or raise PULLQUOTE_MAX_FILE_MB."
            raise NotBroughtError(self.name, reason, advice, status=413)
