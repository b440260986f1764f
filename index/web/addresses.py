"""Which addresses may be fetched: web addresses of public machines."""

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address

import httpx

from index.web.refusal import Refusal, shown

PORTS = {"http": 80, "https": 443}
"""Others belong to other things than documents, seldom meant for everybody."""

_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\\]")
_HOST = re.compile(r"(?=[^.])[a-z0-9_.-]{1,253}")
_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$")
"""Ends of hosts that some programs read as an address, in ways that differ."""

_LONGEST = 4_096
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv4 as networks that have only IPv6 write them."""

_GLOBAL = ipaddress.ip_network("2000::/3")
_UNUSED = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Reserved, though not every version of Python knows."""


def parsed(url: str) -> httpx.URL:
    """Read a web address as it may be fetched: without its fragment, its host in ASCII.

    Raises:
        Refusal: It is none, or of a kind that is not fetched.
    """
    if _UNFIT.search(url) or len(url) > _LONGEST:
        raise Refusal(
            "it is no address of one line without blanks", "Copy it from a browser's address line."
        )
    try:
        found = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Refusal("it is no address", "Copy it from a browser's address line.") from error
    if found.scheme not in PORTS or not found.raw_host:
        raise Refusal("it is no web address", "Give one that begins with https:// or http://.")
    if found.userinfo:
        raise Refusal("it holds a name or password", "Give it without what is before the @.")
    if found.port not in (None, PORTS[found.scheme]):
        raise Refusal(
            f"it is at port {found.port}, and only {PORTS[found.scheme]} is asked for "
            f"{found.scheme}",
            "Save the document with a browser into the sources folder.",
        )
    _check_host(found.raw_host.decode("ascii"))
    return found.copy_with(fragment=None, raw_path=found.raw_path)  # "/" where there is none


def _check_host(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not _HOST.fullmatch(host) or _NUMBER.search(host):
            raise Refusal(
                f"{shown(host)} is no name of a host", "Copy it from a browser's address line."
            ) from None


def check_public(address: str) -> None:
    """Refuse the address of a machine that the internet doesn't reach.

    Raises:
        Refusal: It is private, of this machine or network, for many, or reserved.
    """
    if not is_public(ipaddress.ip_address(address)):
        raise Refusal(
            f"it leads to {address}, which is no public address",
            "Documents of this machine or network are not fetched: save them into the sources "
            "folder.",
        )


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is that of one machine that anybody on the internet may reach."""
    if isinstance(address, IPv6Address):
        if inner := _inner(address):
            return is_public(inner)
        if address not in _GLOBAL:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in unused for unused in _UNUSED)
    )


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 stands for."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
