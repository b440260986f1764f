"""Connections to public machines alone, within a time for all that is done.

A name is looked up once for each connection, which goes to what was found and checked: a name that
means something else the next time leads nowhere else. Certificates are checked against the name.
Proxies are not used, whatever the environment says: they look names up themselves, and where they
connect to can't be checked.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from index.web.addresses import check_public
from index.web.refusal import Refusal, shown

_PATIENCE = 10.0
"""Seconds for one of a name's addresses, so that there are some left for the next."""

Resolve = Callable[[str, int], list[str]]
"""Looks a name up: its addresses. Raises `OSError` or `UnicodeError` if it has none."""

Dial = Callable[[str, int, float], httpcore.NetworkStream]
"""Connects to an address and port, within so many seconds."""


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for a name's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def dial(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """Connect by TCP."""
    return httpcore.SyncBackend().connect_tcp(address, port, seconds)


class Deadline:
    """When all has to be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left.

        Raises:
            httpcore.TimeoutException: There are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class PublicBackend(httpcore.NetworkBackend):
    """Connects to what is public, until the deadline."""

    def __init__(self, deadline: Deadline, resolve: Resolve, dial: Dial) -> None:
        self._deadline = deadline
        self._resolve = resolve
        self._dial = dial

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline's
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Look a name up, check every address that it has, and connect to one of them."""
        addresses = self._looked_up(host, port)
        for address in addresses:
            check_public(address)
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._connected(address, port)
        return self._connected(addresses[-1], port)

    def _connected(self, address: str, port: int) -> httpcore.NetworkStream:
        seconds = min(self._deadline.left(), _PATIENCE)
        return _Stream(self._dial(address, port, seconds), self._deadline)

    def _looked_up(self, host: str, port: int) -> list[str]:
        """In a thread, since nothing ends a look-up that takes too long."""
        found: queue.Queue[list[str] | Exception] = queue.Queue()

        def look() -> None:
            try:
                found.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                found.put(error)

        threading.Thread(target=look, name="pullquote-look-up", daemon=True).start()
        try:
            addresses = found.get(timeout=self._deadline.left())
        except queue.Empty:
            raise httpcore.ConnectTimeout from None
        if isinstance(addresses, Exception) or not addresses:
            raise Refusal(
                f"there is no host {shown(host)}, or it can't be looked up at the moment",
                "Check the address and the connection to the internet.",
            )
        return addresses


class _Stream(httpcore.NetworkStream):
    """A connection, every step of which has as long as is left."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline.left()
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the base class has it
        return self._stream.get_extra_info(info)
