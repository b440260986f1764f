"""The documents that source files hold: most one, archives and tables many, mails what is attached.

A document in a file is called by the file's name, a slash, and what it is called in there. No file
of the folder can have that name, as what has a file's name is no folder.
"""

from collections.abc import Collection, Iterator
from dataclasses import fields

from index import formats
from index.errors import UnreadableDocumentError
from index.formats import mail, table, zipped
from index.formats.content import Member
from index.formats.limits import Limits, check_members, check_nesting, check_unpacked
from index.origin import is_note
from index.settings import Settings
from index.sources import Source, changed_while_read, check_kind, read_source

Found = Source | UnreadableDocumentError


class Documents:
    """The documents in one file, in order; and whether it holds them as members."""

    def __init__(self, source: Source, settings: Settings) -> None:
        """Look into a file.

        Raises:
            UnreadableDocumentError: It is an archive, table or message, and damaged.
        """
        self._settings = settings
        self._source = source
        self._unpacked = self._count = 0
        self._refused = False
        with formats.refusing(source.name):
            self._members = self._looked_into(source)
        self.is_container = self._members is not None

    def __iter__(self) -> Iterator[Found]:
        if self._members is None:
            yield self._source
        else:
            yield from self._in(self._source.name, self._members, 1)

    def _looked_into(self, source: Source) -> Iterator[Member] | None:
        kind = source.kind or formats.suffix_of(source.name)
        if kind == ".eml":
            return mail.members(source.name, source.content)
        if kind == ".zip":
            return zipped.members(source.name, source.content)
        if kind in table.KINDS:
            return table.rows(source.name, source.content, columns_of(self._settings))
        return None

    def _in(self, name: str, members: Iterator[Member], depth: int) -> Iterator[Found]:
        try:
            with formats.refusing(name):
                for member in members:
                    if self._refused:
                        return
                    if not is_note(member.name):
                        self._count_one()
                        yield from self._of(member, depth)
        except UnreadableDocumentError as error:
            yield error

    def _count_one(self) -> None:
        self._count += 1
        try:
            check_members(self._source.name, self._count)
        except UnreadableDocumentError:
            self._refused = True
            raise

    def _of(self, member: Member, depth: int) -> Iterator[Found]:
        try:
            with formats.refusing(member.name):
                source = self._read(member, depth)
                inner = self._looked_into(source)
        except UnreadableDocumentError as error:
            yield error
            return
        if inner is None:
            yield source
        else:
            yield from self._in(source.name, inner, depth + 1)

    def _read(self, member: Member, depth: int) -> Source:
        check_nesting(member.name, depth)
        if not member.kind:
            check_kind(member.name, member.size, max_bytes(self._settings))
        content = member.read()
        self._unpacked += len(content)
        check_unpacked(member.name, self._unpacked)
        return Source(member.name, content, self._source.modified, member.kind, self._source.origin)


def read_documents(
    settings: Settings, containers: Collection[str], names: Collection[str]
) -> Iterator[Found]:
    """Read the documents that have these names, each file once; errors have their names.

    Args:
        settings: Where the files are.
        containers: Names of the files that hold documents as members.
        names: Which documents.
    """
    files: dict[str, list[str]] = {}
    for name in names:
        files.setdefault(file_of(name, containers), []).append(name)
    for file, wanted in files.items():
        try:
            source = read_source(settings.sources, file, max_bytes=max_bytes(settings))
            found: Iterator[Found] = iter((source,))
            if file in containers:
                found = iter(Documents(source, settings))
        except UnreadableDocumentError as error:
            for name in wanted:
                yield UnreadableDocumentError(name, error.reason, error.advice)
            continue
        missing = dict.fromkeys(wanted)
        for one in found:
            if one.name in missing:
                del missing[one.name]
                yield one
        yield from map(changed_while_read, missing)


def file_of(name: str, containers: Collection[str]) -> str:
    """The name of the file that a document is or lies in."""
    end = name.find("/")
    while end >= 0:
        if name[:end] in containers:
            return name[:end]
        end = name.find("/", end + 1)
    return name


def limits_of(settings: Settings) -> Limits:
    """What the settings allow a document."""
    return Limits(**{field.name: getattr(settings, field.name) for field in fields(Limits)})


def max_bytes(settings: Settings) -> int:
    """Bytes above which a source is refused."""
    return int(min(settings.max_file_mb, 1e9) * 1_000_000)


def columns_of(settings: Settings) -> table.Columns:
    """Which columns of a table hold what."""
    return table.Columns(
        settings.text_columns,
        settings.title_columns,
        settings.date_columns,
        settings.url_columns,
        settings.author_columns,
    )
