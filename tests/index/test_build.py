import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import versions
from index.build import build
from index.changes import Progress, changed_sources
from index.errors import (
    EmbeddingError,
    SourcesError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFormatError,
    StoreMismatchError,
)
from index.manifest import Manifest
from index.origin import SUFFIX, Origin
from index.settings import Settings
from index.sources import Source, read_source
from index.store import Store
from index.verify import verify
from tests.conftest import ROOT
from tests.fakes import BagOfWords


def write(settings: Settings, **texts: str) -> None:
    for name, text in texts.items():
        (settings.sources / f"{name}.txt").write_text(text, "utf-8")


def contents(settings: Settings) -> dict[str, str]:
    with closing(Store.open(settings.store)) as store:
        return {entry.source: store.document(entry.id).text for entry in store.documents()}


def check_sound(settings: Settings) -> None:
    assert verify(settings).faults == ()
    assert len(list((settings.store / "versions").iterdir())) == 1
    assert {path.name for path in settings.store.iterdir()} == {
        "CURRENT",
        "versions",
        "writer.lock",
    }


def test_first_build_indexes_everything(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat. It rained.", b="A dog barked.")
    report = build(settings, embedding=embedding)
    assert (report.documents, report.sentences, report.embedded) == (2, 3, 3)
    assert (report.added, report.unchanged) == (("a.txt", "b.txt"), 0)
    assert sorted(embedding.embedded) == ["A dog barked.", "It rained.", "The cat sat."]
    check_sound(settings)


def test_nothing_changed_does_nothing(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.", empty="")
    first = build(settings, embedding=embedding)
    (settings.sources / "a.txt").touch()
    second = build(settings, embedding=embedding)
    assert second.version == first.version
    assert (second.unchanged, second.embedded, second.added) == (1, 0, ())
    assert second.failures == first.failures
    assert embedding.embedded == ["The cat sat."]


def test_only_what_is_new_is_embedded(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.", b="A dog barked.", c="It rained. It snowed.")
    build(settings, embedding=embedding)
    embedding.embedded.clear()
    write(settings, b="A wolf howled.", d="The sun shone.")
    (settings.sources / "a.txt").unlink()
    report = build(settings, embedding=embedding)
    assert sorted(embedding.embedded) == ["A wolf howled.", "The sun shone."]
    assert (report.added, report.changed, report.removed, report.renamed, report.unchanged) == (
        ("d.txt",),
        ("b.txt",),
        ("a.txt",),
        (),
        1,
    )
    assert contents(settings) == {
        "b.txt": "A wolf howled.",
        "c.txt": "It rained. It snowed.",
        "d.txt": "The sun shone.",
    }
    check_sound(settings)


def test_from_scratch_embeds_everything(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.", b="A dog barked.")
    build(settings, embedding=embedding)
    report = build(settings, embedding=embedding, from_scratch=True)
    assert (report.embedded, report.added) == (2, ("a.txt", "b.txt"))
    check_sound(settings)


def test_equal_documents_are_indexed_once_with_both_names(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.", b="The cat sat.")
    report = build(settings, embedding=embedding)
    assert (report.documents, report.sentences) == (1, 1)
    assert contents(settings) == {"a.txt = b.txt": "The cat sat."}
    (settings.sources / "a.txt").unlink()
    assert build(settings, embedding=embedding).renamed == ("b.txt",)
    assert contents(settings) == {"b.txt": "The cat sat."}
    assert len(embedding.embedded) == 1
    check_sound(settings)


def test_equal_bytes_under_a_name_that_is_no_document_do_not_matter(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, b="The cat sat.")
    (settings.sources / "a.dat").write_text("The cat sat.")
    report = build(settings, embedding=embedding)
    assert contents(settings) == {"b.txt": "The cat sat."}
    assert [name for name, _ in report.failures] == ["a.dat"]


def test_a_name_that_failed_is_not_taken_for_a_new_one_of_the_same_bytes(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, b="The cat sat.", c="It rained.")
    (settings.sources / "a.pdf").write_text("The cat sat.")
    note = Origin("https://example.org/b", "2026-11-28T10:15:00Z", "0" * 64)
    (settings.sources / f"b.txt{SUFFIX}").write_bytes(note.written())
    failures = build(settings, embedding=embedding).failures
    assert [name for name, _ in failures] == ["a.pdf"]
    write(settings, d="It snowed.")
    report = build(settings, embedding=embedding)
    assert (report.added, report.changed, report.renamed) == (("d.txt",), (), ())
    assert (report.unchanged, report.failures) == (2, failures)
    (settings.sources / "b.txt").unlink()
    report = build(settings, embedding=embedding)
    assert (report.removed, report.renamed, report.failures) == (("b.txt",), (), failures)
    assert contents(settings) == {"c.txt": "It rained.", "d.txt": "It snowed."}
    check_sound(settings)


def test_renamed_document_is_not_embedded_again(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="***\n", b="The cat sat.")
    build(settings, embedding=embedding)
    embedding.embedded.clear()
    (settings.sources / "b.txt").rename(settings.sources / "z.txt")
    report = build(settings, embedding=embedding)
    assert (report.renamed, report.removed, report.added) == (("z.txt",), (), ())
    assert embedding.embedded == []
    assert contents(settings) == {"a.txt": "***\n", "z.txt": "The cat sat."}
    check_sound(settings)


def test_document_renamed_to_what_is_not_supported_is_removed(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.", b="A dog barked.")
    build(settings, embedding=embedding)
    (settings.sources / "a.txt").rename(settings.sources / "a.bak")
    report = build(settings, embedding=embedding)
    assert (report.removed, [name for name, _ in report.failures]) == (("a.txt",), ["a.bak"])
    assert contents(settings) == {"b.txt": "A dog barked."}


PAGE = "<script>let hidden = 42;</script><p>The cat <b>sat</b>.</p>"


@pytest.mark.parametrize("names", ["a.txt a.html", "x.txt a.html", "a.md x.htm", "a.html a.txt"])
def test_document_renamed_to_another_format_is_read_anew(
    settings: Settings, embedding: BagOfWords, names: str
) -> None:
    old, new = (settings.sources / name for name in names.split())
    old.write_text(PAGE)
    build(settings, embedding=embedding)
    old.rename(new)
    report = build(settings, embedding=embedding)
    assert (report.renamed, report.removed, report.added) == ((new.name,), (), ())
    text = "The cat sat." if "htm" in new.suffix else PAGE
    assert contents(settings) == {new.name: text}
    check_sound(settings)


def test_text_of_equal_documents_is_what_it_is_by_the_first_of_their_names(
    settings: Settings, embedding: BagOfWords
) -> None:
    (settings.sources / "b.txt").write_text(PAGE)
    build(settings, embedding=embedding)
    (settings.sources / "a.html").write_text(PAGE)
    build(settings, embedding=embedding)
    assert contents(settings) == {"a.html = b.txt": "The cat sat."}
    check_sound(settings)
    (settings.sources / "a.html").unlink()
    build(settings, embedding=embedding)
    assert contents(settings) == {"b.txt": PAGE}
    check_sound(settings)


def test_title_of_a_renamed_document_is_searched_by_its_new_words(
    settings: Settings, embedding: BagOfWords
) -> None:
    (settings.sources / "lamps.md").write_text("---\n\n***\n")
    build(settings, embedding=embedding)
    (settings.sources / "lamps.md").rename(settings.sources / "doors.md")
    build(settings, embedding=embedding)
    with closing(Store.open(settings.store)) as store:
        (chunk,) = store.chunks_with(store.all_sentences()[:1]).values()
    assert (chunk.title, chunk.terms) == ("doors", ("door",))


def test_documents_that_swap_their_names_are_renamed(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.", b="A dog barked.", c="It rained.")
    build(settings, embedding=embedding)
    embedding.embedded.clear()
    write(settings, a="A dog barked.", b="It rained.", c="The cat sat.")
    report = build(settings, embedding=embedding)
    assert sorted(report.renamed) == ["a.txt", "b.txt", "c.txt"]
    assert embedding.embedded == []
    assert contents(settings) == {
        "a.txt": "A dog barked.",
        "b.txt": "It rained.",
        "c.txt": "The cat sat.",
    }
    check_sound(settings)


def test_failing_documents_are_named_with_the_reason_and_the_rest_is_indexed(
    settings: Settings, embedding: BagOfWords, tmp_path: Path
) -> None:
    settings = replace(settings, max_file_mb=0.001)
    write(settings, good="The cat sat.", empty="", blank=" \n\t ", large="word " * 300)
    (settings.sources / "binary.txt").write_bytes(b"\x89PNG\0\0\0\0")
    (settings.sources / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    os.mkfifo(settings.sources / "pipe.txt")
    (tmp_path / "secret.txt").write_text("Secret.")
    (settings.sources / "link.txt").symlink_to(tmp_path / "secret.txt")
    Path(os.fsdecode(os.fsencode(settings.sources) + b"/\xff.txt")).write_text("Text.")
    report = build(settings, embedding=embedding)
    assert contents(settings) == {"good.txt": "The cat sat."}
    reasons = {name: reason.split(": ", 1)[1].split(". ", 1)[0] for name, reason in report.failures}
    assert reasons == {
        "\\udcff.txt": "its name is not valid Unicode",
        "binary.txt": "it is a binary file, not text",
        "blank.txt": "there is no text in it",
        "empty.txt": "there is no text in it",
        "large.txt": "its 0.0 MB are above the limit of 0.001 MB",
        "link.txt": "it is a link to a place outside the sources folder",
        "photo.jpg": "documents of the kind '.jpg' are not supported",
        "pipe.txt": "it is not a regular file",
    }
    with closing(Store.open(settings.store)) as store:
        assert changed_sources(store, settings) == ()
    assert build(settings, embedding=embedding).version == report.version
    check_sound(settings)


def test_failing_document_is_taken_in_once_it_is_mended(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="", b="")
    os.mkfifo(settings.sources / "c.txt")
    assert len(build(settings, embedding=embedding).failures) == 3
    (settings.sources / "c.txt").unlink()
    write(settings, a="The cat sat.", c="It rained.")
    report = build(settings, embedding=embedding)
    assert (report.added, len(report.failures)) == (("a.txt", "c.txt"), 1)


def test_document_that_vanishes_while_building_fails_and_comes_back(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.", b="A dog barked.", c="It rained.", d="It rained.")

    def lose(progress: Progress) -> None:
        if progress.stage == "Reading" and progress.done == 0:
            (settings.sources / "b.txt").unlink(missing_ok=True)
            (settings.sources / "c.txt").write_text("It poured down.")

    report = build(settings, embedding=embedding, on_progress=lose)
    assert [reason.split(": ")[1] for _, reason in report.failures] == [
        "it vanished before it could be read. Build again if it should be there.",
        "it changed while it was being read. Build again when it is complete.",
    ]
    assert contents(settings) == {"a.txt": "The cat sat.", "d.txt": "It rained."}
    write(settings, b="A dog barked.", c="It rained.")  # as they were in the beginning
    report = build(settings, embedding=embedding)
    assert report.failures == ()
    assert contents(settings) == {
        "a.txt": "The cat sat.",
        "b.txt": "A dog barked.",
        "c.txt = d.txt": "It rained.",
    }
    check_sound(settings)


def test_renamed_document_that_vanishes_while_building_is_removed(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.", b="A dog barked.")
    build(settings, embedding=embedding)
    (settings.sources / "b.txt").rename(settings.sources / "c.txt")
    (settings.sources / "a.txt").rename(settings.sources / "d.txt")
    write(settings, z="It rained.")

    def lose(progress: Progress) -> None:
        # The last one to be looked at is still there when the first has been.
        if progress.stage == "Looking" and progress.done == 2:
            (settings.sources / "c.txt").unlink(missing_ok=True)

    report = build(settings, embedding=embedding, on_progress=lose)
    assert (report.renamed, report.removed, report.added) == (("d.txt",), ("b.txt",), ("z.txt",))
    assert [name for name, _ in report.failures] == ["c.txt"]
    assert contents(settings) == {"d.txt": "The cat sat.", "z.txt": "It rained."}
    check_sound(settings)


@pytest.mark.parametrize("name", ["two words.txt", '"it\'s".txt', "<b>bold.md", "a\nb.txt"])
def test_any_name_is_indexed(settings: Settings, embedding: BagOfWords, name: str) -> None:
    (settings.sources / name).write_text("The cat sat.")
    report = build(settings, embedding=embedding)
    assert report.added == (name,)
    assert report.failures == ()
    check_sound(settings)


def test_empty_folder_gives_an_empty_index(settings: Settings, embedding: BagOfWords) -> None:
    report = build(settings, embedding=embedding)
    assert (report.documents, report.sentences) == (0, 0)
    check_sound(settings)
    write(settings, a="The cat sat.")
    assert build(settings, embedding=embedding).documents == 1
    (settings.sources / "a.txt").unlink()
    assert build(settings, embedding=embedding).documents == 0
    check_sound(settings)


def test_missing_folder_leaves_the_index_as_it_is(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=embedding)
    with pytest.raises(SourcesError, match="does not exist"):
        build(replace(settings, sources=settings.sources / "gone"), embedding=embedding)
    assert contents(settings) == {"a.txt": "The cat sat."}


def test_other_embedding_needs_a_rebuild(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=embedding)
    other = BagOfWords(model_name="another")
    with pytest.raises(StoreMismatchError, match="`python -m index rebuild`"):
        build(settings, embedding=other)
    build(settings, embedding=other, from_scratch=True)
    with closing(Store.open(settings.store)) as store:
        assert store.manifest.embedding == "BagOfWords another"


def test_index_that_was_split_in_another_way_is_built_from_scratch(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.")
    version = build(settings, embedding=embedding).version
    path = versions.folder_of(settings.store, version) / "manifest.json"
    replace(Manifest.read(settings.store, path.parent), splitting="before").write(path.parent)
    report = build(settings, embedding=embedding)
    assert (report.added, report.embedded) == (("a.txt",), 1)


def test_failed_build_leaves_the_index_as_it_was(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=embedding)
    write(settings, b="A dog barked.")

    class Broken(BagOfWords):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:  # noqa: ARG002
            raise RuntimeError("out of order")

    broken = Broken()
    Broken.__qualname__ = "BagOfWords"
    with pytest.raises(EmbeddingError, match="out of order"):
        build(settings, embedding=broken)
    assert contents(settings) == {"a.txt": "The cat sat."}
    check_sound(settings)


def test_progress_tells_every_stage(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.", b="A dog barked.")
    told: list[Progress] = []
    build(settings, embedding=embedding, on_progress=told.append)
    assert list(dict.fromkeys(p.stage for p in told)) == [
        "Looking",
        "Reading",
        "Indexing",
    ]
    assert all(0 <= progress.done <= progress.total == 2 for progress in told)
    assert told[-1].done == 2


def test_second_builder_is_told_who_holds_the_lock(
    settings: Settings, embedding: BagOfWords
) -> None:
    with (
        versions.writing(settings.store),
        pytest.raises(StoreBusyError, match=rf"is being built by process {os.getpid()}"),
    ):
        build(settings, embedding=embedding)


def test_changes_are_told_without_building(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, same="The cat sat.", touched="It rained.", changed="A", removed="B", empty="")
    build(settings, embedding=embedding)
    (settings.sources / "removed.txt").unlink()
    (settings.sources / "touched.txt").touch()
    write(settings, changed="Another", new="C")
    with closing(Store.open(settings.store)) as store:
        changed = changed_sources(store, settings)
    assert changed == ("changed.txt", "new.txt", "removed.txt")


def test_change_that_keeps_size_and_time_is_found_by_reading(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=embedding)
    found = (settings.sources / "a.txt").stat()
    write(settings, a="The cat ran.")
    os.utime(settings.sources / "a.txt", ns=(found.st_atime_ns, found.st_mtime_ns))
    with closing(Store.open(settings.store)) as store:
        assert changed_sources(store, settings) == ()
        assert changed_sources(store, settings, reread=True) == ("a.txt",)
    assert build(settings, embedding=embedding).changed == ("a.txt",)


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sources that are read from now on, to tell whether their content was."""
    names: list[str] = []

    def read(folder: Path, name: str, *, max_bytes: int) -> Source:
        names.append(name)
        return read_source(folder, name, max_bytes=max_bytes)

    monkeypatch.setattr("index.changes.read_source", read)
    return names


def test_times_of_what_has_not_changed_are_remembered(
    settings: Settings, embedding: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, a="The cat sat.", b="A dog barked.", empty="")
    version = build(settings, embedding=embedding).version
    names = reads(monkeypatch)
    with closing(Store.open(settings.store)) as store:
        assert changed_sources(store, settings) == ()
        assert names == []
        for moment in (7, 8):
            for name in ("a.txt", "empty.txt"):
                os.utime(settings.sources / name, ns=(moment, moment))
            assert changed_sources(store, settings) == ()
            assert sorted(names) == ["a.txt", "empty.txt"]
            assert build(settings, embedding=embedding).version == version
            names.clear()
            assert changed_sources(store, settings) == ()
            assert names == []
        write(settings, a="The cat ran.")
        os.utime(settings.sources / "b.txt", ns=(7, 7))
        assert changed_sources(store, settings) == ("a.txt",)
        assert sorted(names) == ["a.txt", "b.txt"]
    check_sound(settings)
    assert build(settings, embedding=embedding).changed == ("a.txt",)


@pytest.mark.parametrize("content", ["", "[]", '{"a.txt": "now"}', "\ud800"])
def test_remembered_times_that_make_no_sense_are_forgotten(
    settings: Settings, embedding: BagOfWords, content: str
) -> None:
    write(settings, a="The cat sat.")
    version = build(settings, embedding=embedding).version
    os.utime(settings.sources / "a.txt", ns=(7, 7))
    path = versions.folder_of(settings.store, version) / "times.json"
    path.write_text(content, "utf-8", errors="surrogatepass")
    with closing(Store.open(settings.store)) as store:
        assert changed_sources(store, settings) == ()
    build(settings, embedding=embedding)
    assert path.read_text("utf-8") == '{"a.txt": 7}'


def test_index_among_the_sources_is_no_source(settings: Settings, embedding: BagOfWords) -> None:
    settings = replace(settings, store=settings.sources / "deep" / "index")
    write(settings, a="The cat sat.")
    (settings.sources / "deep").mkdir()
    (settings.sources / "deep" / "b.txt").write_text("A dog barked.")
    version = build(settings, embedding=embedding).version
    report = build(settings, embedding=embedding)
    assert (report.version, report.failures) == (version, ())
    assert contents(settings) == {"a.txt": "The cat sat.", "deep/b.txt": "A dog barked."}
    with closing(Store.open(settings.store)) as store:
        assert changed_sources(store, settings) == ()


def test_one_folder_for_sources_and_index_is_refused(
    settings: Settings, embedding: BagOfWords
) -> None:
    settings = replace(settings, store=settings.sources / ".." / settings.sources.name)
    with pytest.raises(SourcesError, match=r"is the folder of the index too\. Name another one"):
        build(settings, embedding=embedding)
    assert list(settings.sources.iterdir()) == []


def test_index_that_is_a_link_to_itself_is_refused(
    settings: Settings, embedding: BagOfWords
) -> None:
    settings.store.symlink_to(settings.store)
    with pytest.raises(StoreError, match="symbolic links"):
        Store.open(settings.store)
    with pytest.raises(StoreError, match="Cannot write to"):
        build(settings, embedding=embedding)


def test_sources_folder_of_any_name_is_indexed(
    settings: Settings, embedding: BagOfWords, tmp_path: Path
) -> None:
    settings = replace(settings, sources=tmp_path / os.fsdecode(b"caf\xe9"))
    settings.sources.mkdir()
    write(settings, a="The cat sat.")
    assert build(settings, embedding=embedding).added == ("a.txt",)
    assert build(settings, embedding=embedding).added == ()
    check_sound(settings)


def test_index_of_an_older_version_is_built_anew(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.")
    version = build(settings, embedding=embedding).version
    path = versions.folder_of(settings.store, version) / "manifest.json"
    fields = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(fields | {"format": 99}), "utf-8")
    with pytest.raises(StoreFormatError, match="Update Pullquote"):
        build(settings, embedding=embedding)
    path.write_text(json.dumps(fields | {"format": 1}), "utf-8")
    with pytest.raises(StoreFormatError, match="`python -m index build`"):
        Store.open(settings.store)
    report = build(settings, embedding=embedding)
    assert (report.added, report.embedded) == (("a.txt",), 1)
    check_sound(settings)


def test_nothing_is_built_upon_damaged_texts(settings: Settings, embedding: BagOfWords) -> None:
    """Digests of a copy would else call the damage what was written."""
    write(settings, a="The cat sat. A dog barked.")
    version = build(settings, embedding=embedding).version
    texts = versions.folder_of(settings.store, version) / "texts.sqlite"
    content = texts.read_bytes()
    assert b"dog bark" in content
    texts.write_bytes(content.replace(b"dog bark", b"cog bark"))
    for news in ({}, {"b": "It rained."}):
        write(settings, **news)
        with pytest.raises(StoreDamagedError, match=r"texts\.sqlite is not as it was written"):
            build(settings, embedding=embedding)


def test_version_in_service_outlives_a_wrong_name_in_current(
    settings: Settings, embedding: BagOfWords
) -> None:
    write(settings, a="The cat sat.")
    version = build(settings, embedding=embedding).version
    (settings.store / "CURRENT").write_text(version[:-1] + "x\n")
    with pytest.raises(StoreDamagedError, match="is missing"):
        build(settings, embedding=embedding)
    (settings.store / "CURRENT").write_text(version + "\n")
    assert contents(settings) == {"a.txt": "The cat sat."}


def test_vectors_that_nothing_has_any_more_are_written_out(
    settings: Settings, embedding: BagOfWords
) -> None:
    """Chroma only marks them, and its graph would grow with every edit."""
    sizes, dead = [], []
    for generation in range(7):
        for name in ("a", "b", "c"):
            if name == "c" or not generation:
                lines = [f"Lamp {n} of {name} hangs over door {generation}." for n in range(90)]
                write(settings, **{name: "\n\n".join(lines)})
        assert build(settings, embedding=embedding).embedded == (90 if generation else 270)
        with closing(Store.open(settings.store)) as store:
            dead.append(store.manifest.dead)
            assert store.manifest.vectors == 270
            for number, _, vectors in store.vectors(store.all_sentences()[::50]):
                assert store.cosines(vectors[0], [number])[number] == pytest.approx(1, abs=1e-5)
        (graph,) = settings.store.rglob("data_level0.bin")
        sizes.append(graph.stat().st_size)
        check_sound(settings)
    assert dead == [0, 90, 0, 90, 0, 90, 0]
    assert sizes[2:4] == sizes[4:6]
    assert max(sizes) < 1.4 * sizes[0]


READER = """
import sys
from contextlib import closing
from pathlib import Path
from index.store import Store

def check(store):
    generations = set()
    for entry in store.documents():
        text = store.document(entry.id).text
        generations.add(text.split()[1])
        chunks = store.chunks_of(entry.id)
        assert [s.of(text) for c in chunks for s in c.sentences] == text.split("\\n\\n")
    (generation,) = generations
    assert len(store.documents()) == 3
    vectors = list(store.vectors())
    assert len(vectors) == 60, len(vectors)
    assert store.nearest(vectors[0][2][0], 5)
    assert len(store.matching([f"unique{generation}"], 5)) == 1
    return generation

folder, stop = map(Path, sys.argv[1:])
seen, reads = set(), 0
opened = Store.open(folder)
print("reading", flush=True)
while not stop.exists():
    if not opened.is_current:
        check(opened)  # still whole, though another one is in service
        opened.close()
        opened = Store.open(folder)
    seen.add(check(opened))
    reads += 1
opened.close()
print(reads, *sorted(seen))
"""


def generation(number: int) -> Iterable[tuple[str, str]]:
    for name in "abc":
        lines = [f"Generation {number} says {n} of {name}." for n in range(20)]
        if name == "a":
            lines[-1] = f"Generation {number} has unique{number}."
        yield name, "\n\n".join(lines)


def test_readers_in_other_processes_see_the_old_or_the_new_index_whole(
    settings: Settings, embedding: BagOfWords, tmp_path: Path
) -> None:
    write(settings, **dict(generation(0)))
    build(settings, embedding=embedding)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(settings.store), str(tmp_path / "stop")],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "reading\n"
    for number in range(1, 8):
        write(settings, **dict(generation(number)))
        build(settings, embedding=embedding, from_scratch=number % 3 == 0)
        time.sleep(0.2)
    (tmp_path / "stop").touch()
    for reader in readers:
        output, errors = reader.communicate()
        assert errors == ""
        reads, *seen = output.split()
        assert int(reads) >= len(seen) >= 3
    build(settings, embedding=embedding, from_scratch=True)
    check_sound(settings)


STAGES = ("Looking", "Reading", "Indexing")


@pytest.mark.parametrize(
    ("sent", "stage", "delay"),
    [
        (signal.SIGINT, "Looking", 0.0),
        (signal.SIGINT, "Indexing", 0.3),
        (signal.SIGKILL, "Reading", 0.0),
        (signal.SIGKILL, "Indexing", 0.5),
    ],
    ids=str,
)
def test_interrupted_build_leaves_the_last_good_index_in_service(
    settings: Settings, sent: signal.Signals, stage: str, delay: float
) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=BagOfWords())
    lines = [f"Lamp {number} hangs over a door." for number in range(40)]
    write(settings, b="\n\n".join(lines))
    folders = ("--sources", str(settings.sources), "--store", str(settings.store))
    with subprocess.Popen(
        [sys.executable, "-m", "index", "build", *folders],
        cwd=ROOT,
        env={**os.environ, "PULLQUOTE_EMBEDDING": "tests.fakes:slow_bag_of_words"},
        stderr=subprocess.PIPE,
        text=True,
    ) as builder:
        assert builder.stderr
        for line in builder.stderr:
            if line.startswith(stage):
                break
        time.sleep(delay)
        builder.send_signal(sent)
        rest = builder.stderr.read()
    if sent == signal.SIGINT:
        assert builder.returncode == 130
        assert rest.endswith("Interrupted: the index is what it was before.\n")
    else:
        assert builder.returncode == -signal.SIGKILL
    assert contents(settings) == {"a.txt": "The cat sat."}
    report = build(settings, embedding=BagOfWords())
    assert (report.added, report.embedded) == (("b.txt",), 40)
    check_sound(settings)


def test_full_disk_is_told_and_leaves_the_last_good_index_in_service(settings: Settings) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=BagOfWords())
    write(settings, b="\n\n".join(f"Lamp {number} hangs over a door." for number in range(500)))
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)); "
        "from index.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", limited, "build", "--sources", str(settings.sources), "--store",
         str(settings.store)],
        cwd=ROOT,
        env={**os.environ, "PULLQUOTE_EMBEDDING": "tests.fakes:bag_of_words"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert f"Cannot write to '{settings.store}'" in ran.stderr
    assert contents(settings) == {"a.txt": "The cat sat."}
    check_sound(settings)


def test_damaged_index_is_not_built_upon(settings: Settings, embedding: BagOfWords) -> None:
    write(settings, a="The cat sat.")
    build(settings, embedding=embedding)
    (settings.store / "CURRENT").write_text("?")
    with pytest.raises(StoreDamagedError, match="`python -m index rebuild`"):
        build(settings, embedding=embedding)
    build(settings, embedding=embedding, from_scratch=True)
    check_sound(settings)


def test_many_builds_leave_one_version(settings: Settings, embedding: BagOfWords) -> None:
    for number in range(6):
        write(settings, a=f"Lamp {number} hangs over the door.", **{f"n{number % 2}": str(number)})
        build(settings, embedding=embedding)
    check_sound(settings)
