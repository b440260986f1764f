"""What the served application lets in, tried over real HTTP on every route that Gradio mounts."""

import http.client
import json
import re
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import pytest

from assistant.page.guard import BODY_BYTES, Guard
from assistant.page.serve import application
from index.document import Document
from tests.scripted import ScriptedAssistant
from tests.serving import App, served

if TYPE_CHECKING:
    from assistant.ask import Assistant

NEWS = Document("news.txt", "Bakery", "The bakery opens at seven.", "1", "news.txt")
TOKEN = "a-token-of-some-length"

# What Gradio mounted when this was last looked at. A new version that mounts more, or other
# routes, fails here: look at what they do before they are listed, open or not.
OPEN = """
    GET /; HEAD /; GET /config; GET /theme.css; GET /favicon.ico; GET /assets/{path:path};
    GET /static/{path:path}; GET /gradio_api/info; GET /gradio_api/heartbeat/{session_hash}; GET /gradio_api/queue/data;
    GET /gradio_api/call/{api_name}/{event_id}; POST /gradio_api/queue/join; GET /drawn;
    POST /gradio_api/run/{api_name}; POST /gradio_api/call/{api_name}; POST /gradio_api/cancel;
    POST /gradio_api/reset
"""
CLOSED = """
    GET /openapi.json; HEAD /openapi.json; POST /login; GET /logout; GET /svelte/{path:path};
    GET /gradio_api/deep_link; GET /robots.txt; GET /pwa_icon;
    GET /pwa_icon/{size}; GET /manifest.json; GET /monitoring; GET /monitoring/summary;
    GET /monitoring/{key}; GET /gradio_api/user; GET /gradio_api/login_check;
    GET /gradio_api/token; GET /gradio_api/app_id; GET /gradio_api/dev/reload;
    GET /gradio_api/runs; GET /gradio_api/openapi.json;
    GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name};
    GET /gradio_api/proxy={url_path:path}; HEAD /gradio_api/proxy={url_path:path};
    GET /gradio_api/file={path_or_url:path}; HEAD /gradio_api/file={path_or_url:path};
    GET /gradio_api/file/{path:path}; POST /gradio_api/stream/{event_id};
    POST /gradio_api/stream/{event_id}/close;
    GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8;
    GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext};
    GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file;
    POST /gradio_api/api/{api_name}; POST /gradio_api/call/v2/{api_name};
    GET /gradio_api/call/v2/{api_name}/{event_id}; POST /gradio_api/component_server;
    GET /gradio_api/queue/status; GET /gradio_api/upload_progress; POST /gradio_api/upload;
    GET /gradio_api/startup-events; GET /gradio_api/theme.css; POST /gradio_api/process_recording;
    POST /gradio_api/vibe-edit; POST /gradio_api/undo-vibe-edit; GET /gradio_api/vibe-code;
    POST /gradio_api/vibe-code; POST /gradio_api/vibe-starter-queries
"""


@dataclass
class Reply:
    status: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Client:
    """Sends requests exactly as a test writes them."""

    port: int

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: list[tuple[str, str]] | None = None,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = headers or []
        host = any(name == "Host" for name, _ in given)
        connection.putrequest(method, path, skip_host=host, skip_accept_encoding=True)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if body is not None:
            if not any(name == "Content-Type" for name, _ in given):
                given = [*given, ("Content-Type", "application/json")]
            given = [*given, ("Content-Length", str(len(content)))]
        for name, value in given:
            connection.putheader(name, value)
        connection.endheaders(content if body is not None else None)
        reply = connection.getresponse()
        streams = reply.headers.get("content-type", "").startswith("text/event-stream")
        read = reply.fp.readline() if streams and "heartbeat" in path else reply.read()
        connection.close()
        return Reply(reply.status, read, {k.lower(): v for k, v in reply.headers.items()})

    def get(self, path: str, *headers: tuple[str, str]) -> Reply:
        return self.ask("GET", path, headers=list(headers))


def made(**options: Any) -> Guard:
    app = application(cast("Assistant", ScriptedAssistant([NEWS])), sources=Path("s"), **options)
    assert isinstance(app, Guard)
    return app


@pytest.fixture(scope="module")
def guard() -> Guard:
    return made()


@pytest.fixture(scope="module")
def client(guard: Guard) -> Iterator[Client]:
    with served(guard) as port:
        yield Client(port)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text("the canary sings")
    return path


def listed(routes: str) -> set[str]:
    return {" ".join(route.split()) for route in routes.split(";")}


def mounted(app: Any) -> set[str]:
    """Every route below an application, as `METHOD /path`, without its twin that ends in a slash."""
    found = set()
    for route in app.routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if hasattr(inner, "routes"):
            found |= mounted(inner)
        elif getattr(route, "path", None):
            path = route.path.rstrip("/") or "/"
            found |= {f"{method} {path}" for method in route.methods}
    return found


def filled(path: str, words: str) -> str:
    return re.sub(r"\{\w+(?::path)?\}", quote(words), path)


# --- routes ---


def test_every_route_that_gradio_mounts_has_been_looked_at(guard: Guard) -> None:
    assert mounted(guard.app) == listed(OPEN) | listed(CLOSED)


@pytest.mark.parametrize("route", sorted(listed(CLOSED)))
def test_a_route_that_the_page_does_not_need_is_closed(
    client: Client, canary: Path, route: str
) -> None:
    method, path = route.split()
    for words in (str(canary), canary.name, "x", f"../../..{canary}"):
        body = {"data": [], "path": str(canary)} if method == "POST" else None
        for end in ("", "/", f"?path={canary}&session_hash=x"):
            reply = client.ask(method, filled(path, words) + end, body)
            assert reply.status == 404
            assert b"canary sings" not in reply.body


def test_what_the_page_needs_is_open(client: Client) -> None:
    for path in ("/", "/config", "/theme.css", "/gradio_api/info", "/gradio_api/heartbeat/abc"):
        assert client.get(path).status == 200, path
    page = client.get("/").body.decode()
    for asset in re.findall(r'(?:src|href)="\.?(/(?:assets|static)/[^"]+)"', page):
        assert client.get(asset).status == 200, asset


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"])
def test_other_methods_are_closed(client: Client, method: str) -> None:
    assert client.ask(method, "/").status in {400, 404}


@pytest.mark.parametrize("folder", ["static", "assets", "gradio_api/heartbeat", "gradio_api/file="])
@pytest.mark.parametrize("step", ["../", "..%2f", "%2e%2e/", "..%5c", "....//", "//", "%00/"])
def test_traversal_reads_nothing(client: Client, canary: Path, folder: str, step: str) -> None:
    for climbs in range(1, 12, 5):
        reply = client.get(f"/{folder}/{step * climbs}{quote(str(canary)[1:])}")
        assert reply.status in {400, 404}
        assert b"canary sings" not in reply.body


# --- bodies ---


def file_data(path: Path) -> dict[str, Any]:
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}, "orig_name": "a"}


def functions(guard: Guard) -> list[int]:
    apps: Iterable[Any] = (getattr(route, "app", None) for route in guard.app.routes)  # type: ignore[attr-defined]
    return sorted(next(app for app in apps if hasattr(app, "get_blocks")).get_blocks().fns)


def cached(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_no_function_takes_a_file(
    tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(cache))
    guard = made()
    with served(guard) as port, served(guard.app) as unguarded:
        posts = ("run/predict", "queue/join", "call/ask")
        for number in functions(guard):
            for shape in (file_data(canary), [file_data(canary)], {"a": [file_data(canary)]}):
                body: dict[str, Any] = {"fn_index": number, "session_hash": "x"}
                event = body | {"data": [None], "event_data": {"turn": shape}}
                body |= {"data": [shape, None]}
                for path in posts:
                    for one in (body, event, event | {"event_data": shape}, body | {"x": shape}):
                        reply = Client(port).ask("POST", f"/gradio_api/{path}", one)
                        assert reply.status == 400
                # Gradio itself, should a file ever come so far, copies none that it was not given.
                Client(unguarded).ask("POST", "/gradio_api/run/predict", body)
        assert functions(guard)
        assert cached(cache) == []


def test_a_question_comes_through(client: Client) -> None:
    body = {"data": ["When is it that the bakery opens?", ""]}
    joined = client.ask("POST", "/gradio_api/call/ask", body)
    assert joined.status == 200
    event = json.loads(joined.body)["event_id"]
    reply = client.get(f"/gradio_api/call/ask/{event}")
    answer = json.loads(reply.body.decode().split("data: ", 1)[1].splitlines()[0])[0]
    assert answer["citations"][0]["quote"] == "The bakery opens at seven."


@pytest.mark.parametrize("data", [[7, ""], [None, ""], [True, ""], ["When?", 3], ["When?", "no"]])
def test_what_is_no_question_gets_a_sentence_in_the_form_of_an_answer(
    client: Client, data: list[object]
) -> None:
    event = json.loads(client.ask("POST", "/gradio_api/call/ask", {"data": data}).body)["event_id"]
    reply = client.get(f"/gradio_api/call/ask/{event}")
    answer = json.loads(reply.body.decode().split("data: ", 1)[1].splitlines()[0])[0]
    assert not answer["answered"]
    assert "send them as strings" in answer["reason"] or "no document 'no'" in answer["reason"]
    assert {"nearest", "searched", "claims", "text", "notice", "mode"} <= answer.keys()


JOIN = "/gradio_api/queue/join"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"data": []}', "text/plain", 415),
        (b"data=1", "application/x-www-form-urlencoded", 415),
        (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=b", 415),
        (b'{"data": [', "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b'{"data": [NaN]}', "application/json", 400),
        (b'{"data": {"a": 1}}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"data": []' + b" " * BODY_BYTES + b"}", "application/json", 413),
    ],
)
def test_a_body_of_another_kind_is_refused(
    client: Client, content: bytes, kind: str, status: int
) -> None:
    assert client.ask("POST", JOIN, content, [("Content-Type", kind)]).status == status


def raw(port: int, lines: list[bytes], body: Iterable[bytes] = ()) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(b"\r\n".join([*lines, b"", b""]))
        try:
            for piece in body:
                wire.sendall(piece)
        except OSError:
            pass  # the server has stopped listening to it
        return wire.recv(4000)


def test_a_long_body_is_refused_before_it_has_come(client: Client) -> None:
    start = [b"POST " + JOIN.encode() + b" HTTP/1.1", b"Host: localhost"]
    start.append(b"Content-Type: application/json")
    declared = raw(client.port, [*start, b"Content-Length: 50000000"])
    assert declared.startswith(b"HTTP/1.1 413")
    pieces = (b"%x\r\n%s\r\n" % (1000, b"a" * 1000) for _ in range(200))
    chunked = raw(client.port, [*start, b"Transfer-Encoding: chunked"], pieces)
    assert chunked.startswith(b"HTTP/1.1 413")


# --- who asks ---


@pytest.mark.parametrize(
    "foreign",
    [
        [("Origin", "http://evil.example")],
        [("Origin", "http://127.0.0.1:1")],
        [("Origin", "http://localhost:7949")],
        [("Origin", "null")],
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")],
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "iframe"),
         ("Sec-Fetch-Mode", "navigate")],
    ],
)  # fmt: skip
def test_another_site_s_request_is_refused_on_every_route(
    client: Client, foreign: list[tuple[str, str]]
) -> None:
    for route in sorted(listed(OPEN) | listed(CLOSED)):
        method, path = route.split()
        body: object = {"data": []} if method == "POST" else None
        reply = client.ask(method, filled(path, "x"), body, foreign)
        assert reply.status == 403, route
        assert not [name for name in reply.headers if name.startswith("access-control")]


def test_the_page_s_own_requests_and_links_to_it_are_let_in(client: Client) -> None:
    own = [("Origin", f"http://127.0.0.1:{client.port}"), ("Sec-Fetch-Site", "same-origin")]
    assert client.ask("POST", "/gradio_api/reset", {"event_id": "x"}, own).status == 200
    link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]
    link.append(("Sec-Fetch-Dest", "document"))
    assert client.get("/", *link).status == 200
    assert client.get("/config", *link).status == 403


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["127.0.0.1:evil"],
        ["evil@127.0.0.1"],
        ["127.0.0.1", "evil.example"],
        ["evil.example", "127.0.0.1"],
        ["127.0.0.1.evil.example"],
        [""],
        ["[::1"],
        ["127.0.0.1/x"],
    ],
)
def test_another_name_for_this_machine_is_refused(client: Client, hosts: list[str]) -> None:
    reply = client.get("/", *(("Host", host) for host in hosts))
    assert reply.status in {400, 421}  # some are no HTTP


def test_only_names_that_it_was_told_are_answered() -> None:
    with served(made(hosts={"box.local": "http", "notes.example.org": "https"})) as port:
        client = Client(port)
        assert client.get("/", ("Host", f"BOX.local:{port}")).status == 200
        assert client.get("/", ("Host", "127.0.0.1")).status == 421
        secure = [("Host", "notes.example.org"), ("Origin", "https://notes.example.org")]
        config = client.get("/config", *secure)
        assert json.loads(config.body)["root"] == "https://notes.example.org"
        plain = [("Host", "notes.example.org"), ("Origin", "http://notes.example.org")]
        assert client.get("/config", *plain).status == 403


def test_what_claims_to_be_forwarded_is_not_believed(client: Client) -> None:
    claims = [(f"X-Forwarded-{what}", "evil.example") for what in ("Host", "Proto", "Prefix")]
    claims += [("Forwarded", "host=evil.example;proto=https"), ("X-Gradio-Server", "evil.example")]
    for path in ("/", "/config"):
        reply = client.get(path, *claims)
        assert reply.status == 200
        assert b"evil.example" not in reply.body


# --- the access token ---


@pytest.fixture(scope="module")
def locked() -> Iterator[Client]:
    hosts = {"127.0.0.1": "http", "notes.example.org": "https"}
    with served(made(token=TOKEN, hosts=hosts)) as port:
        yield Client(port)


def test_without_the_token_nothing_is_shown(locked: Client) -> None:
    for route in sorted(listed(OPEN) | listed(CLOSED)):
        method, path = route.split()
        body: object = {"data": []} if method == "POST" else None
        reply = locked.ask(method, filled(path, "x"), body)
        assert reply.status == 401, route
        assert b"gradio" not in reply.body.lower()


@pytest.mark.parametrize("wrong", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "%ff", "%00"])
def test_a_wrong_token_is_refused(locked: Client, wrong: str) -> None:
    assert locked.get(f"/?token={wrong}").status == 401
    assert locked.get("/config", ("Authorization", f"Bearer {wrong}")).status == 401
    cookie = locked.get(f"/?token={TOKEN}").headers["set-cookie"].split("=")[0]
    assert locked.get("/", ("Cookie", f"{cookie}={wrong}")).status == 401
    assert locked.get("/", ("Cookie", f"{cookie}={TOKEN}")).status == 401


def test_the_token_is_shown_once_and_a_cookie_from_then_on(locked: Client) -> None:
    assert b"Access token" in locked.get("/").body
    welcome = locked.get(f"/?token={TOKEN}")
    assert (welcome.status, welcome.headers["location"]) == (303, "/")
    cookie = welcome.headers["set-cookie"]
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    kept = ("Cookie", cookie.split(";")[0])
    assert locked.get("/", kept).status == 200
    assert locked.get("/gradio_api/upload", kept).status == 404
    assert locked.get("/config", kept, ("Origin", "http://evil.example")).status == 403
    over_tls = locked.get(f"/?token={TOKEN}", ("Host", "notes.example.org"))
    assert "Secure" in over_tls.headers["set-cookie"]


@pytest.mark.parametrize(
    "before", ['theme={"dark":true}', "version=1", "path=/x", "x[y]=1", "csrf", "a=b=c", '="', ";;"]
)
def test_whatever_else_stands_in_the_jar_ours_is_found(locked: Client, before: str) -> None:
    kept = locked.get(f"/?token={TOKEN}").headers["set-cookie"].split(";")[0]
    assert locked.get("/", ("Cookie", f"{before}; {kept}; after=1")).status == 200
    assert locked.get("/", ("Cookie", f"{before}; {kept}x")).status == 401


def test_a_program_shows_the_token_with_each_request(locked: Client) -> None:
    assert locked.get("/config", ("Authorization", f"bearer {TOKEN}")).status == 200


# --- beyond loopback ---


def test_a_network_address_without_a_token_is_refused(tmp_path: Path) -> None:
    app = App(tmp_path, tmp_path / "store", "--host", "0.0.0.0")
    _, errors = app.process.communicate(timeout=30)
    assert app.process.returncode == 2
    assert re.fullmatch(r"Others .* 0\.0\.0\.0\. .* PULLQUOTE_TOKEN=\S{20}, or .*\n", errors)


def test_a_name_for_others_without_a_token_is_refused(tmp_path: Path) -> None:
    hosts = "localhost, https://notes.example.org"
    app = App(tmp_path, tmp_path / "store", PULLQUOTE_HOSTS=hosts)
    _, errors = app.process.communicate(timeout=30)
    assert app.process.returncode == 2
    assert "by notes.example.org. Set an access token" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="needs an address of every interface")
def test_told_explicitly_it_serves_the_network_under_the_names_it_was_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "s").mkdir()
    variables = {"PULLQUOTE_TOKEN": "off", "PULLQUOTE_HOSTS": "box.local fe80::1 https://b.example"}
    app = App(tmp_path / "s", tmp_path / "store", "--host", "0.0.0.0", **variables)
    try:
        assert "Pullquote is at" in app.first_line()
        named = [
            f"http://box.local:{app.port}",
            f"http://[fe80::1]:{app.port}",
            "https://b.example",
        ]
        assert app.first_line() == f"Others find it at {', '.join(named)}\n"
        assert Client(app.port).get("/", ("Host", "box.local")).status == 200
        assert Client(app.port).get("/", ("Host", "rebound.example")).status == 421
    finally:
        app.stop()
