"""Everything that `index` raises on purpose.

* PullquoteError
  - UnreadableDocumentError: one source file cannot become a document
  - UnknownDocumentError: the index holds no document of this id
  - SourcesError: the sources folder is missing or not a folder
  - SettingsError: a setting has a value that cannot be used
  - ScopeError: documents are asked for by what no document can meet
  - EmbeddingError: the embedding failed, or gave vectors that cannot be used
  - StoreError: the store cannot be used as it is
    - StoreMissingError: nothing has been built yet
    - StoreMismatchError: built by another embedding
    - StoreFormatError: written by an older or newer version
    - StoreDamagedError: files are missing or do not agree
    - StoreUnreadableError: its files cannot be read, though nothing says that they are damaged
    - StoreBusyError: another process is building
    - StoreUnwritableError: its files cannot be written

Each message says what happened, to what, and what to do about it.
"""

from pathlib import Path

from index.invocation import index_command


def reason_of(error: BaseException) -> str:
    """What the system says is wrong, without the number and the path, and without a stop."""
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")


class PullquoteError(Exception):
    """Base of every error whose message is meant for the person using the product."""


class UnreadableDocumentError(PullquoteError):
    """A source file cannot become a document; the others are indexed all the same."""

    def __init__(self, name: str, reason: str, advice: str) -> None:
        super().__init__(f"Cannot use {name!r}: {reason}. {advice}")
        self.name = name
        self.reason = reason
        self.advice = advice


class UnknownDocumentError(PullquoteError):
    """There is no document of this id in the index."""

    def __init__(self, document_id: str) -> None:
        super().__init__(
            f"There is no document {document_id!r} in the index. "
            f"See what there is with {index_command('status')}."
        )


class SourcesError(PullquoteError):
    """The sources folder is missing or is not a folder."""


class SettingsError(PullquoteError):
    """A setting has a value that cannot be used."""


class ScopeError(PullquoteError):
    """Documents are asked for by what none can meet."""


class EmbeddingError(PullquoteError):
    """The embedding failed, or gave vectors that cannot be used."""

    def __init__(self, name: str, reason: str, advice: str) -> None:
        super().__init__(f"Cannot embed with {name!r}: {reason}. {advice}")
        self.name = name
        self.reason = reason
        self.advice = advice


class StoreError(PullquoteError):
    """The store cannot be used as it is."""


class StoreMissingError(StoreError):
    """Nothing has been built in this folder yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"No index in {str(folder)!r} yet. Build it with {index_command('build')}."
        )


class StoreMismatchError(StoreError):
    """The store was built by another embedding than the one configured."""

    def __init__(self, folder: Path, built_with: str, configured: str) -> None:
        super().__init__(
            f"The index in {str(folder)!r} was built with the embedding {built_with!r}, but "
            f"{configured!r} is configured. Rebuild it with {index_command('rebuild')}, or set "
            "PULLQUOTE_EMBEDDING back."
        )


class StoreFormatError(StoreError):
    """The store was written in a format that this version does not read."""

    def __init__(self, folder: Path, found: object, expected: int) -> None:
        self.is_newer = isinstance(found, int) and found > expected
        age = "a newer" if self.is_newer else "an older"
        advice = (
            f"Update Pullquote, or rebuild it with {index_command('rebuild')}."
            if self.is_newer
            else f"Build it anew with {index_command('build')}."
        )
        super().__init__(
            f"The index in {str(folder)!r} was written by {age} version of Pullquote (format "
            f"{found}, this one reads {expected}). {advice}"
        )


class StoreDamagedError(StoreError):
    """Files of the store are missing, unreadable, or do not agree with each other."""

    def __init__(self, folder: Path, detail: str) -> None:
        super().__init__(
            f"The index in {str(folder)!r} is damaged: {detail}. "
            f"Rebuild it with {index_command('rebuild')}."
        )
        self.detail = detail


class StoreUnreadableError(StoreError):
    """Files of the store cannot be read, though nothing says that they are damaged."""

    def __init__(self, folder: Path, detail: str, advice: str) -> None:
        super().__init__(f"The index in {str(folder)!r} cannot be read: {detail}. {advice}")


class StoreBusyError(StoreError):
    """Another process is building in the same folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"The index in {str(folder)!r} is being built by {holder}. "
            "Wait until it has finished, then try again."
        )


class StoreUnwritableError(StoreError):
    """Files of the store cannot be written."""

    def __init__(self, folder: Path, detail: str) -> None:
        super().__init__(
            f"Cannot write to {str(folder)!r}: {detail}. Make room there or mend its permissions, "
            "or name another folder with --store or PULLQUOTE_STORE."
        )
