"""Files that hold several documents: archives and tables."""

import json
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from index.build import build
from index.changes import changed_sources
from index.document import Document
from index.errors import UnreadableDocumentError
from index.formats import zipped
from index.formats.content import Member
from index.formats.limits import limited
from index.load import load_document
from index.members import Documents, Found, limits_of
from index.settings import Settings
from index.sources import Source
from index.store import Store
from index.verify import verify
from tests.fakes import BagOfWords

Members = dict[str, bytes] | Iterable[tuple[zipfile.ZipInfo | str, bytes]]


def packed(members: Members) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, held)
    return content.getvalue()


def found_in(content: bytes, name: str = "a.zip", settings: Settings | None = None) -> list[Found]:
    settings = settings or Settings()
    with limited(limits_of(settings)):
        return list(Documents(Source(name, content, 0), settings))


def texts(found: Iterable[Found]) -> dict[str, str]:
    return {
        one.name: load_document(one).text if isinstance(one, Source) else one.reason
        for one in found
    }


def documents(found: Iterable[Found]) -> list[Document]:
    return [load_document(one) for one in found if isinstance(one, Source)]


def built(settings: Settings) -> dict[str, str]:
    build(settings, embedding=BagOfWords())
    with closing(Store.open(settings.store)) as store:
        return {entry.source: store.document(entry.id).text for entry in store.documents()}


def changes(settings: Settings) -> tuple[str, ...]:
    with closing(Store.open(settings.store)) as store:
        assert set(changed_sources(store, settings)) <= set(
            changed_sources(store, settings, reread=True)
        )
        return changed_sources(store, settings)


def test_members_of_an_archive_are_documents(settings: Settings) -> None:
    held = {
        "one.txt": b"The cat sat.",
        "deep/two.md": b"# Dogs\n\nA dog barked.",
        "three.zip": packed({"rows.csv": b"title,text\nRain,It rained.\n"}),
        "photo.jpg": b"\xff\xd8\xff",
        "empty.txt": b"",
        ".hidden.txt": b"Hidden.",
        "__MACOSX/one.txt": b"\0",
    }
    (settings.sources / "a.zip").write_bytes(packed(held))
    assert built(settings) == {
        "a.zip/one.txt": "The cat sat.",
        "a.zip/deep/two.md": "# Dogs\n\nA dog barked.",
        "a.zip/three.zip/rows.csv/1": "It rained.",
    }
    report = build(settings, embedding=BagOfWords())
    assert (report.unchanged, report.embedded) == (3, 0)
    assert [name for name, _ in report.failures] == ["a.zip/empty.txt", "a.zip/photo.jpg"]
    assert changes(settings) == ()
    outcome = verify(settings)
    assert (outcome.documents, outcome.faults, outcome.changed) == (3, (), ())


def test_only_members_that_changed_are_told_and_embedded(settings: Settings) -> None:
    path = settings.sources / "a.zip"
    path.write_bytes(packed({"a.txt": b"The cat sat.", "b.txt": b"A dog barked.", "c.txt": b""}))
    built(settings)
    path.write_bytes(packed({"a.txt": b"The cat sat.", "b.txt": b"A wolf howled.", "d.txt": b"x"}))
    assert changes(settings) == ("a.zip/b.txt", "a.zip/c.txt", "a.zip/d.txt")
    embedding = BagOfWords()
    report = build(settings, embedding=embedding)
    assert (report.changed, report.added) == (("a.zip/b.txt",), ("a.zip/d.txt",))
    assert sorted(embedding.embedded) == ["A wolf howled.", "x"]
    path.unlink()
    assert changes(settings) == ("a.zip/a.txt", "a.zip/b.txt", "a.zip/d.txt")
    assert built(settings) == {}


def test_an_archive_packed_anew_is_told_and_its_members_are_the_same(settings: Settings) -> None:
    path = settings.sources / "a.zip"
    path.write_bytes(packed({"a.txt": b"The cat sat.", "b.txt": b"It rained."}))
    built(settings)
    path.write_bytes(packed({"b.txt": b"It rained.", "a.txt": b"The cat sat."}))
    assert changes(settings) == ("a.zip",)
    report = build(settings, embedding=BagOfWords())
    assert (report.unchanged, report.embedded) == (2, 0)
    assert changes(settings) == ()


def test_a_document_moved_into_an_archive_is_renamed(settings: Settings) -> None:
    (settings.sources / "a.txt").write_text("The cat sat.")
    built(settings)
    (settings.sources / "a.txt").unlink()
    (settings.sources / "b.zip").write_bytes(packed({"a.txt": b"The cat sat."}))
    assert changes(settings) == ("a.txt", "b.zip")
    report = build(settings, embedding=BagOfWords())
    assert (report.renamed, report.embedded) == (("b.zip/a.txt",), 0)
    assert verify(settings).faults == ()


def test_a_member_renamed_to_another_format_is_read_anew(settings: Settings) -> None:
    for name, text in (("a.txt", "<p>The cat sat.</p>"), ("a.html", "The cat sat.")):
        (settings.sources / "a.zip").write_bytes(packed({name: b"<p>The cat sat.</p>"}))
        assert built(settings) == {f"a.zip/{name}": text}
    assert verify(settings).faults == ()


def test_a_folder_may_have_the_name_of_an_archive(settings: Settings) -> None:
    (settings.sources / "a.zip").mkdir()
    (settings.sources / "a.zip" / "1").write_text("No document.")
    (settings.sources / "a.zip" / "a.txt").write_text("The cat sat.")
    assert built(settings) == {"a.zip/a.txt": "The cat sat."}
    assert changes(settings) == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"No archive", "it is damaged (File is not a zip file)", id="none"),
        pytest.param(packed({"a.txt": b"x" * 999})[:-30], "it is damaged", id="cut off"),
        pytest.param(b"", "it is damaged (File is not a zip file)", id="empty"),
        pytest.param(
            packed({"ü.txt": b"x"}).replace("ü".encode(), b"\xff\xfe"),
            "it is damaged ('utf-8' codec can't decode byte 0xff",
            id="a name in no encoding",
        ),
    ],
)
def test_an_archive_that_is_none_is_refused_by_name(
    settings: Settings, content: bytes, reason: str
) -> None:
    (settings.sources / "a.zip").write_bytes(content)
    (settings.sources / "b.txt").write_text("The cat sat.")
    report = build(settings, embedding=BagOfWords())
    ((name, said),) = report.failures
    assert (name, report.documents) == ("a.zip", 1)
    assert said.startswith(f"Cannot use 'a.zip': {reason}")
    assert changes(settings) == ()
    assert build(settings, embedding=BagOfWords()).version == report.version


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(UnreadableDocumentError, match=r"300\.0 MB of content .*MAX_UNPACKED_MB"):
        found_in(packed({f"{n}.txt": b"\0" * 10_000_000 for n in range(30)}))
    with pytest.raises(
        UnreadableDocumentError, match=r"packed [\d,]+ to 1, .* PULLQUOTE_MAX_RATIO"
    ):
        found_in(packed({"a.txt": b"\0" * 10_000_000}))


def test_a_bomb_within_an_archive_fails_by_its_name_and_the_rest_is_read() -> None:
    bomb = packed({"a.txt": b"\0" * 10_000_000})
    said = texts(found_in(packed({"a.txt": b"One", "b.zip": bomb, "c.txt": b"Three"})))
    assert said.pop("a.zip/b.zip").startswith("it is packed ")
    assert said == {"a.zip/a.txt": "One", "a.zip/c.txt": "Three"}


def test_a_size_that_is_a_lie_is_found_out() -> None:
    content = packed({"a.txt": b"x" * 5000, "b.txt": b"Two"})
    lie = content.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    said = texts(found_in(lie))
    assert said["a.zip/a.txt"].startswith("it is damaged (Bad CRC-32")
    assert said["a.zip/b.txt"] == "Two"


def test_what_is_unpacked_is_counted_over_archives_within_each_other() -> None:
    inner = packed({"a.txt": b"The cat sat. " * 40_000})
    settings = Settings(max_unpacked_mb=1)
    said = texts(found_in(packed({f"{n}.zip": inner for n in range(4)}), settings=settings))
    refused = [name for name, text in said.items() if "above the limit of 1 MB" in text]
    assert refused
    assert len(said) == 4


def test_archives_too_deep_in_each_other_are_refused() -> None:
    content = packed({"a.txt": b"Deep"})
    for _ in range(4):
        content = packed({"a.txt": b"Here", "z.zip": content})
    said = texts(found_in(content, settings=Settings(max_nesting=3)))
    assert said == {
        "a.zip/a.txt": "Here",
        "a.zip/z.zip/a.txt": "Here",
        "a.zip/z.zip/z.zip/a.txt": "Here",
        "a.zip/z.zip/z.zip/z.zip/a.txt": "it lies 4 archives or messages deep, which is above the "
        "limit of 3",
        "a.zip/z.zip/z.zip/z.zip/z.zip": "it lies 4 archives or messages deep, which is above the "
        "limit of 3",
    }


def test_too_many_members_are_refused() -> None:
    content = packed({f"{n}.txt": b"x" for n in range(11)})
    with pytest.raises(UnreadableDocumentError, match=r"its 11 documents are .* of 10\. .*MEMBERS"):
        found_in(content, settings=Settings(max_members=10))
    with pytest.raises(UnreadableDocumentError, match=r"its 11 documents are .* of 10\. .*MEMBERS"):
        found_in(b"text\n" + b"Rain\n" * 11, "a.csv", Settings(max_members=10))


def test_members_are_counted_over_archives_within_each_other() -> None:
    inner = packed({f"{n}.txt": b"x" for n in range(4)})
    held = {"a.zip": inner, "b.zip": inner, "c.zip": inner}
    said = texts(found_in(packed(held), settings=Settings(max_members=8)))
    assert said.pop("a.zip") == "its 9 documents are above the limit of 8"
    assert list(said) == [
        *(f"a.zip/a.zip/{n}.txt" for n in range(4)),
        *(f"a.zip/b.zip/{n}.txt" for n in range(2)),
    ]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("/etc/passwd.txt", "a.zip/etc/passwd.txt"),
        ("../../up.txt", "a.zip/up.txt"),
        ("a/./b//c.txt", "a.zip/a/b/c.txt"),
        ("C:\\notes\\a.txt", "a.zip/notes/a.txt"),
        ("gr\xfc\xdf.txt", "a.zip/gr\xfc\xdf.txt"),
        ("a\nb.txt", "a.zip/a\nb.txt"),
    ],
)
def test_any_name_of_a_member_will_do(name: str, called: str) -> None:
    info = zipfile.ZipInfo("x.txt")
    info.filename = name
    assert texts(found_in(packed([(info, b"Text")]))) == {called: "Text"}


def test_a_member_without_a_name_takes_no_other_with_it() -> None:
    content = packed({"X.txt": b"One", "b.txt": b"Two"}).replace(b"X.txt", b"\0.txt")
    assert texts(found_in(content)) == {"a.zip/\0.txt": "One", "a.zip/b.txt": "Two"}


def test_whatever_goes_wrong_in_a_file_is_a_refusal_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(name: str, _: bytes) -> Iterator[Member]:
        yield Member(f"{name}/a.txt", 1, partial(bytes, b"One"))
        yield Member(f"{name}/b.txt", 1, partial(bytes, -1))
        raise KeyError("c.txt")

    monkeypatch.setattr(zipped, "members", failing)
    assert texts(found_in(b"")) == {
        "a.zip/a.txt": "One",
        "a.zip/b.txt": "it cannot be read (ValueError: negative count)",
        "a.zip": "it cannot be read (KeyError: 'c.txt')",
    }


def test_names_that_no_flag_says_to_be_utf_8_are_read_as_that_or_as_of_old() -> None:
    content = packed({"gr__.txt": b"Text"})
    assert [*texts(found_in(content.replace(b"gr__", "grü".encode())))] == ["a.zip/grü.txt"]
    assert [*texts(found_in(content.replace(b"gr__", b"gr\x81\x81")))] == ["a.zip/grüü.txt"]


def test_members_of_one_name_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed([("a.txt", b"One"), ("a.txt", b"Two"), ("a.txt", b"Three")])
    assert texts(found_in(content)) == {
        "a.zip/a.txt": "One",
        "a.zip/(2)/a.txt": "Two",
        "a.zip/(3)/a.txt": "Three",
    }
    held = {"r.csv": b"text\nRain\n", "r.csv/1": b"", "b.txt/c.txt": b"C", "b.txt": b"B"}
    assert texts(found_in(packed(held))) == {
        "a.zip/r.csv/1": "Rain",
        "a.zip/(2)/r.csv/1": "it has no suffix",
        "a.zip/b.txt/c.txt": "C",
        "a.zip/(2)/b.txt": "B",
    }


def test_many_members_of_one_name_take_no_time() -> None:
    same = [("a/b.txt", b"")] * 5_000
    crossed = [(f"({n})/c", b"") for n in range(5_000)] + [(f"c/{n}", b"") for n in range(5_000)]
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed([*same, ("c", b""), *crossed])
    started = time.process_time()
    names = [one.name for one in found_in(content)]
    assert time.process_time() - started < 5
    assert len({*names}) == len(names) == 15_001
    assert {"a.zip/a/b.txt", "a.zip/(2)/a/b.txt", "a.zip/(5000)/a/b.txt"} <= {*names}


def test_members_called_like_the_numbers_of_others_take_no_time() -> None:
    numbers = [(f"({n})", b"") for n in range(2, 2_000)]
    twice = [(f"d{n}/b.txt", b"") for n in range(2_000)] * 2
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed([*numbers, *twice])
    started = time.process_time()
    names = [one.name for one in found_in(content)]
    assert time.process_time() - started < 3
    assert "a.zip/(2000)/d7/b.txt" in names


@pytest.mark.parametrize("path", ["a/" * 32_000 + "b.txt", f"{'a' * 1_000}/b.txt"])
def test_a_path_that_no_system_makes_is_refused_by_its_end(path: str) -> None:
    started = time.process_time()
    assert texts(found_in(packed({path: b"One", "b.txt": b"Two"}))) == {
        "a.zip/…/b.txt": "its path in the archive is too long",
        "a.zip/b.txt": "Two",
    }
    assert time.process_time() - started < 5


def test_links_and_what_is_encrypted_or_packed_uncommonly_fail_by_name() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    lzma = zipfile.ZipInfo("lzma.txt")
    lzma.compress_type = zipfile.ZIP_LZMA
    content = BytesIO(packed([(link, b"/etc/passwd"), ("b.txt", b"Two"), ("c.txt", b"Three")]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(lzma, b"Packed", zipfile.ZIP_LZMA)
    encrypted = bytearray(content.getvalue())
    entry = encrypted.rindex(b"c.txt") - 46
    encrypted[entry + 8] |= 1
    assert texts(found_in(bytes(encrypted))) == {
        "a.zip/link.txt": "it is a link, without what it leads to",
        "a.zip/b.txt": "Two",
        "a.zip/c.txt": "it is encrypted",
        "a.zip/lzma.txt": "it is packed in an uncommon way",
    }


TABLE = """id;Title;Text;Date;URL;Author
1;Rain;"It rained.
All day; long.";2024-05-01;https://x.example/1;Ann
2;;"The ""cat"" sat.";3 May 2024;file:///etc/passwd;
3;Nothing;;2024;;
4;Snow;It snowed.;05/06/2024
"""


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_rows_with_a_text_are_documents(name: str) -> None:
    table = TABLE.replace(";", "\t") if name == "a.tsv" else TABLE
    assert [
        (one.id, one.title, one.text, one.metadata)
        for one in documents(found_in(table.encode(), name))
    ] == [
        (
            f"{name}/1",
            "Rain",
            "It rained.\nAll day; long.\n\nid: 1".replace(";", "\t" if name == "a.tsv" else ";"),
            {"author": "Ann", "published": "2024-05-01", "url": "https://x.example/1"},
        ),
        (
            f"{name}/2",
            "a 2",
            'The "cat" sat.\n\nid: 2\nURL: file:///etc/passwd',
            {"published": "2024-05-03"},
        ),
        (f"{name}/4", "Snow", "It snowed.\n\nid: 4\nDate: 05/06/2024", {}),
    ]


def test_the_other_columns_of_a_row_are_rows_below_its_text() -> None:
    table = 'text,rating,place\nGood soup.,4,"Port\nHallan"\n'
    (document,) = documents(found_in(table.encode(), "a.csv"))
    assert document.text == "Good soup.\n\nrating: 4\nplace: Port Hallan"
    told = [(block.kind, block.span.of(document.text)) for block in document.blocks]
    assert told == [("row", "rating: 4"), ("row", "place: Port Hallan")]


def test_lines_of_json_with_a_text_are_documents() -> None:
    lines = [
        json.dumps({"headline": "Rain", "body": "It rained.\r\nAll day.", "by": "Ann"}),
        "",
        json.dumps({"body": "Lone \ud800 half", "headline": 7, "url": None}),
        "{no JSON",
        "[" * 100_000,
        json.dumps({"body": ["no", "text"]}),
    ]
    assert texts(found_in("\n".join(lines).encode(), "a.jsonl")) == {
        "a.jsonl/1": "It rained.\nAll day.",
        "a.jsonl/3": "Lone \ufffd half",
        "a.jsonl/4": "its line is no JSON object",
        "a.jsonl/5": "its line is no JSON object",
    }


def test_numbers_and_truth_values_of_json_stand_as_in_the_file() -> None:
    digits = "7" * 5000
    line = (
        '{"text": "Paid.", "amount": 19.90, "rate": 0.00001, "sum": 12345678901234567890.12, '
        f'"ok": true, "late": false, "none": null, "most": -Infinity, "digits": {digits}}}'
    )
    assert texts(found_in(line.encode(), "a.jsonl")) == {
        "a.jsonl/1": "Paid.\n\namount: 19.90\nrate: 0.00001\nsum: 12345678901234567890.12\n"
        f"ok: true\nlate: false\nmost: -Infinity\ndigits: {digits}"
    }


def test_a_row_with_more_cells_than_columns_is_quoted_as_it_stands() -> None:
    table = (
        "title,text\n"
        "Rent,He paid, but not all, in May.\n"
        '"Oil","She said ""no"".","twice, in\nJune"\n'
        "Rain,It rained.,, \n"
    )
    (rent, oil, rain) = documents(found_in(table.encode(), "a.csv"))
    assert rent.text == "Rent,He paid, but not all, in May."
    assert oil.text == '"Oil","She said ""no"".","twice, in\nJune"'
    assert (rain.title, rain.text) == ("Rain", "It rained.")
    alone = b"text\nHe paid, but not all.\n"
    assert texts(found_in(alone, "a.csv")) == {"a.csv/1": "He paid, but not all."}


def test_columns_of_one_name_and_of_none_are_all_kept() -> None:
    table = b"Text,note,Note,,text\nGood soup.,hot,late,7,and bread\n"
    kept = "Good soup.\n\nnote: hot\nNote: late\n7\ntext: and bread"
    assert texts(found_in(table, "a.csv")) == {"a.csv/1": kept}
    line = b'{"Text": "Good soup.", "note": "hot", "Note": "late", "": 7, "text": "and bread"}'
    assert texts(found_in(line, "a.jsonl")) == {"a.jsonl/1": kept}


def test_the_header_alone_says_whether_rows_are_documents() -> None:
    table = b"id,text\n1\n2,It rained.\n3,It snowed.\n"
    assert texts(found_in(table, "a.csv")) == {
        "a.csv/2": "It rained.\n\nid: 2",
        "a.csv/3": "It snowed.\n\nid: 3",
    }
    assert texts(found_in(b"id,text\n", "a.csv")) == {"a.csv": "id,text\n"}


def test_short_rows_below_a_wide_header_take_no_time() -> None:
    table = f"text{',a' * 50_000}\n" + "It rained.\n" * 5_000
    started = time.process_time()
    assert len(found_in(table.encode(), "a.csv")) == 5_000
    assert time.process_time() - started < 5


def test_columns_can_be_named(settings: Settings) -> None:
    settings = replace(settings, text_columns=("story",), title_columns=("id",))
    (settings.sources / "a.csv").write_text("id,text,story\nx1,No,It rained.\n")
    assert built(settings) == {"a.csv/1": "It rained.\n\ntext: No"}
    named = replace(settings, text_columns=("text",))
    assert built(named) == {"a.csv/1": "No\n\nstory: It rained."}


def test_a_table_without_a_text_is_one_document_of_its_rows() -> None:
    text = 'Name,Age\nAnn,3\n"Bob\nB.",4\n\n'
    (document,) = documents(found_in(text.encode(), "people.csv"))
    assert (document.id, document.title, document.text) == ("people.csv", "people", text)
    assert [(b.kind, b.span.of(text)) for b in document.blocks] == [
        ("heading", "Name,Age"),
        ("row", "Ann,3"),
        ("row", '"Bob\nB.",4'),
    ]
    lines = '{"name": "Ann"}\n{"name": "Bob"}'
    (document,) = documents(found_in(lines.encode(), "people.jsonl"))
    assert [(b.kind, b.span.of(lines)) for b in document.blocks] == [
        ("row", '{"name": "Ann"}'),
        ("row", '{"name": "Bob"}'),
    ]
    (document,) = documents(found_in(b"1,2\n3,4\n", "numbers.csv"))
    assert [b.kind for b in document.blocks] == ["row", "row"]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_an_empty_table_has_no_text(settings: Settings, name: str) -> None:
    (settings.sources / name).write_bytes(b"")
    assert "there is no text in it" in build(settings, embedding=BagOfWords()).failures[0][1]


def test_members_that_change_while_building_fail_and_come_back(settings: Settings) -> None:
    path = settings.sources / "a.zip"
    path.write_bytes(packed({"a.txt": b"The cat sat.", "b.txt": b"A dog barked."}))
    after = packed({"a.txt": b"The cat sat.", "b.txt": b"A wolf howled."})

    def change(progress: object) -> None:
        if "Reading" in repr(progress):
            path.write_bytes(after)

    report = build(settings, embedding=BagOfWords(), on_progress=change)
    assert report.added == ("a.zip/a.txt",)
    assert "'a.zip/b.txt': it changed while it was being read" in report.failures[0][1]
    assert built(settings) == {"a.zip/a.txt": "The cat sat.", "a.zip/b.txt": "A wolf howled."}
    assert verify(settings).faults == ()


def test_a_million_entries_are_refused_at_once(tmp_path: Path) -> None:
    content = packed({"a.txt": b"x"}) + b"PK\x01\x02" * 1_000_000
    assert not list(tmp_path.iterdir())
    with pytest.raises(UnreadableDocumentError, match="its 1,000,001 documents are"):
        found_in(content)
