import json
import re
import resource
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant import Assistant
from index.build import build
from index.cli import main
from index.errors import SettingsError, SourcesError
from index.origin import SUFFIX, Origin
from index.settings import Settings
from index.store import Store
from index.verify import verify
from index.web.refusal import WebError
from index.web.snapshots import Snapshot, add
from tests.web_server import PUBLIC, WebServer, reply

TEXT = b"The lamp was lit in 1847."


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def on(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, web="on")


def added(settings: Settings, server: WebServer, *urls: str) -> list[Snapshot]:
    outcomes = list(add(settings, urls, server.web()))
    kept = [outcome for outcome in outcomes if isinstance(outcome, Snapshot)]
    assert len(kept) == len(outcomes)
    return kept


def named(settings: Settings, server: WebServer, *urls: str) -> list[str]:
    return [snapshot.name for snapshot in added(settings, server, *urls)]


def files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.sources.iterdir())


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def test_a_snapshot_has_a_note_of_where_and_when(on: Settings, server: WebServer) -> None:
    server.script = lambda path: (
        reply(TEXT, "text/plain; charset=utf-8")
        if path == "/new"
        else reply(status=302, Location="/new")
    )
    (snapshot,) = added(on, server, "http://www.pages.example/old#part")
    assert snapshot.name == "pages.example_new.txt"
    assert (on.sources / snapshot.name).read_bytes() == TEXT
    note = Origin.read((on.sources / f"{snapshot.name}{SUFFIX}").read_bytes())
    assert (note.url, note.asked) == (
        "http://www.pages.example/new",
        "http://www.pages.example/old",
    )
    assert note.type == "text/plain; charset=utf-8"
    age = datetime.now(UTC) - datetime.fromisoformat(note.retrieved)
    assert 0 <= age.total_seconds() < 60


def test_quotes_are_of_the_snapshot_and_lead_back_to_the_address(
    on: Settings, server: WebServer
) -> None:
    (snapshot,) = added(on, server, "http://pages.example/lamp")
    build(on)
    assert verify(on).faults == ()
    (citation,) = Assistant(on).ask("When was the lamp lit?").citations
    assert (citation.quote, citation.url) == (TEXT.decode(), "http://pages.example/lamp")
    with closing(Store.open(on.store)) as store:
        said = store.document(snapshot.name).metadata
    url = "http://pages.example/lamp"
    assert said == {"language": "en", "url": url, "retrieved": snapshot.retrieved}


def test_what_has_not_changed_is_not_stored_again(on: Settings, server: WebServer) -> None:
    url = "http://pages.example/lamp"
    (first,) = added(on, server, url)
    (again,) = added(on, server, f"{url}#part")
    assert again == Snapshot(first.name, url, first.retrieved, is_new=False)
    server.says(*reply(b"The lamp went out."))
    assert named(on, server, url) == [f"pages.example_lamp {today()}.txt"]
    server.says(*reply(b"The lamp was lit again."))
    assert named(on, server, url, url) == [f"pages.example_lamp {today()} (2).txt"] * 2
    assert len(files(on)) == 6
    assert (on.sources / first.name).read_bytes() == TEXT


def test_a_snapshot_that_was_edited_or_deleted_is_stored_again(
    on: Settings, server: WebServer
) -> None:
    url = "http://pages.example/lamp"
    (first,) = named(on, server, url)
    (on.sources / first).write_text("Mine.")
    (second,) = named(on, server, url)
    (on.sources / second).unlink()
    (third,) = named(on, server, url)
    assert len({first, second, third}) == 3
    assert (on.sources / first).read_text() == "Mine."


def test_nothing_is_overwritten(on: Settings, server: WebServer) -> None:
    (on.sources / "pages.example_lamp.txt").write_text("Mine.")
    (on.sources / f"pages.example_lamp {today()}.txt{SUFFIX}").write_text("Mine too.")
    (on.sources / f"pages.example_lamp {today()} (2).txt").symlink_to("nowhere")
    before = files(on)
    (name,) = named(on, server, "http://pages.example/lamp")
    assert name == f"pages.example_lamp {today()} (3).txt"
    assert set(files(on)) - set(before) == {name, name + SUFFIX}
    assert (on.sources / "pages.example_lamp.txt").read_text() == "Mine."


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://www.pages.example", "pages.example"),
        ("http://pages.example/", "pages.example"),
        ("http://pages.example/2020/06/a-story", "pages.example_2020_06_a-story"),
        ("http://pages.example/story.php?id=5&b=c", "pages.example_story_id-5-b-c"),
        ("http://pages.example/v1.2", "pages.example_v1.2"),
        ("http://pages.example/lamp.txt", "pages.example_lamp"),
        ("http://pages.example/straße/灯台", "pages.example_straße_灯台"),
        ("http://pages.example/%D0%BC%D0%B0%D1%8F%D0%BA", "pages.example_маяк"),
        ("http://pages.example/दीपक", "pages.example_दीपक"),
        ("http://pages.example/e%CC%81t%C3%A9", "pages.example_été"),
        ("http://münchen.example/", "münchen.example"),
        ("http://xn--zz-.example/", "xn-zz-.example"),
        ("http://93.184.215.14/a", "93.184.215.14_a"),
        ("http://[2606:4700::1111]/a", "2606-4700-1111_a"),
        ("http://pages.example/..%2f..%2fetc%2fpasswd", "pages.example_etc_passwd"),
        ("http://pages.example/a%00b%0ac%5cd%3ae%3cf%22%e2%80%aeg", "pages.example_a-b-c-d-e-f-g"),
        ("http://pages.example/%ff%fe", "pages.example"),
        ("http://pages.example/.source.json", "pages.example_source.json"),
    ],
)
def test_names_are_readable_and_safe(on: Settings, server: WebServer, url: str, name: str) -> None:
    assert named(on, server, url) == [f"{name}.txt"]
    assert files(on) == [f"{name}.txt", f"{name}.txt{SUFFIX}"]


def test_long_names_are_cut(on: Settings, server: WebServer) -> None:
    url = "http://" + "a" * 60 + ".example/" + "灯" * 200
    server.script = lambda _: reply(str(len(server.requests)).encode())
    names = named(on, server, url, url, url)
    assert len(set(names)) == 3
    assert all(len(f"{name}{SUFFIX}".encode()) < 160 for name in names)
    assert names[0].startswith("a" * 40 + "_灯")


def test_what_fails_does_not_keep_the_rest_from_being_stored(
    on: Settings, server: WebServer
) -> None:
    server.script = lambda path: (
        reply(b"\x89PNG", "image/png") if path == "/b" else reply(path.encode())
    )
    a, b, c = add(on, [f"http://pages.example/{name}" for name in "abc"], server.web())
    assert isinstance(a, Snapshot)
    assert isinstance(c, Snapshot)
    assert isinstance(b, WebError)
    assert str(b).startswith("Cannot add 'http://pages.example/b': it is 'image/png', which is no")
    assert len(files(on)) == 4


def test_nothing_is_left_of_what_cannot_be_written(on: Settings, server: WebServer) -> None:
    server.says(*reply(TEXT * 1000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        with pytest.raises(
            SourcesError, match=r"'pages\.example_lamp\.txt' to the sources .* large"
        ):
            named(on, server, "http://pages.example/lamp")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files(on) == []


def test_a_folder_that_is_missing_is_told_before_anything_is_asked(
    on: Settings, server: WebServer
) -> None:
    shutil.rmtree(on.sources)
    with pytest.raises(SourcesError, match="does not exist"):
        named(on, server, "http://pages.example/lamp")
    assert server.requests == []


def test_it_is_off_unless_it_is_switched_on(settings: Settings, server: WebServer) -> None:
    with pytest.raises(SettingsError, match=r"unless that is switched on\. Set PULLQUOTE_WEB=on"):
        named(settings, server, "http://pages.example/lamp")
    assert server.dialled == []


@pytest.fixture
def internet(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> WebServer:
    """Have the system itself find every name at `PUBLIC`, and the server there."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_here(self: socket.socket, address: tuple[str, int]) -> None:
        if address[0] == PUBLIC:
            server.dialled.append(address)
        connect(self, ("127.0.0.1", server.port) if address[0] == PUBLIC else address)

    def found(host: str, *how: Any, **more: Any) -> Sequence[Any]:
        return look_up(PUBLIC if host.endswith(".example") else host, *how, **more)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", found)
    return server


def command(settings: Settings, *arguments: str) -> int:
    folders = ("--sources", str(settings.sources), "--store", str(settings.store))
    return main(["add", *folders, *arguments])


def test_the_command_stores_builds_and_says_so(
    settings: Settings,
    internet: WebServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PULLQUOTE_WEB", "on")
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", settings.embedding)
    url = "http://pages.example/lamp"
    assert command(settings, url) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"Stored {url} as 'pages.example_lamp.txt'."
    assert told[1].startswith("1 document (1 added), 1 sentence; ")
    assert internet.dialled == [(PUBLIC, 80)]
    assert command(settings, url, "http://127.0.0.1/", "--json") == 1
    output = capsys.readouterr()
    said = json.loads(output.out)
    (snapshot,) = said["snapshots"]
    assert (snapshot["name"], snapshot["is_new"]) == ("pages.example_lamp.txt", False)
    assert said["documents"] == 1
    assert list(said["not_fetched"]) == ["http://127.0.0.1/"]
    assert output.err.startswith(
        "Cannot add 'http://127.0.0.1/': it leads to 127.0.0.1, which is no public address."
    )
    assert command(settings, url) == 0
    assert re.match(f"{url} is still 'pages.example_lamp.txt'.", capsys.readouterr().out)


def test_the_command_fails_if_nothing_came(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(settings, "https://pages.example/") == 2
    assert "Set PULLQUOTE_WEB=on" in capsys.readouterr().err
    monkeypatch.setenv("PULLQUOTE_WEB", "on")
    assert command(settings, "http://127.0.0.1/", "http://[::1]/", "https://localhost/") == 2
    assert capsys.readouterr().err.count("no public address") == 3
    assert not settings.store.exists()


def test_nothing_else_ever_fetches(on: Settings, server: WebServer) -> None:
    """Sources full of addresses are built, checked, asked and shown without a look-up."""
    named(on, server, "http://pages.example/lamp")
    (on.sources / "page.md").write_text(
        "---\nurl: http://pages.example/page\n---\n\nSee ![a lamp](http://pages.example/a.png) "
        "and <img src='http://pages.example/b.png'>. The lamp is of brass.\n"
    )
    (on.sources / "rows.csv").write_text(
        "title,text,url\nA,The oil was of whales.,http://p.example/"
    )
    reached: list[object] = []

    def noted(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            reached.append(arguments)

    sys.addaudithook(noted)  # stays, and is then told to look away
    watching = True
    build(on)
    assert verify(on).faults == ()
    assistant = Assistant(on)
    for question in ("When was the lamp lit?", "What is the lamp of?", "What was the oil of?"):
        assert [one.url for one in assistant.ask(question).citations]
    watching = False
    assert reached == []
