"""What a version of the index says of itself, in `manifest.json`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from index.errors import StoreDamagedError, StoreFormatError
from index.versions import reading

FORMAT = 6
"""Changes whenever an older version of Pullquote could not read what this one writes."""

FILE = "manifest.json"

_DIGEST = b',\n "digest": '
"""Comes after all else in the file, and before the digest of what comes before it."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as it was when it was read."""

    digest: str
    size: int
    modified: int
    """Nanoseconds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source did not become a document."""

    reason: str
    state: SourceState | None
    """As it was when it was read; None if it could not even be read."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file of the version, which never changes once it is in service."""

    size: int
    digest: str
    """SHA-256, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the version was made of and by."""

    embedding: str
    """Fingerprint of the embedding."""

    dimension: int
    splitting: str
    built_at: str
    """ISO 8601, UTC."""

    folder: str
    """The sources folder, as an absolute path."""

    sources: Mapping[str, SourceState] = field(default_factory=dict)
    """By name, every source that became a document."""

    failures: Mapping[str, Failure] = field(default_factory=dict)
    """By name, every source that did not."""

    containers: Mapping[str, SourceState] = field(default_factory=dict)
    """By name, every file that holds documents as its members."""

    notes: Mapping[str, SourceState] = field(default_factory=dict)
    """By name, every note of where a file came from."""

    limits: Mapping[str, float] = field(default_factory=dict)
    """What a document was allowed: one that was refused is tried again when that changes."""

    files: Mapping[str, FileState] = field(default_factory=dict)
    """By posix path below the version's folder."""

    documents: int = 0
    chunks: int = 0
    sentences: int = 0
    vectors: int = 0
    dead: int = 0
    """Vectors that no sentence has any more, and that Chroma keeps in its graph all the same."""

    terms: int = 0
    """How many terms the sentences hold together."""

    format: int = FORMAT

    def write(self, version: Path) -> None:
        """Write into a version's folder; the last file of a version to be written."""
        content = json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()
        content = content.removesuffix(b"\n}")
        digest = json.dumps(_digest_of(content)).encode()
        (version / FILE).write_bytes(content + _DIGEST + digest + b"\n}")

    @classmethod
    def read(cls, store: Path, version: Path) -> Self:
        """Read from a version's folder.

        Raises:
            StoreFormatError: Another version of Pullquote wrote it.
            StoreDamagedError: It is missing, or not as it was written.
            StoreUnreadableError: It can't be read.
        """
        with reading(store, FILE):
            content = (version / FILE).read_bytes()
        try:
            fields = json.loads(content)
            if fields["format"] != FORMAT:
                raise StoreFormatError(store, fields["format"], FORMAT)
            digest = fields.pop("digest")
            states = {
                kind: {name: SourceState(**state) for name, state in fields[kind].items()}
                for kind in ("sources", "containers", "notes")
            }
            failures = {
                name: Failure(f["reason"], SourceState(**f["state"]) if f["state"] else None)
                for name, f in fields["failures"].items()
            }
            files = {name: FileState(**state) for name, state in fields["files"].items()}
            read = cls(**{**fields, **states, "failures": failures, "files": files})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreDamagedError(store, f"{FILE} makes no sense") from error
        if digest != _digest_of(content.rpartition(_DIGEST)[0]):
            raise StoreDamagedError(store, f"{FILE} is not as it was written")
        return read


def _digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
