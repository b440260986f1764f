"""ZIP files, for the formats that are one: what is in them, within the limits."""

import stat
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from index.errors import UnreadableDocumentError
from index.formats.limits import check_members, check_unpacked

_ENCRYPTED = 0x1


class Archive:
    """A ZIP file; nothing is written anywhere, so that a member may have any name.

    The limit of what is unpacked is for all that is read together, and what a member says of its
    size is not believed.
    """

    def __init__(self, name: str, content: bytes) -> None:
        """Open it.

        Raises:
            UnreadableDocumentError: It is none, is damaged, or holds more than it may.
        """
        self.name = name
        self.unpacked = 0
        """Bytes read so far."""

        self._packed = len(content)
        # Each entry of its list begins so, and reading millions of them would take all memory.
        check_members(name, content.count(b"PK\x01\x02"))
        try:
            self._zip = ZipFile(BytesIO(content))
            members = self._zip.infolist()
        except _BROKEN as error:
            raise self._damaged(error) from error
        check_unpacked(name, sum(one.file_size for one in members), self._packed)
        self.members = [one for one in members if not one.filename.endswith("/")]
        """Its files and links, in the order in which they stand."""

    def names(self) -> list[str]:
        """The names of its files, as they stand in it."""
        return [one.filename for one in self.members]

    def read(self, member: str | ZipInfo) -> bytes:
        """Unpack a file.

        Raises:
            UnreadableDocumentError: There is none of this name, it is damaged or encrypted, or
                with it more is unpacked than may be.
        """
        try:
            info = self._zip.getinfo(member) if isinstance(member, str) else member
        except KeyError as error:
            raise self._damaged(error) from error
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableDocumentError(
                self.name, "it is encrypted", "Save it without a password."
            )
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise UnreadableDocumentError(
                self.name, "it is packed in an uncommon way", "Pack it anew as an ordinary ZIP."
            )
        check_unpacked(self.name, self.unpacked + info.file_size, self._packed)
        try:
            content = self._zip.read(info)
        except _BROKEN as error:
            raise self._damaged(error) from error
        self.unpacked += len(content)
        return content

    def _damaged(self, error: Exception) -> UnreadableDocumentError:
        # A missing key is written as Python writes it, with marks around.
        said = error.args[0] if isinstance(error, KeyError) else error
        reason = str(said).rstrip(".") or type(error).__name__
        return UnreadableDocumentError(
            self.name, f"it is damaged ({reason[:100]})", "Fetch or save it anew."
        )


_BROKEN = (
    BadZipFile,
    LargeZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeError,
    ValueError,
    zlib.error,
)


def is_link(info: ZipInfo) -> bool:
    """Whether a member is a link, a pipe or the like."""
    return stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG)
