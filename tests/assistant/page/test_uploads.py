"""The way by which documents come to the page, tried over real HTTP."""

import errno
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

import pytest

from assistant.page.documents.arriving import MOST_AT_ONCE, Arriving
from assistant.page.documents.keeper import Keeper
from assistant.page.serve import application, is_read_only
from index.document import Document
from index.settings import Settings
from tests.assistant.page.test_guard import TOKEN, Client, Reply
from tests.scripted import ScriptedAssistant
from tests.serving import served

if TYPE_CHECKING:
    from assistant.ask import Assistant

BYTES = ("Content-Type", "application/octet-stream")
WORDS = b"The bakery opens at seven."


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(sources: Path, tmp_path: Path) -> Settings:
    return Settings(sources=sources, store=tmp_path / "store", max_file_mb=0.5)


def serve(keeper: Keeper | None, sources: Path, token: str = "") -> object:
    document = Document("news.txt", "Bakery", "The bakery opens.", "1", "news.txt")
    assistant = cast("Assistant", ScriptedAssistant([document]))
    return application(assistant, sources=sources, keeper=keeper, token=token)


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with served(serve(Keeper(settings), settings.sources)) as port:
        yield Client(port)


def put(client: Client, name: str, content: bytes = WORDS, *headers: tuple[str, str]) -> Reply:
    given = headers if any(key == "Content-Type" for key, _ in headers) else (BYTES, *headers)
    return client.ask("PUT", f"/documents?name={quote(name)}", content, list(given))


def held(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # what is taken back meanwhile
            found[path.name] = path.read_bytes()
    return found


def test_a_file_comes_whole_under_its_name(client: Client, sources: Path) -> None:
    content = bytes(range(256)) * 1900
    reply = put(client, "Übersicht 2026.docx", content)
    assert (reply.status, reply.body.decode()) == (201, "Übersicht 2026.docx")
    assert held(sources) == {"Übersicht 2026.docx": content}


@pytest.mark.parametrize("name", ["../../up.txt", "/up.txt", "..\\..\\up.txt", "a/../../up.txt"])
def test_a_path_is_only_a_name(client: Client, sources: Path, tmp_path: Path, name: str) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    assert put(client, name).body == b"up.txt"
    assert held(sources) == {"up.txt": WORDS}
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "path", ["/documents/a.txt?name=a.txt", "/documents/?name=a.txt", "/%2e/documents?name=a.txt"]
)
def test_there_is_no_other_address(client: Client, sources: Path, path: str) -> None:
    assert client.ask("PUT", path, WORDS, [BYTES]).status == 404
    assert held(sources) == {}


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("a.exe", WORDS, 415, "‘a.exe’ is of the kind ‘.exe’, which can’t be read."),
        ("notes", WORDS, 415, "‘notes’ has no suffix."),
        ("", WORDS, 415, "‘document’ has no suffix."),
        ("a.txt", b"", 400, "‘a.txt’ is empty."),
        ("a.txt", b"a" * 500_001, 413, "‘a.txt’ is larger than 0.5 MB."),
    ],
)
def test_what_is_no_document_is_refused_by_name(
    client: Client, sources: Path, *, name: str, content: bytes, status: int, sentence: str
) -> None:
    reply = put(client, name, content)
    assert (reply.status, reply.body.decode()[: len(sentence)]) == (status, sentence)
    assert held(sources) == {}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (("Origin", "http://evil.test"), 403),
        (("Origin", "http://localhost:1"), 403),
        (("Sec-Fetch-Site", "cross-site"), 403),
        (("Sec-Fetch-Site", "same-site"), 403),
        (("Host", "evil.test"), 421),
        (("Content-Type", "text/plain"), 415),
        (("Content-Type", "multipart/form-data; boundary=b"), 415),
        (("Content-Encoding", "gzip"), 415),
    ],
)
def test_other_pages_bring_nothing(
    client: Client, sources: Path, header: tuple[str, str], status: int
) -> None:
    assert put(client, "a.txt", WORDS, header).status == status
    assert held(sources) == {}


def test_nothing_comes_without_the_token(settings: Settings) -> None:
    with served(serve(Keeper(settings), settings.sources, TOKEN)) as port:
        assert put(Client(port), "a.txt").status == 401
        assert held(settings.sources) == {}
        assert put(Client(port), "a.txt", WORDS, ("Authorization", f"Bearer {TOKEN}")).status == 201


@pytest.mark.parametrize("has_keeper", [True, False])
def test_nothing_comes_where_documents_stay_as_they_are(
    settings: Settings, has_keeper: bool
) -> None:
    keeper = Keeper(settings, read_only=True) if has_keeper else None
    with served(serve(keeper, settings.sources)) as port:
        reply = put(Client(port), "a.txt")
    assert reply.status == 403
    assert reply.body.decode().startswith("‘a.txt’ ")
    assert "PULLQUOTE_READ_ONLY=no" in reply.body.decode()
    assert held(settings.sources) == {}


@pytest.mark.parametrize(
    ("changes", "read_only"),
    [
        ({}, False),
        ({"host": "0.0.0.0"}, True),
        ({"hosts": ("archive.local",)}, True),
        ({"host": "0.0.0.0", "read_only": "no"}, False),
        ({"read_only": "yes"}, True),
    ],
)
def test_documents_stay_as_they_are_when_others_reach_the_page_unless_told_otherwise(
    changes: dict[str, object], read_only: bool
) -> None:
    assert is_read_only(Settings(**changes)) is read_only  # type: ignore[arg-type]


def test_two_of_one_name_at_once_both_come(client: Client, sources: Path) -> None:
    bodies = [b"%d " % n + b"x" * 200_000 for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        names = {reply.body for reply in pool.map(lambda body: put(client, "a.txt", body), bodies)}
    assert names == {b"a.txt", *(b"a (%d).txt" % n for n in range(2, 7))}
    assert sorted(held(sources).values()) == sorted(bodies)


def start(client: Client, size: int, *more: bytes) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", client.port), timeout=10)
    head = (
        f"PUT /documents?name=a.txt HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {size}\r\n\r\n"
    )
    wire.sendall(head.encode() + b"".join(more))
    return wire


def until(holds: object) -> None:
    assert callable(holds)
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_cut_connection_leaves_nothing(client: Client, sources: Path) -> None:
    with start(client, 400_000, b"half of it"):
        until(lambda: len(held(sources)) == 1)
        assert next(iter(held(sources))).startswith(".")
    until(lambda: held(sources) == {})


def test_what_is_too_large_is_refused_before_it_has_come(client: Client, sources: Path) -> None:
    with start(client, 50_000_000) as wire:
        assert wire.recv(4000).startswith(b"HTTP/1.1 413")
    assert held(sources) == {}


def test_what_doesn_t_say_how_large_it_is_is_cut_off(client: Client, sources: Path) -> None:
    wire = socket.create_connection(("127.0.0.1", client.port), timeout=10)
    head = (
        b"PUT /documents?name=a.txt HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    )
    with wire:
        wire.sendall(head + b"Content-Type: application/octet-stream\r\n\r\n")
        for _ in range(6):
            wire.sendall(b"%x\r\n%s\r\n" % (100_000, b"a" * 100_000))
        assert wire.recv(4000).startswith(b"HTTP/1.1 413")
    until(lambda: held(sources) == {})


def test_only_so_many_come_at_once(client: Client, sources: Path) -> None:
    wires = [start(client, 100, b"begun") for _ in range(MOST_AT_ONCE)]
    until(lambda: len(held(sources)) == MOST_AT_ONCE)
    reply = put(client, "one more.txt")
    assert reply.status == 503
    assert reply.body.decode().startswith("‘one more.txt’ comes while others are on their way.")
    for wire in wires:
        wire.close()
    until(lambda: held(sources) == {})
    assert put(client, "one more.txt").status == 201


def test_a_full_disk_is_told_and_leaves_nothing(
    client: Client, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    begin = Arriving.__init__

    def full(self: Arriving, *arguments: object) -> None:
        begin(self, *arguments)  # type: ignore[arg-type]
        self._file.close()
        self._file = Full()  # type: ignore[assignment]

    monkeypatch.setattr(Arriving, "__init__", full)
    reply = put(client, "a.txt")
    assert reply.status == 507
    said = "‘a.txt’ could not be written: No space left on device. Make room there"
    assert reply.body.decode().startswith(said)
    assert held(sources) == {}


def test_a_folder_that_is_missing_is_made(settings: Settings) -> None:
    settings.sources.rmdir()
    with served(serve(Keeper(settings), settings.sources)) as port:
        assert put(Client(port), "a.txt").status == 201
    assert held(settings.sources) == {"a.txt": WORDS}


def test_others_are_answered_while_a_file_comes(client: Client, sources: Path) -> None:
    with start(client, 400_000, b"half"):
        until(lambda: len(held(sources)) == 1)
        assert client.get("/config").status == 200
