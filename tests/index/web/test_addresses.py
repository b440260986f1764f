from ipaddress import ip_address

import pytest

from index.web.addresses import is_public, parsed
from index.web.refusal import Refusal


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("http://example.org:80/a#part", "http://example.org/a"),
        ("https://example.org:443/?a=b c".replace(" ", "%20"), "https://example.org/?a=b%20c"),
        ("https://münchen.de/straße", "https://xn--mnchen-3ya.de/stra%C3%9Fe"),
        ("https://例え.jp/", "https://xn--r8jz45g.jp/"),
        ("http://93.184.215.14/", "http://93.184.215.14/"),
        ("http://[2606:4700::1111]/a", "http://[2606:4700::1111]/a"),
        ("http://ex_ample.org./", "http://ex_ample.org./"),
    ],
)
def test_a_web_address_is_read(given: str, read: str) -> None:
    assert str(parsed(given)) == read


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "no web address"),
        ("example.org/a", "no web address"),
        ("//example.org/a", "no web address"),
        ("http:example.org", "no web address"),
        ("http:///a", "no web address"),
        ("ftp://example.org/", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("javascript:alert(1)", "no web address"),
        ("http://user@example.org/", "name or password"),
        ("http://93.184.215.14:x@127.0.0.1/", "name or password"),
        ("https://example.org:80/", "at port 80, and only 443"),
        ("http://example.org:8080/", "at port 8080"),
        ("http://example.org:99999/", "at port 99999"),
        ("http://example.org:x/", "no address"),
        ("http://example.org /", "without blanks"),
        ("http://example.org/a\nHost: b", "without blanks"),
        ("http://example.org/\x00", "without blanks"),
        ("http://example.org\\@127.0.0.1/", "without blanks"),
        ("http://example.org/" + "a" * 5000, "without blanks"),
        ("http://2130706433/", "no name of a host"),
        ("http://0x7f000001/", "no name of a host"),
        ("http://0x7f.1/", "no name of a host"),
        ("http://017700000001/", "no name of a host"),
        ("http://0177.0.0.1/", "no address"),
        ("http://127.1/", "no name of a host"),
        ("http://127.0.0.1./", "no name of a host"),
        ("http://1.2.3.4.5/", "no name of a host"),
        ("http://127%2e0.0.1/", "no name of a host"),
        ("http://%31%32%37.0.0.1/", "no name of a host"),
        ("http://１２７.0.0.1/", "no address"),
        ("http://.example.org/", "no name of a host"),
        ("http://" + "a." * 200 + "org/", "no name of a host"),
        ("http://[::1/", "no address"),
        ("http://[1.2.3.4]/", "no address"),
    ],
)
def test_what_is_no_web_address_is_refused(given: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        parsed(given)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.1.2.3",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_only_some_can_reach_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::",
    ],
)
def test_what_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(ip_address(address))
