"""What the keeper does to a folder: which names files get, and that none is lost or overwritten."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.page.documents.arriving import Arriving
from assistant.page.documents.keeper import KEPT, PENDING, Keeper, NotBroughtError
from index.settings import Settings
from index.sources import find_sources


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(Settings(sources=tmp_path / "sources", store=tmp_path / "store"))


def bring(keeper: Keeper, name: str, content: bytes = b"The bakery opens at seven.") -> str:
    with Arriving(keeper, name, len(content)) as arriving:
        arriving.write(content)
        return arriving.finish()


def held(keeper: Keeper) -> dict[str, bytes]:
    folder = keeper.settings.sources
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("notes.md", "notes.md"),
        ("../../etc/notes.md", "notes.md"),
        ("C:\\Users\\me\\notes.md", "notes.md"),
        ("/etc/notes.txt", "notes.txt"),
        (".hidden.txt", "hidden.txt"),
        ("..txt.txt", "txt.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1.tar.txt", "_com1.tar.txt"),
        ("lpt¹.txt", "_lpt¹.txt"),
        ("conference.txt", "conference.txt"),
        ('what: "why?" <1>|*.txt', "what_ _why__ _1___.txt"),
        ("a\nb\x1b[31m\u202e.txt", "a b [31m.txt"),
        ("été – 日本語 🥖.txt", "été – 日本語 🥖.txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("notes.txt. ", "notes.txt"),
        ("a" * 400 + ".txt", "a" * 176 + ".txt"),
        ("é" * 400 + ".txt", "é" * 88 + ".txt"),
    ],
)
def test_a_name_is_made_fit(keeper: Keeper, given: str, name: str) -> None:
    assert bring(keeper, given) == name
    assert held(keeper) == {name: b"The bakery opens at seven."}


@pytest.mark.parametrize("given", ["", "..", ".txt", "/", "notes.exe", ".env", "notes", "a.txt/.."])
def test_a_name_that_no_document_has_is_refused_by_name(keeper: Keeper, given: str) -> None:
    with pytest.raises(NotBroughtError, match=r"^‘.+’ (has no suffix|is of the kind ‘\.exe’)"):
        bring(keeper, given)
    assert not keeper.settings.sources.exists() or held(keeper) == {}


def test_another_file_of_a_name_gets_a_number_and_the_same_one_none(keeper: Keeper) -> None:
    assert bring(keeper, "a.txt", b"one") == "a.txt"
    assert bring(keeper, "a.txt", b"two") == "a (2).txt"
    assert bring(keeper, "a.txt", b"three") == "a (3).txt"
    assert bring(keeper, "a.txt", b"two") == "a (2).txt"
    assert held(keeper) == {"a.txt": b"one", "a (2).txt": b"two", "a (3).txt": b"three"}


def test_two_of_one_name_at_once_both_stay(keeper: Keeper) -> None:
    with Arriving(keeper, "a.txt", 3) as first, Arriving(keeper, "a.txt", 3) as second:
        second.write(b"two")
        first.write(b"one")
        assert find_sources(keeper.settings.sources) == []
        assert {first.finish(), second.finish()} == {"a.txt", "a (2).txt"}
    assert sorted(held(keeper).values()) == [b"one", b"two"]


def test_a_link_in_the_folder_is_not_followed(keeper: Keeper, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    keeper.settings.sources.mkdir()
    (keeper.settings.sources / "a.txt").symlink_to(outside)
    (keeper.settings.sources / "b.txt").symlink_to(tmp_path / "nowhere.txt")
    assert bring(keeper, "a.txt", b"mine") == "a (2).txt"
    assert bring(keeper, "b.txt") == "b (2).txt"
    assert outside.read_text() == "mine"
    assert not (tmp_path / "nowhere.txt").exists()


@pytest.mark.parametrize("links", [True, False])
def test_no_file_is_overwritten_on_a_disk_without_hard_links_either(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", link)
    assert bring(keeper, "a.txt", b"one") == "a.txt"
    assert bring(keeper, "a.txt", b"two") == "a (2).txt"
    assert held(keeper) == {"a.txt": b"one", "a (2).txt": b"two"}


def test_a_file_that_is_cut_off_leaves_nothing(keeper: Keeper) -> None:
    with Arriving(keeper, "a.txt", 10) as arriving:
        arriving.write(b"half")
        (pending,) = keeper.settings.sources.iterdir()
        assert pending.name.startswith(PENDING)
    assert list(keeper.settings.sources.iterdir()) == []
    assert keeper.on_their_way == 0


def test_an_empty_file_is_refused_by_name(keeper: Keeper) -> None:
    with pytest.raises(NotBroughtError, match=r"^‘a\.txt’ is empty"):
        bring(keeper, "a.txt", b"")
    assert list(keeper.settings.sources.iterdir()) == []


def test_what_was_removed_can_be_put_back(keeper: Keeper) -> None:
    (keeper.settings.sources / "deep").mkdir(parents=True)
    (keeper.settings.sources / "deep" / "a.txt").write_bytes(b"one")
    assert keeper.remove(["deep/a.txt"]) == ["deep/a.txt"]
    assert held(keeper) == {}
    (kept,) = Keeper(keeper.settings).removed()  # also after a restart
    assert kept.name == "deep/a.txt"
    (keeper.settings.sources / "deep" / "a.txt").write_bytes(b"another")
    assert keeper.put_back(kept.key) == "deep/a (2).txt"
    assert held(keeper) == {"deep/a.txt": b"another", "deep/a (2).txt": b"one"}
    assert keeper.removed() == []
    with pytest.raises(NotBroughtError, match="no longer kept"):
        keeper.put_back(kept.key)


def test_a_document_in_an_archive_goes_with_the_archive(keeper: Keeper) -> None:
    bring(keeper, "rows.csv", b"text\none\ntwo\n")
    assert keeper.remove(["rows.csv/1"]) == ["rows.csv"]
    assert held(keeper) == {}


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/etc/passwd", "no.txt", "", ".hidden.txt", "."]
)
def test_only_what_is_in_the_folder_is_removed(keeper: Keeper, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.txt").write_text("mine")
    bring(keeper, "a.txt")
    (keeper.settings.sources / ".hidden.txt").write_text("mine")
    with pytest.raises(NotBroughtError, match="no longer in the folder"):
        keeper.remove([name])
    assert (tmp_path / "outside.txt").exists()
    assert held(keeper).keys() == {"a.txt", ".hidden.txt"}


@pytest.mark.parametrize("key", ["", "..", "../../sources", "20260101-000000-00000000"])
def test_only_what_was_removed_is_put_back(keeper: Keeper, key: str) -> None:
    bring(keeper, "a.txt")
    with pytest.raises(NotBroughtError, match="no longer kept"):
        keeper.put_back(key)


def test_what_was_removed_is_deleted_after_a_day(keeper: Keeper) -> None:
    bring(keeper, "a.txt")
    keeper.remove(["a.txt"])
    (folder,) = (keeper.settings.store / "removed").iterdir()
    old = datetime.now(UTC) - KEPT - timedelta(minutes=1)
    folder.rename(folder.with_name(f"{old:%Y%m%d-%H%M%S}-00000000"))
    strange = keeper.settings.store / "removed" / "mine"
    strange.mkdir()
    assert keeper.removed() == []
    assert [path.name for path in strange.parent.iterdir()] == ["mine"]


def test_where_documents_stay_as_they_are_nothing_changes(keeper: Keeper) -> None:
    bring(keeper, "a.txt")
    reading = Keeper(keeper.settings, read_only=True)
    for change in (
        lambda: bring(reading, "b.txt"),
        lambda: reading.remove(["a.txt"]),
        lambda: reading.put_back("x"),
    ):
        with pytest.raises(NotBroughtError, match="PULLQUOTE_READ_ONLY=no"):
            change()
    assert held(keeper).keys() == {"a.txt"}
