import gzip
import ssl
import time
from collections.abc import Iterator

import httpcore
import pytest

from index.web.fetch import Web
from index.web.refusal import WebError
from tests.web_server import PUBLIC, WebServer, certified, reply

TEXT = b"The lamp was lit in 1847."
URL = "http://pages.example/lamp"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def refused(web: Web, url: str, reason: str) -> None:
    with pytest.raises(WebError, match=reason) as told:
        web.fetch(url)
    assert "\n" not in str(told.value)
    assert str(told.value).startswith(f"Cannot add '{url[:20]}")


def test_what_an_address_leads_to_is_fetched_by_its_name(server: WebServer) -> None:
    fetched = server.web().fetch(" HTTP://Pages.example/a b".replace("a b", "lämp?x=1#part"))
    assert (fetched.content, fetched.type) == (TEXT, "text/plain")
    assert str(fetched.url) == "http://pages.example/l%C3%A4mp?x=1"
    assert server.dialled == [(PUBLIC, 80)]
    (request,) = server.requests
    assert request.startswith("GET /l%C3%A4mp?x=1 HTTP/1.1\r\nHost: pages.example\r\n")
    assert "cookie" not in request.lower()


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "//192.168.1.1/",
        "http://inside.example/",
    ],
)
def test_a_redirect_to_what_is_not_public_is_refused(server: WebServer, location: str) -> None:
    server.names["inside.example"] = [["10.0.0.5"]]
    for host in ("127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1", "192.168.1.1"):
        server.names[host] = [[host]]
    server.script = lambda path: reply(
        status=302, Location=location if path == "/lamp" else "http://pages.example/"
    )
    refused(server.web(), URL, "no public address. Documents of this machine")
    assert server.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize("places", [["10.0.0.5"], [PUBLIC, "127.0.0.1"], ["fe80::1%eth0"], ["::1"]])
def test_a_name_any_address_of_which_is_not_public_is_refused(
    server: WebServer, places: list[str]
) -> None:
    server.names["pages.example"] = [places]
    refused(server.web(), URL, f"it leads to {places[-1]}, which is no public address")
    assert server.dialled == []


def test_a_name_is_looked_up_once_and_connected_to_where_it_was_found(server: WebServer) -> None:
    server.names["pages.example"] = [[PUBLIC], ["127.0.0.1"]]
    server.script = lambda path: reply(TEXT) if path == "/2" else reply(status=302, Location="/2")
    refused(server.web(), URL, "it leads to 127.0.0.1")
    assert server.dialled == [(PUBLIC, 80)]
    assert server.web(seconds=5).fetch("http://other.example/2").content == TEXT


def test_addresses_are_tried_one_after_the_other(server: WebServer) -> None:
    first = "2606:4700::1111"
    server.names["pages.example"] = [[first, PUBLIC]]
    dial = server.dial

    def dialling(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        if address == first:
            raise httpcore.ConnectError
        return dial(address, port, seconds)

    web = Web(1000, 20, resolve=server.resolve, dial=dialling)
    assert web.fetch(URL).content == TEXT


def test_a_redirect_is_followed_relative_and_in_other_scripts(server: WebServer) -> None:
    places = {"/a/b": "../c?d=1#e", "/c?d=1": "/straße".encode().decode("latin-1")}

    def sent(path: str) -> list[bytes | float]:
        if path not in places:
            return reply(TEXT)
        return [
            b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: "
            + places[path].encode("latin-1")
            + b"\r\n\r\n"
        ]

    server.script = sent
    fetched = server.web().fetch("http://pages.example/a/b")
    assert str(fetched.url) == "http://pages.example/stra%C3%9Fe"
    assert str(fetched.asked) == "http://pages.example/a/b"


def test_redirects_come_to_an_end(server: WebServer) -> None:
    server.script = lambda path: reply(status=308, Location=f"{path}a")
    refused(server.web(), URL, "it leads on more than 5 times")
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("ftp://pages.example/", "leads on to 'ftp://pages.example/': it is no web address"),
        ("http://a:b@pages.example/", "name or password"),
        ("http://pages.example:22/", "at port 22"),
        ("http://[::1/", "no address"),
        ("http://2130706433/", "no name of a host"),
    ],
)
def test_a_redirect_elsewhere_is_refused(server: WebServer, location: str, reason: str) -> None:
    server.says(*reply(status=302, Location=location))
    refused(server.web(), URL, reason)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, r"answers 404 \(Not Found\). Check the address"),
        (410, r"410 \(Gone\)"),
        (403, r"403 \(Forbidden\). Open it in a browser"),
        (503, r"503 \(Service Unavailable\). Try again later"),
        (204, r"204 \(No Content\)"),
        (206, r"206 \(Partial Content\)"),
        (304, r"304 \(Not Modified\)"),
        (302, r"302 \(Found\)"),
        (799, "answers 799. Check"),
    ],
)
def test_another_answer_than_a_document_is_told(
    server: WebServer, status: int, reason: str
) -> None:
    server.says(*reply(b"" if status in (204, 304) else b"Text.", status=status))
    refused(server.web(), URL, reason)


@pytest.mark.parametrize(
    "sent",
    [
        reply(b"a" * 100_001),
        [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"a" * 20_000] * 6],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"4000\r\n" + b"a" * 16384 + b"\r\n"] * 10],
        reply(gzip.compress(b"a" * 100_001), Content_Encoding="gzip"),
        reply(gzip.compress(b"a" * 60_000) * 2, Content_Encoding="gzip"),
    ],
    ids=["length", "lie", "open", "chunks", "gzip", "gzips"],
)  # fmt: skip
def test_what_is_too_large_is_refused(server: WebServer, sent: list[bytes | float]) -> None:
    server.says(*sent)
    refused(server.web(), URL, "it is above the limit of 0.1 MB. Raise PULLQUOTE_MAX_FILE_MB")


def test_what_never_ends_is_refused_as_soon_as_it_is_too_large(server: WebServer) -> None:
    def endless(_: str) -> Iterator[bytes | float]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b"a" * 10_000

    server.script = endless
    refused(server.web(), URL, "above the limit")
    assert server.hung_up.wait(5)


def test_a_bomb_is_unpacked_no_further_than_the_limit(server: WebServer) -> None:
    import tracemalloc

    bomb = gzip.compress(bytes(300_000_000), 9)
    server.says(*reply(bomb, Content_Encoding="gzip"))
    web = server.web(max_bytes=1_000_000)
    tracemalloc.start()
    try:
        refused(web, URL, "above the limit of 1 MB")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_what_is_packed_is_unpacked(server: WebServer) -> None:
    for packed in (gzip.compress(TEXT), gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:])):
        server.says(*reply(packed, Content_Encoding="GZIP"))
        assert server.web().fetch(URL).content == TEXT


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (reply(TEXT, Content_Encoding="br"), "packed as 'br', which was not asked for"),
        (reply(TEXT, Content_Encoding="gzip, gzip"), "packed as 'gzip, gzip'"),
        (reply(TEXT, Content_Encoding="gzip"), "it is packed, and damaged"),
        (reply(gzip.compress(TEXT)[:-9], Content_Encoding="gzip"), "the connection broke off"),
        (reply(TEXT, Content_Length="99"), "does not keep to HTTP|broke off"),
        (reply(b" \n"), "it is empty"),
        ([b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"], "does not keep to HTTP"),
        ([b"SSH-2.0-OpenSSH\r\n"], "does not keep to HTTP"),
        ([b""], "does not keep to HTTP"),
    ],
    ids=["br", "twice", "no gzip", "cut gzip", "cut", "empty", "headers", "ssh", "nothing"],
)
def test_what_makes_no_sense_is_told(
    server: WebServer, sent: list[bytes | float], reason: str
) -> None:
    server.says(*sent)
    refused(server.web(), URL, reason)


def drops(piece: bytes, start: bytes = b"") -> Iterator[bytes | float]:
    yield start
    while True:
        yield piece
        yield 0.1


@pytest.mark.parametrize(
    "sent",
    [
        lambda: iter([60.0]),
        lambda: drops(b"A", b"HTTP/1.1 200 OK\r\nName: "),
        lambda: drops(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda: drops(b"a", b"HTTP/1.1 200 OK\r\n\r\n"),
        lambda: drops(b"1\r\na\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ],
    ids=["silent", "header", "continue", "body", "chunks"],
)
def test_what_comes_slowly_is_given_up_in_time(server: WebServer, sent: object) -> None:
    server.script = lambda _: sent()  # type: ignore[operator] # one of those above
    started = time.monotonic()
    refused(
        server.web(seconds=0.7), URL, r"within 0.7 s. Try again later, or raise PULLQUOTE_WEB_S"
    )
    assert 0.6 < time.monotonic() - started < 3


def test_redirects_share_the_time(server: WebServer) -> None:
    server.script = lambda _: iter([0.4, *reply(status=302, Location="/lamp")])
    started = time.monotonic()
    refused(server.web(seconds=0.7), URL, r"within 0.7 s")
    assert time.monotonic() - started < 3


def test_a_look_up_that_hangs_is_given_up_in_time(server: WebServer) -> None:
    def hang(host: str, port: int) -> list[str]:
        time.sleep(3)
        return server.resolve(host, port)

    started = time.monotonic()
    refused(Web(1000, 0.3, resolve=hang, dial=server.dial), URL, r"within 0.3 s")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_nobody_knows_is_told(server: WebServer, error: Exception) -> None:
    def unknown(*_: object) -> list[str]:
        raise error

    refused(
        Web(1000, 5, resolve=unknown, dial=server.dial), URL, "there is no host 'pages.example'"
    )


def test_a_host_that_refuses_is_told(server: WebServer) -> None:
    def refuse(*_: object) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("refused")

    refused(Web(1000, 5, resolve=server.resolve, dial=refuse), URL, "it can't be reached")


def test_proxies_of_the_environment_are_not_used(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert server.web().fetch(URL).content == TEXT
    assert server.dialled == [(PUBLIC, 80)]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certified(tmp_path_factory.mktemp("certificate"), "pages.example")


def test_a_certificate_is_checked_by_name(
    server: WebServer, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server.tls, trusting = certificate
    web = server.web(tls=trusting)
    assert web.fetch("https://pages.example/").content == TEXT
    assert server.dialled == [(PUBLIC, 443)]
    refused(web, "https://other.example/", "its certificate is not valid .*other.example")
    refused(server.web(), "https://pages.example/", "its certificate is not valid .*self-signed")


def test_https_does_not_lead_on_to_http(
    server: WebServer, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server.tls, trusting = certificate
    server.says(*reply(status=302, Location="http://pages.example/b"))
    refused(server.web(tls=trusting), "https://pages.example/", "from https to 'http://pages.exa")
    server.tls, server.patience = None, 0.2
    refused(server.web(), "https://pages.example/", "no safe connection")
