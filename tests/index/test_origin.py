"""Notes of where files came from, and what becomes of them in the index."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from index.build import build
from index.changes import changed_sources
from index.errors import UnreadableDocumentError
from index.origin import SUFFIX, Origin
from index.settings import Settings
from index.sources import find_sources, read_source
from index.store import Store
from index.verify import verify
from tests.fakes import BagOfWords

TEXT = "The lamp was lit in 1847. It went out in 1961."
TIME = "2026-11-28T10:15:00Z"


def note(folder: Path, name: str, text: str = TEXT, url: str = "https://example.org/a") -> None:
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / f"{name}{SUFFIX}").write_bytes(Origin(url, TIME, digest).written())


def put(folder: Path, name: str, text: str = TEXT) -> None:
    (folder / name).write_text(text, "utf-8")


def built(settings: Settings) -> dict[str, Mapping[str, str]]:
    build(settings, embedding=BagOfWords())
    assert verify(settings).faults == ()
    with closing(Store.open(settings.store)) as store:
        assert changed_sources(store, settings) == ()
        told = {entry.id: store.document(entry.id).metadata for entry in store.documents()}
        return {
            one: {k: v for k, v in said.items() if k != "language"} for one, said in told.items()
        }


def changed(settings: Settings) -> tuple[str, ...]:
    with closing(Store.open(settings.store)) as store:
        return changed_sources(store, settings)


FETCHED = {"url": "https://example.org/a", "retrieved": TIME}


def test_a_document_says_where_it_is_from_and_when(settings: Settings) -> None:
    put(settings.sources, "a.txt")
    put(settings.sources, "b.txt", "Something else.")
    note(settings.sources, "a.txt")
    assert find_sources(settings.sources) == ["a.txt", "b.txt"]
    assert built(settings) == {"a.txt": FETCHED, "b.txt": {}}


def test_where_it_is_from_wins_over_what_a_document_says_itself(settings: Settings) -> None:
    text = "---\nurl: https://elsewhere.example/\nauthor: Jo\n---\n\nIt rained.\n"
    put(settings.sources, "a.md", text)
    note(settings.sources, "a.md", text)
    assert built(settings)["a.md"].items() >= FETCHED.items()


def test_a_file_edited_since_is_not_said_to_be_retrieved(settings: Settings) -> None:
    note(settings.sources, "a.txt")
    put(settings.sources, "a.txt", TEXT + " It was lit again.")
    assert built(settings)["a.txt"] == {"url": "https://example.org/a", "altered_since": TIME}


def test_a_note_that_comes_changes_or_goes_is_taken_in_without_embedding(
    settings: Settings,
) -> None:
    put(settings.sources, "a.txt")
    assert built(settings)["a.txt"] == {}
    for url in ("https://example.org/a", "https://example.org/b"):
        note(settings.sources, "a.txt", url=url)
        assert changed(settings) == (f"a.txt{SUFFIX}",)
        assert verify(settings).faults == ()
        report = build(settings, embedding=(embedding := BagOfWords()))
        assert (report.changed, embedding.embedded) == (("a.txt",), [])
        assert built(settings)["a.txt"]["url"] == url
    (settings.sources / f"a.txt{SUFFIX}").unlink()
    assert changed(settings) == (f"a.txt{SUFFIX}",)
    assert built(settings)["a.txt"] == {}


def test_a_file_renamed_with_its_note_keeps_it_and_without_loses_it(settings: Settings) -> None:
    put(settings.sources, "a.txt")
    note(settings.sources, "a.txt")
    built(settings)
    for name in ("a.txt", f"a.txt{SUFFIX}"):
        (settings.sources / name).rename(settings.sources / name.replace("a.", "b."))
    assert built(settings) == {"b.txt": FETCHED}
    (settings.sources / "b.txt").rename(settings.sources / "c.txt")
    assert built(settings) == {"c.txt": {}}


def test_the_documents_in_an_archive_are_from_where_it_is(settings: Settings) -> None:
    with zipfile.ZipFile(settings.sources / "a.zip", "w") as archive:
        archive.writestr("in.txt", TEXT)
        archive.writestr(f"in.txt{SUFFIX}", "{}")
    said = Origin("https://example.org/a", TIME, digest_of(settings.sources / "a.zip"))
    (settings.sources / f"a.zip{SUFFIX}").write_bytes(said.written())
    assert built(settings) == {"a.zip/in.txt": FETCHED}
    assert build(settings, embedding=BagOfWords()).failures == ()
    (settings.sources / f"a.zip{SUFFIX}").unlink()
    assert built(settings) == {"a.zip/in.txt": {}}


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_note_beside_nothing_is_nothing(settings: Settings) -> None:
    put(settings.sources, "a.txt")
    note(settings.sources, "gone.txt")
    report = build(settings, embedding=BagOfWords())
    assert (report.documents, report.failures) == (1, ())
    assert changed(settings) == ()


GOOD = {"url": "https://example.org/", "retrieved": TIME, "sha256": "0" * 64}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 60_000,
        b" " * 70_000,
        *(
            json.dumps(GOOD | wrong).encode()
            for wrong in (
                {"url": "javascript:alert(1)"},
                {"url": "https://"},
                {"url": "https://example.org/ b"},
                {"url": "https://example.org/\ud800"},
                {"url": "https://example.org/\x1b[31m"},
                {"url": "https://example.org/\u202eb"},
                {"url": 7},
                {"asked": "file:///etc/passwd"},
                {"retrieved": "yesterday"},
                {"sha256": "0"},
                {"sha256": None},
            )
        ),
    ],
    ids=lambda said: said[:70].decode(errors="replace"),
)
def test_a_note_that_says_nothing_of_the_kind_is_told(sources: Path, said: bytes) -> None:
    put(sources, "a.txt")
    (sources / f"a.txt{SUFFIX}").write_bytes(said)
    with pytest.raises(UnreadableDocumentError, match=r"'a.txt': the note beside it, 'a.txt.sour"):
        read_source(sources, "a.txt", max_bytes=1000)


def linked(path: Path) -> None:
    note(path.parents[1], "elsewhere")
    path.symlink_to(path.parents[1] / f"elsewhere{SUFFIX}")


@pytest.mark.parametrize("make", [linked, os.mkfifo, os.mkdir])
def test_a_note_that_is_no_file_of_the_folder_is_told(
    sources: Path, make: Callable[[Path], None]
) -> None:
    put(sources, "a.txt")
    make(sources / f"a.txt{SUFFIX}")
    with pytest.raises(UnreadableDocumentError, match="is from"):
        read_source(sources, "a.txt", max_bytes=1000)


def test_a_damaged_note_is_told_at_each_build_until_it_is_mended(settings: Settings) -> None:
    put(settings.sources, "a.txt")
    (settings.sources / f"a.txt{SUFFIX}").write_text("{}")
    for _ in range(2):
        assert dict(build(settings, embedding=BagOfWords()).failures).keys() == {"a.txt"}
        assert changed(settings) == ()
    note(settings.sources, "a.txt")
    assert built(settings) == {"a.txt": FETCHED}


def test_a_name_too_long_for_a_note_beside_it_is_no_fault(settings: Settings) -> None:
    name = "a" * 251 + ".txt"
    put(settings.sources, name)
    assert built(settings) == {name: {}}


def test_a_note_is_read_as_it_was_written() -> None:
    said = Origin("https://example.org/ü", TIME, "0" * 64, "text/html", "http://example.org/")
    assert Origin.read(said.written()) == said
    assert "type" not in json.loads(Origin("https://example.org/", TIME, "0" * 64).written())
