import base64
import quopri
import random
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from index import formats
from index.errors import UnreadableDocumentError
from index.formats.content import Content
from tests.assistant.page.browsing import needs_chromium
from tests.pages import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = """From: <Saved by Blink>
Snapshot-Content-Location: https://courier.example/2024/lamp?from=mail
Subject: =?utf-8?Q?Skerrow=20lamp=20=E2=80=93=20lit?=
Date: Wed, 1 May 2024 12:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----Part--"

"""
STYLE = """------Part--
Content-Type: text/css
Content-Transfer-Encoding: quoted-printable
Content-Location: cid:css-1

p { color: red }

"""
END = "------Part----\n"


def part(page: bytes, encoding: str = "quoted-printable", headers: str = "") -> str:
    coders: dict[str, Callable[[bytes], bytes]] = {
        "quoted-printable": quopri.encodestring,
        "base64": base64.encodebytes,
        "binary": bytes,
    }
    coded = coders[encoding](page)
    return (
        f"------Part--\nContent-Type: text/html{headers}\nContent-ID: <frame-1@mhtml.blink>\n"
        f"Content-Transfer-Encoding: {encoding}\n"
        f"Content-Location: https://courier.example/2024/lamp\n\n{coded.decode('latin-1')}\n"
    )


def read(*parts: str) -> Content:
    return formats.read("a.mhtml", "".join((HEAD, *parts, END)).encode("latin-1"))


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "binary"])
def test_a_saved_page_is_read_as_the_page(encoding: str) -> None:
    assert read(STYLE, part(PAGE.encode(), encoding)) == formats.read("a.html", PAGE.encode())


def test_where_it_was_saved_from_is_its_address_and_its_subject_its_title() -> None:
    content = read(part(b"<p>No headline here."))
    assert content.metadata["url"] == "https://courier.example/2024/lamp?from=mail"
    assert content.title == "Skerrow lamp – lit"
    assert content.text == "No headline here."


def test_the_encoding_that_the_part_says_is_believed() -> None:
    russian = "Лампа висит над дверью, и никто не знает, кто её повесил."
    page = part(f"<p>{russian}".encode("cp1251"), headers='; charset="windows-1251"')
    assert read(page).text == russian


def test_of_several_pages_it_is_the_one_that_the_file_begins_with() -> None:
    frame = part(b"<p>A frame.").replace("frame-1", "frame-2")
    assert read(part(b"<p>The page."), frame).text == "The page."
    named = HEAD.replace("boundary=", 'start="<frame-1@mhtml.blink>";\n\tboundary=')
    whole = f"{named}{frame}{part(b'<p>The page.')}{END}"
    assert formats.read("a.mht", whole.encode()).text == "The page."


def test_what_stands_in_components_is_part_of_the_page() -> None:
    page = (
        b'<x-card><template shadowmode="open"><p>Shown.</p><template><p>Not shown.</p></template>'
        b"<p>Shown too.</p></template></x-card><p>After."
    )
    assert read(part(page)).text == "Shown.\n\nShown too.\n\nAfter."


@pytest.mark.parametrize("content", ["", "no message", HEAD, HEAD + STYLE + END])
def test_a_file_without_a_page_is_refused(content: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"'a\.mhtml': there is no web page in it"):
        formats.read("a.mhtml", content.encode())


def test_parts_too_deep_in_each_other_are_refused() -> None:
    nested = "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(5_000)
    )
    started = time.monotonic()
    with pytest.raises(UnreadableDocumentError, match=r"'a\.mhtml': its parts lie too deep"):
        formats.read("a.mhtml", nested.encode())
    assert time.monotonic() - started < 5


def test_mutated_files_are_read_or_refused_by_name() -> None:
    chance = random.Random(3)
    whole = "".join((HEAD, STYLE, part(PAGE.encode()), END)).encode()
    refused: list[str] = []
    for _ in range(60):
        file = bytearray(whole)
        for _ in range(chance.choice((1, 5, 20))):
            at = chance.randrange(len(file))
            if chance.random() < 0.5:
                file[at : at + 20] = chance.randbytes(chance.randrange(30))
            else:
                file[at:at] = file[: chance.randrange(600)]
        started = time.monotonic()
        try:
            content = formats.read("a.mhtml", bytes(file))
        except UnreadableDocumentError as error:
            refused.append(error.name)
        else:
            assert all(block.span.of(content.text) for block in content.blocks)
        assert time.monotonic() - started < 5
    assert set(refused) <= {"a.mhtml"}


@needs_chromium
def test_a_page_as_chromium_saves_it(tmp_path: Path) -> None:
    page_file = tmp_path / "page.html"
    page_file.write_text(PAGE, "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(java_script_enabled=False)
        page.goto(page_file.as_uri())
        session = page.context.new_cdp_session(page)
        saved = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]
        browser.close()
    content, plain = formats.read("a.mhtml", saved.encode()), formats.read("a.html", PAGE.encode())
    assert (content.text, content.blocks, content.title) == (plain.text, plain.blocks, plain.title)
    assert content.metadata["author"] == "Imogen Tarrant"
