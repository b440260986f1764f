"""A ZIP of XML parts, as DOCX, ODT and EPUB are one, from a stranger.

Nothing is written to disk, no part is looked for outside the file, and what is expanded is bounded.
"""

import io
import lzma
import zlib
from collections.abc import Iterator
from typing import NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from index.errors import UnreadableDocumentError

MAX_EXPANDED = 100_000_000
"""Bytes that the parts which are read may have together. Pictures are never expanded."""

MAX_RATIO = 200
"""How many times as long a part may be as it is when packed. Real ones reach 40; deflate can
reach 1,030."""

MAX_PARTS = 20_000

_SMALL = 1_000_000
"""Bytes up to which a part may be packed as tightly as it likes."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENTRY = b"PK\x01\x02"
_ENCRYPTED_ENTRY = 0x1

_DAMAGED = (
    BadZipFile,
    EOFError,
    NotImplementedError,  # packed in a way that no office program uses
    OSError,  # what the bz2 module says
    RuntimeError,  # an entry of its own is encrypted
    ValueError,
    lzma.LZMAError,
    zlib.error,
)


class Package:
    """The parts of a file by their names; every part is read at most as far as the limits allow."""

    def __init__(self, name: str, content: bytes, kind: str, program: str) -> None:
        """Open a file.

        Args:
            name: The file's name, for messages.
            content: Its bytes.
            kind: What it should be: `DOCX`.
            program: What opens such a file, for advice.

        Raises:
            UnreadableDocumentError: It is no ZIP, or one that cannot be opened.
        """
        self.name = name
        self.kind = kind
        self.program = program
        self._expanded = 0
        if content.startswith(_OLE):
            self.refuse(*_ole_reason(content, kind))
        if content.count(_ENTRY) > MAX_PARTS:
            self.refuse(f"it has more than {MAX_PARTS:,} parts", "Divide it, or remove it.")
        try:
            self._zip = ZipFile(io.BytesIO(content))
        except _DAMAGED:
            if content.startswith(b"PK"):
                self.refuse_damaged()
            self.refuse(
                f"it is no {kind} file, though its name says so",
                "Give it the suffix of what it is, or remove it.",
            )
        self._parts = {_key(part.filename): part for part in self._zip.infolist()}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._parts

    def parts(self) -> list[str]:
        """The names of all parts, as the file has them."""
        return [part.filename for part in self._parts.values()]

    def read(self, part: str) -> bytes | None:
        """The bytes of a part; None if there is none of this name.

        Raises:
            UnreadableDocumentError: It is damaged, encrypted, or expands beyond the limits.
        """
        entry = self._parts.get(_key(part))
        if entry is None:
            return None
        if entry.flag_bits & _ENCRYPTED_ENTRY:
            self.refuse_locked()
        content = self._expand(entry)
        self._expanded += len(content)
        too_dense = len(content) > max(_SMALL, MAX_RATIO * entry.compress_size)
        if too_dense or self._expanded > MAX_EXPANDED:
            self.refuse(
                f"its parts expand to far more than a document has ({MAX_EXPANDED / 1e6:g} MB, or "
                f"{MAX_RATIO} times their packed size)",
                "Divide it, or remove it.",
            )
        return content

    def xml(self, part: str) -> etree._Element | None:
        """The root of an XML part; None if there is none of this name.

        Raises:
            UnreadableDocumentError: It cannot be read, is not well-formed, is nested deeper than
                256 elements, or declares entities.
        """
        content = self.read(part)
        return None if content is None else self.parse(content)

    def parse(self, content: bytes) -> etree._Element:
        """The root of XML that no part need hold; no entity is resolved, nothing fetched.

        Raises:
            UnreadableDocumentError: As `xml`.
        """
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            if "Excessive depth" in str(error):
                self.refuse("it is nested too deeply", "Remove it.")
            self.refuse_damaged()
        types = root.getroottree().docinfo.internalDTD
        if types is not None and any(True for _ in types.iterentities()):
            self.refuse("it declares XML entities, which a document has no use for", "Remove it.")
        return root

    def refuse_damaged(self) -> NoReturn:
        """Refuse a file that is cut off, or whose parts don't hold what they should."""
        self.refuse(
            f"it is damaged, or no {self.kind} file",
            f"Open it in {self.program} and save it again, or remove it.",
        )

    def refuse_locked(self) -> NoReturn:
        """Refuse a file that is encrypted."""
        self.refuse(*_locked_reason())

    def refuse(self, reason: str, advice: str) -> NoReturn:
        """Refuse the file.

        Raises:
            UnreadableDocumentError: Always.
        """
        raise UnreadableDocumentError(self.name, reason, advice) from None

    def _expand(self, entry: ZipInfo) -> bytes:
        try:
            with self._zip.open(entry) as file:
                return file.read(MAX_EXPANDED - self._expanded + 1)
        except _DAMAGED:
            self.refuse_damaged()


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its name without its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child of this name, and of that the first of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if local_name(one) == name), None)
    return element


def children(element: etree._Element | None) -> Iterator[etree._Element]:
    """The children of an element; of none there are none."""
    return iter(()) if element is None else iter(element)


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _ole_reason(content: bytes, kind: str) -> tuple[str, str]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _locked_reason()
    return (
        f"it is no {kind} file but one of an older office program, such as a .doc",
        "Open it in Word or LibreOffice and save it as .docx.",
    )


def _locked_reason() -> tuple[str, str]:
    return ("it is protected by a password", "Save it without one, or remove it.")
