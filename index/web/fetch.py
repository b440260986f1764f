"""Fetches what an address leads to, whole, or says in a sentence why not."""

import ssl
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

import httpcore
import httpx

from index.web.addresses import parsed
from index.web.connection import Deadline, Dial, PublicBackend, Resolve, dial, look_up
from index.web.refusal import Refusal, WebError, shown

MOST_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ASK_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOCKED = frozenset({401, 402, 403, 407, 451})
_HEADERS = (
    ("User-Agent", "Pullquote"),
    ("Accept", "text/html, application/pdf, text/plain;q=0.9, */*;q=0.5"),
    ("Accept-Encoding", "gzip"),
    ("Connection", "close"),
)
_GZIP = zlib.MAX_WBITS | 16
_BY_BROWSER = "Open it in a browser, and save it into the sources folder."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came."""

    asked: httpx.URL
    """The address as it was read."""

    url: httpx.URL
    """The address that answered."""

    type: str
    """What the server says it is."""

    content: bytes


class Web:
    """The public web, as far as it is let in."""

    def __init__(
        self,
        max_bytes: int,
        seconds: float,
        *,
        resolve: Resolve = look_up,
        dial: Dial = dial,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Nothing is opened yet.

        Args:
            max_bytes: How much a document may have, as it is sent and when it is unpacked.
            seconds: How long it may take, redirects included.
            resolve: Looks names up.
            dial: Connects to an address that was found to be public.
            tls: How certificates are checked.
        """
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._resolve = resolve
        self._dial = dial
        self._tls = tls

    def fetch(self, address: str) -> Fetched:
        """Fetch what an address leads to.

        Raises:
            WebError: It is refused, or nothing comes, or too much.
        """
        try:
            asked = parsed(address.strip())
            return self._followed(asked)
        except Refusal as error:
            raise WebError(address, error.reason, error.advice) from error
        except httpcore.TimeoutException as error:
            raise WebError(
                address,
                f"it did not come whole within {self._seconds:g} s",
                "Try again later, or raise PULLQUOTE_WEB_SECONDS.",
            ) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise WebError(address, *_told(error)) from error

    def _followed(self, asked: httpx.URL) -> Fetched:
        deadline = Deadline(self._seconds)
        url = asked
        for _ in range(MOST_REDIRECTS + 1):
            found = self._asked(asked, url, deadline)
            if isinstance(found, Fetched):
                return found
            url = found
        raise Refusal(f"it leads on more than {MOST_REDIRECTS} times", _BY_BROWSER)

    def _asked(self, asked: httpx.URL, url: httpx.URL, deadline: Deadline) -> Fetched | httpx.URL:
        """Ask one address: what it has, or where it leads on."""
        self._tls = self._tls or httpx.create_ssl_context()
        backend = PublicBackend(deadline, self._resolve, self._dial)
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        headers = [("Host", url.netloc.decode("ascii")), *_HEADERS]
        with (
            httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
            pool.stream("GET", target, headers=headers) as response,
        ):
            said = _Headers(response.headers)
            if response.status in _REDIRECTS and said["location"]:
                return _next(url, said["location"])
            _check_status(response.status)
            content = self._body(said, response.iter_stream())
            return Fetched(asked, url, said["content-type"], content)

    def _body(self, said: "_Headers", pieces: Iterable[bytes]) -> bytes:
        length = said["content-length"]
        if length.isdecimal() and int(length[:20]) > self._max_bytes:
            raise self._too_large()
        coding = said["content-encoding"].lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise Refusal(f"it is packed as {shown(coding)}, which was not asked for", _BY_BROWSER)
        unpacking = _Gunzip() if "gzip" in coding else None
        came, content = 0, bytearray()
        for piece in pieces:
            came += len(piece)
            room = self._max_bytes + 1 - len(content)
            content += unpacking.unpacked(piece, room) if unpacking else piece
            if max(came, len(content)) > self._max_bytes:
                raise self._too_large()
        if unpacking and not unpacking.is_whole:
            raise Refusal("the connection broke off", "Try again.")
        if not content.strip():
            raise Refusal("it is empty", "Check the address.")
        return bytes(content)

    def _too_large(self) -> Refusal:
        return Refusal(
            f"it is above the limit of {self._max_bytes / 1e6:g} MB",
            "Raise PULLQUOTE_MAX_FILE_MB to have it.",
        )


class _Headers:
    """The headers of a reply, by name in small letters; one that isn't there is empty."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._said = {
            name.lower().decode("latin-1"): value.decode("latin-1").strip()
            for name, value in reversed(headers)
        }

    def __getitem__(self, name: str) -> str:
        return self._said.get(name, "")


class _Gunzip:
    """Unpacks what is sent as gzip, no more of it than there is room for."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP)

    @property
    def is_whole(self) -> bool:
        """Whether the end was there."""
        return self._inflate.eof

    def unpacked(self, piece: bytes, room: int) -> bytes:
        """Unpack a piece, up to `room` bytes, which are more than none."""
        content = b""
        try:
            while piece and len(content) < room:
                if self.is_whole:  # and another part follows
                    self._inflate = zlib.decompressobj(_GZIP)
                content += self._inflate.decompress(piece, room - len(content))
                piece = self._inflate.unused_data
        except zlib.error as error:
            raise Refusal("it is packed, and damaged", "Try again.") from error
        return content


def _next(url: httpx.URL, location: str) -> httpx.URL:
    """The address that another leads on to."""
    try:
        # Servers send UTF-8 where only ASCII is allowed.
        location = location.encode("latin-1").decode("utf-8", "replace")
        found = parsed(str(url.join(location)))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Refusal("it leads on to what is no address", _BY_BROWSER) from error
    except Refusal as error:
        raise Refusal(f"it leads on to {shown(location)}: {error.reason}", error.advice) from error
    if url.scheme == "https" and found.scheme != "https":
        raise Refusal(
            f"it leads on from https to {shown(str(found))}, which anybody on the way can alter",
            _BY_BROWSER,
        )
    return found


def _check_status(status: int) -> None:
    if status == HTTPStatus.OK:
        return
    try:
        said = f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        said = str(status)
    if status in _LOCKED:
        advice = _BY_BROWSER
    else:
        advice = "Try again later." if status in _ASK_AGAIN else "Check the address."
    raise Refusal(f"the server answers {said}", advice)


def _told(error: Exception) -> tuple[str, str]:
    """What failed on the way, and what to do."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({cause.verify_message})", "Check the address."
    if cause is not None:
        return "no safe connection to it can be made", "Check the address."
    if isinstance(error, httpcore.ConnectError):
        return "it can't be reached", "Check the address and the connection to the internet."
    if isinstance(error, httpcore.NetworkError):
        return "the connection broke off", "Try again."
    return f"the server does not keep to HTTP ({str(error).rstrip('.')[:200]})", "Try again."
