"""The documents of one version: their list, and their texts, which are checked as they are read."""

import hashlib
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from index.document import Block, Document, Span
from index.errors import StoreDamagedError, UnknownDocumentError
from index.languages import ENGLISH, primary
from index.store.files import making_sense
from index.store.records import StoredDocument

KEPT = 20_000_000
"""Characters of the texts that are kept in memory, the ones last asked for."""

Rows = Callable[..., list[tuple[Any, ...]]]
"""Asks the texts: an SQL query and its parameters."""


class Documents:
    """Gives documents by id, from any number of threads; keeps those that were asked for last."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self._folder = folder
        self._rows = rows
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def __call__(self, document_id: str) -> Document:
        """Read a document.

        Raises:
            UnknownDocumentError: There is none of this id.
            StoreDamagedError: It is not as it was written.
        """
        with self._lock:
            if document_id in self._kept:
                self._kept.move_to_end(document_id)
                return self._kept[document_id]
        document = self._read(document_id)
        with self._lock:
            if document_id not in self._kept:
                self._kept[document_id] = document
                self._characters += len(document.text)
            while self._characters > KEPT and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._characters -= len(dropped.text)
        return document

    def _read(self, document_id: str) -> Document:
        found = self._rows(
            "SELECT title, text, digest, source, metadata, pages, blocks, checksum FROM documents "
            "WHERE id = ?",
            (document_id,),
        )
        if not found:
            raise UnknownDocumentError(document_id)
        with making_sense(self._folder):
            check_strings(found[0])
            title, text, digest, source, metadata, pages, blocks, expected = found[0]
            if text_checksum(text) != expected:
                raise StoreDamagedError(
                    self._folder, f"the text of {document_id!r} is not as it was written"
                )
            return Document(
                document_id,
                title,
                text,
                digest,
                source,
                json.loads(metadata),
                tuple(Span(start, end) for start, end in json.loads(pages)),
                tuple(
                    Block(Span(start, end), kind, level)
                    for start, end, kind, level in json.loads(blocks)
                ),
            )


def read_documents(folder: Path, rows: Rows) -> tuple[StoredDocument, ...]:
    """List the documents by id."""
    found = rows(
        "SELECT id, title, source, digest, metadata, (SELECT count(*) FROM chunks JOIN sentences "
        "USING (chunk) WHERE chunks.document = documents.document) FROM documents ORDER BY id"
    )
    with making_sense(folder):
        for row in found:
            check_strings(row[:-1])
        return tuple(
            StoredDocument(document_id, title, source, digest, sentences, json.loads(metadata))
            for document_id, title, source, digest, metadata, sentences in found
        )


def languages_of(documents: Callable[[], Iterable[StoredDocument]]) -> tuple[str, ...]:
    """The languages of documents, as `index.languages` has them, that of most of them first."""
    counts = Counter(primary(document.language) for document in documents())
    found = sorted(counts, key=lambda language: (-counts[language], language))
    return tuple(found) or (ENGLISH,)


def check_strings(values: Iterable[object]) -> None:
    """Make sure that what was read are texts.

    Raises:
        TypeError: One is not.
    """
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{value!r} stands where a text should")


def text_checksum(text: str) -> str:
    """SHA-256 of a text, in hexadecimal: a quote is as true as the text it is cut from."""
    return hashlib.sha256(text.encode()).hexdigest()
