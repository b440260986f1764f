"""A ZIP of XML parts, as DOCX, ODT and EPUB are one, from a stranger.

What is unpacked is bounded (`archive`); no entity is resolved, nothing fetched, and no part looked
for outside the file.
"""

from collections.abc import Iterator
from typing import NoReturn, TypeAlias

from lxml import etree

from index.errors import UnreadableDocumentError
from index.formats.archive import Archive

Element: TypeAlias = etree._Element  # noqa: SLF001 - the name that lxml's own types have for it

_ZIP = b"PK"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED = ("it is protected by a password", "Save it without one, or remove it.")


class Package:
    """The parts of a file, by their names."""

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
        self._name = name
        self._kind = kind
        self._program = program
        if content.startswith(_OLE):
            self._refuse_old(content)
        if not content.startswith(_ZIP):
            self.refuse(
                f"it is no {kind} file, though its name says so",
                "Give it the suffix of what it is, or remove it.",
            )
        self._archive = Archive(name, content)
        self._parts = {_key(part.filename): part for part in self._archive.members}

    def read(self, part: str) -> bytes | None:
        """The bytes of a part; None if there is none of this name.

        Raises:
            UnreadableDocumentError: It is damaged or encrypted, or more than the limits allow.
        """
        member = self._parts.get(_key(part))
        return None if member is None else self._archive.read(member)

    def xml(self, part: str) -> Element | None:
        """The root of an XML part; None if there is none of this name.

        Raises:
            UnreadableDocumentError: It cannot be read, is not well-formed, is nested deeper than
                256 elements, or uses entities.
        """
        content = self.read(part)
        if content is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            if "Excessive depth" in str(error):
                self.refuse("its parts lie too deep in each other", "Remove it.")
            self.refuse_damaged()
        if any(True for _ in root.iter(etree.Entity)):
            self.refuse("it uses XML entities, which a document has no need of", "Remove it.")
        return root

    def refuse_damaged(self) -> NoReturn:
        """Refuse a file whose parts are missing, or don't hold what they should."""
        self.refuse(
            f"it is damaged, or no {self._kind} file",
            f"Open it in {self._program} and save it anew, or remove it.",
        )

    def refuse_locked(self) -> NoReturn:
        """Refuse a file that is encrypted."""
        self.refuse(*_LOCKED)

    def refuse(self, reason: str, advice: str) -> NoReturn:
        """Refuse the file.

        Raises:
            UnreadableDocumentError: Always.
        """
        raise UnreadableDocumentError(self._name, reason, advice) from None

    def _refuse_old(self, content: bytes) -> NoReturn:
        if "EncryptedPackage".encode("utf-16-le") in content:
            self.refuse_locked()
        self.refuse(
            "it is of an older office program, such as a .doc of Word before 2007",
            "Open it in Word or LibreOffice and save it as .docx.",
        )


def local_name(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name without its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Element | None, *names: str) -> Element | None:
    """The first child of this name, and of that the first of the next name, and so on."""
    for name in names:
        element = next((one for one in children(element) if local_name(one) == name), None)
    return element


def children(element: Element | None) -> Iterator[Element]:
    """The children of an element; of none there are none."""
    return iter(()) if element is None else iter(element)


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
