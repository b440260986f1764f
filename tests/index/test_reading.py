"""Files that a library hangs or crashes over, or that answer with nonsense."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import formats
from index.build import build
from index.document import Block, Span
from index.errors import PullquoteError, UnreadableDocumentError
from index.formats.content import Content
from index.formats.limits import Limits
from index.load import Loader
from index.reading import Readers, end_all, readers, wire
from index.settings import Settings
from index.sources import Source
from index.verify import verify
from tests import hostile
from tests.conftest import ROOT
from tests.fakes import BagOfWords


@pytest.fixture(autouse=True)
def hostile_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, read in hostile.HOSTILE.items():
        monkeypatch.setitem(formats._FORMATS, kind, read)
    monkeypatch.setattr(readers, "PROGRAM", hostile.PROGRAM)


@pytest.fixture
def limits() -> Limits:
    return Limits(max_seconds=1, max_memory_mb=700)


def read(limits: Limits, kind: str, content: bytes = b"Some text.") -> Content:
    with Readers(limits) as processes:
        return processes.read(f"a{kind}", content, kind)


def processes_of(parent: int) -> set[int]:
    with subprocess.Popen(
        ["ps", "-o", "pid=", "--ppid", str(parent)], stdout=subprocess.PIPE, text=True
    ) as listing:
        return {int(pid) for pid in listing.communicate()[0].split()} - {listing.pid}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (".loop", r"'a\.loop': the time .* the limit of 1 seconds\. .* PULLQUOTE_MAX_SECONDS"),
        (".eat", r"'a\.eat': what it takes .* 700 MB of memory\. .* PULLQUOTE_MAX_MEMORY_MB"),
        (".abort", r"'a\.abort': the program that reads it crashed over it, by signal 6\. .* anew"),
        (".exit", r"'a\.exit': the program that reads it crashed over it, with status 3\. "),
        (".recurse", r"'a\.recurse': its parts lie too deep in each other\. Save it anew"),
        (".fail", r"'a\.fail': it cannot be read \(LookupError: no such object\)\. "),
        (".nonsense", r"'a\.nonsense': what was read of it makes no sense"),
        (".blocks", r"'a\.blocks': it cannot be read \(ValueError: its blocks are out of order"),
    ],
)
def test_what_a_library_fails_over_is_refused_by_name(
    limits: Limits, kind: str, reason: str
) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableDocumentError, match=reason):
        read(replace(limits, max_seconds=1 if kind == ".loop" else 20), kind)
    assert time.monotonic() - started < 30


def test_what_a_library_prints_is_no_reply(limits: Limits) -> None:
    assert read(limits, ".chatter").text == "Some text."


def test_a_process_reads_one_file_after_the_other_and_none_after_a_crash(limits: Limits) -> None:
    with Readers(limits) as processes:
        first = processes.read("a.slow", b"", ".slow").text
        assert processes.read("b.slow", b"", ".slow").text == first
        with pytest.raises(UnreadableDocumentError):
            processes.read("c.abort", b"", ".abort")
        assert processes.read("d.slow", b"", ".slow").text != first
    assert int(first) not in processes_of(os.getpid())


def test_a_process_that_does_not_start_is_told(
    limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "PROGRAM", "raise SystemExit(4)")
    with pytest.raises(PullquoteError, match=r"No process can be started .* with status 4"):
        read(limits, ".slow")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(PullquoteError, match=r"No process can be started .* No such file"):
        read(limits, ".slow")


def test_all_processes_can_be_ended_at_once(limits: Limits) -> None:
    processes = Readers(limits)
    pid = int(processes.read("a.slow", b"", ".slow").text)
    end_all()
    assert pid not in processes_of(os.getpid())


def test_documents_come_in_their_order_whatever_each_takes(settings: Settings) -> None:
    names = [f"{n}{kind}" for n in range(12) for kind in (".slow", ".txt", ".chatter")]

    def sources() -> Iterator[Source]:
        for name in names:
            yield Source(name, b"Some text.", 0)

    with Loader(settings) as loader:
        assert [source.name for source, _ in loader.load_all(sources())] == names


def test_a_large_text_is_read_in_a_process_too(settings: Settings) -> None:
    text = "The cat sat. " * 100_000
    with Loader(replace(settings, max_unpacked_mb=1)) as loader:
        ((_, loaded),) = loader.load_all([Source("a.txt", text.encode(), 0)])
    assert "its 1.3 MB of content are above the limit of 1 MB" in str(loaded)
    with Loader(settings) as loader:
        ((_, loaded),) = loader.load_all([Source("a.txt", text.encode(), 0)])
    assert not isinstance(loaded, UnreadableDocumentError)
    assert loaded.text == text


def test_hostile_files_fail_by_name_and_the_others_are_indexed(settings: Settings) -> None:
    settings = replace(settings, max_seconds=4, max_memory_mb=700)
    for name in ("a.loop", "b.eat", "c.abort", "d.txt", "e.chatter", "f.recurse", "g.md"):
        (settings.sources / name).write_text(f"{name} sat.")
    others = processes_of(os.getpid())
    report = build(settings, embedding=BagOfWords())
    assert report.added == ("d.txt", "e.chatter", "g.md")
    assert [name for name, _ in report.failures] == ["a.loop", "b.eat", "c.abort", "f.recurse"]
    assert processes_of(os.getpid()) <= others
    assert verify(settings).faults == ()


def test_equal_bytes_are_read_by_the_first_of_their_names_that_will_do(settings: Settings) -> None:
    for name in ("a.abort", "b.fail", "c.chatter", "d.txt"):
        (settings.sources / name).write_text("The cat sat.")
    report = build(settings, embedding=BagOfWords())
    assert report.added == ("c.chatter",)
    assert [name for name, _ in report.failures] == ["a.abort", "b.fail"]


def test_what_was_refused_is_tried_again_when_the_limits_change(settings: Settings) -> None:
    (settings.sources / "a.pages").write_text("One Two Three")
    settings = replace(settings, max_pages=2)
    report = build(settings, embedding=BagOfWords())
    assert (
        "its 3 pages are above the limit of 2. Divide it, or raise PULLQUOTE_MAX_PAGES."
        in (report.failures[0][1])
    )
    assert build(settings, embedding=BagOfWords()).version == report.version
    settings = replace(settings, max_pages=3)
    assert build(settings, embedding=BagOfWords()).added == ("a.pages",)


BUILDER = """
import sys
from index import formats
from index.cli import main
from index.reading import readers
from tests import hostile
formats._FORMATS.update(hostile.HOSTILE)
readers.PROGRAM = hostile.PROGRAM
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (signal.SIGINT, ".loop"),
        (signal.SIGTERM, ".loop"),
        (signal.SIGKILL, ".loop"),
        (signal.SIGTERM, ".hold"),
    ],
)
def test_interrupted_build_leaves_no_processes(
    settings: Settings, sent: signal.Signals, kind: str
) -> None:
    for number in range(3):
        (settings.sources / f"{number}{kind}").write_text(f"The cat sat {number}.")
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER, "build", "--sources", str(settings.sources), "--store",
         str(settings.store)],
        cwd=ROOT,
        env={**os.environ, "PULLQUOTE_EMBEDDING": settings.embedding},
        stderr=subprocess.PIPE,
    ) as builder:  # fmt: skip
        assert builder.stderr
        deadline = time.monotonic() + 60
        while not (started := processes_of(builder.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert started
        time.sleep(1)
        started |= processes_of(builder.pid)
        builder.send_signal(sent)
        said = builder.stderr.read().decode()
    assert "Traceback" not in said
    assert builder.returncode == {signal.SIGKILL: -signal.SIGKILL}.get(sent, 130)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)


GOOD = {"title": "", "metadata": {}, "pages": [], "blocks": []}


@pytest.mark.parametrize(
    "head",
    [
        {},
        GOOD | {"title": 7},
        GOOD | {"title": "x" * 5000},
        GOOD | {"metadata": {"author": None}},
        GOOD | {"metadata": {str(n): "" for n in range(99)}},
        GOOD | {"metadata": "author"},
        GOOD | {"pages": [[0, 99]]},
        GOOD | {"pages": [[0, 3], [2, 4]]},
        GOOD | {"pages": [["0", "3"]]},
        GOOD | {"pages": [[0, 1, 2]]},
        GOOD | {"pages": 3},
        GOOD | {"blocks": [[0, 3, "row", "1"]]},
        GOOD | {"blocks": [[0, 3, "dance", 1]]},
        GOOD | {"blocks": [[0, 3, ["row"], 1]]},
        GOOD | {"blocks": [[0, 3, "row", 0], [2, 5, "row", 0]]},
        GOOD | {"blocks": [[2, 5, "row", 0], [0, 1, "row", 0]]},
        GOOD | {"blocks": [[-1, 5, "row", 0]]},
        {"refused": "no"},
        {"refused": [1, 2]},
        {"refused": ["a", "b", "c"]},
    ],
)
def test_replies_that_make_no_sense_are_refused(head: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        wire.understood("a", head, b"Some text.")


def test_a_reply_is_what_was_said() -> None:
    content = Content(
        "Ünd so \U0001f600 on",
        "Title",
        {"author": "Ann"},
        (Span(0, 3), Span(3, 7)),
        (Block(Span(0, 7), "furniture"), Block(Span(0, 3), "heading", 2)),
    )
    pipe = io.BytesIO()
    wire.send(pipe, *wire.reply(content))
    pipe.seek(0)
    assert wire.understood("a", *wire.receive(pipe, 10_000)) == content
    pipe.seek(0)
    with pytest.raises(wire.BrokenOffError, match="too much"):
        wire.receive(pipe, 100)


@pytest.mark.parametrize(
    "said", [b"", b"\0" * 15, b"\0" * 16, b"\0" * 7 + b"\3" + b"\0" * 8 + b"[1]"], ids=repr
)
def test_what_is_no_message_breaks_off(said: bytes) -> None:
    with pytest.raises(wire.BrokenOffError):
        wire.receive(io.BytesIO(said), 1000)
