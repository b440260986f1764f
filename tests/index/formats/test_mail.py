import base64
import quopri
import random
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from index import formats
from index.build import build
from index.errors import UnreadableDocumentError
from index.formats import mail
from index.formats.content import Content
from index.settings import Settings
from index.store import Store

HEAD = (
    "From: Ann Lee <ann@harbour.example>\nTo: Bo Ek <bo@harbour.example>, board@harbour.example\n"
    "Date: Tue, 3 Mar 2026 10:00:00 +0100\nSubject: Minutes of the board\n"
)


def read(message: str | bytes | EmailMessage) -> Content:
    if isinstance(message, EmailMessage):
        message = bytes(message)
    return formats.read("a.eml", message if isinstance(message, bytes) else message.encode())


def plain(body: str) -> Content:
    return read(f"{HEAD}Content-Type: text/plain; charset=utf-8\n\n{body}")


def own(content: Content) -> str:
    """What is no furniture."""
    kept = list(content.text)
    for block in content.blocks:
        if block.kind == "furniture":
            kept[block.span.start : block.span.end] = [""] * len(block.span)
    return "".join(kept).strip("\n")


def test_the_headers_that_a_reader_sees_come_first_as_furniture() -> None:
    content = plain("The dredging begins on 14 April.\n")
    assert content.text == (
        "From: Ann Lee <ann@harbour.example>\n"
        "To: Bo Ek <bo@harbour.example>, board@harbour.example\n"
        "Date: Tue, 3 Mar 2026 10:00:00 +0100\n"
        "Subject: Minutes of the board\n\n"
        "The dredging begins on 14 April."
    )
    assert own(content) == "The dredging begins on 14 April."
    assert content.title == "Minutes of the board"
    assert content.metadata == {
        "author": "Ann Lee",
        "to": "Bo Ek, board@harbour.example",
        "published": "2026-03-03T10:00:00+01:00",
    }


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        pytest.param("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße", id="quoted"),
        pytest.param("=?utf-8?B?0JvQsNC80L/QsA==?=", "Лампа", id="base64"),
        pytest.param("=?koi8-r?B?7MHN0ME=?=", "Лампа", id="koi8-r"),
        pytest.param("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト", id="iso-2022-jp"),
        pytest.param("=?utf-8?Q?a?=\n =?utf-8?Q?b?= c", "ab c", id="folded"),
        pytest.param("Grüße", "Grüße", id="raw UTF-8"),
        pytest.param("=?x-none?Q?abc?=", "abc", id="unknown"),
        pytest.param("=?utf-8?B?a?= b", "=?utf-8?B?a?= b", id="broken"),
        pytest.param("a\tb\x07\u202ec", "a b c", id="controls"),
    ],
)
def test_headers_are_decoded(subject: str, title: str) -> None:
    content = read(f"From: a@b.example\nSubject: {subject}\n\nx".encode())
    assert content.title == title


@pytest.mark.parametrize("date", ["never", "99 Xxx 99999 99:99", "", "Mon, 1 Jan 0001 00:00 +9999"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert "published" not in read(f"From: a@b.example\nDate: {date}\n\nx").metadata


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("> Hi\n> there\n\nHello", "Hello", id="quoted above"),
        pytest.param("Hello\n\nOn 3 Apr 2012, at 4:19, bob <b@c.example> wrote:\n\n> Hi", "Hello", id="announced"),
        pytest.param("Hello\nOn Tue, 3 Apr 2012 at 4:19 PM, bob\n<b@c.example> wrote:\n> Hi", "Hello", id="announced below the text"),
        pytest.param("Hallo\n\nAm 3.4.2012 schrieb Bob:\n> Hi", "Hallo", id="in German"),
        pytest.param("Yes.\n\n> Will it rain?\n\nNo.\n\n> Will it snow?", "Yes.\n\n\n\nNo.", id="between"),
        pytest.param("Hello\n-- \nAnn\nHarbour office", "Hello", id="signature"),
        pytest.param("Hello\n\nSent from my iPhone", "Hello", id="sent from"),
        pytest.param("Hello\n\n-----Original Message-----\nFrom: bob\nSent: Monday\n\nHi\n\nBob", "Hello", id="original"),
        pytest.param("Hello\n\nFrom: bob\nSent: Monday\nTo: ann\n\nHi", "Hello", id="its headers"),
        pytest.param("From: bob\nSent: Monday\n\nForwarded, for you.", "From: bob\nSent: Monday\n\nForwarded, for you.", id="forwarded alone"),
        pytest.param("The list is:\n\n- jam\n- tea", "The list is:\n\n- jam\n- tea", id="a list"),
    ],
)  # fmt: skip
def test_what_others_said_and_signatures_are_furniture(body: str, said: str) -> None:
    content = plain(body)
    assert own(content) == said
    for line in filter(str.strip, body.split("\n")):
        assert line.rstrip() in content.text


def test_what_html_quotes_is_furniture_too() -> None:
    body = (
        "<p>Hello</p><div class='moz-cite-prefix'>Bob wrote:</div>"
        "<blockquote type='cite'><p>Hi</p></blockquote><div class='gmail_signature'>Ann</div>"
        "<blockquote>My own quotation.</blockquote>"
    )
    content = read(f"{HEAD}Content-Type: text/html\n\n{body}")
    assert own(content).split() == ["Hello", "My", "own", "quotation."]
    assert [block.kind for block in content.blocks][-1] == "quotation"


def alternative(text: str, markup: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "ann@harbour.example"
    message.set_content(text)
    message.add_alternative(markup, subtype="html")
    return message


def test_plain_text_is_preferred() -> None:
    assert own(read(alternative("Plain.\n", "<p>Rich.</p>"))) == "Plain."


def test_html_is_read_where_the_plain_text_only_says_that_there_is_some() -> None:
    markup = "<p>" + "The board met on Tuesday evening. " * 20
    content = read(alternative("Please use another program.\n", markup))
    assert own(content).startswith("The board met")
    assert own(read(alternative(" \n", "<p>Rich.</p>"))) == "Rich."


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Grüße aus Köln"),
        ("windows-1251", "Лампа висит над дверью, и никто не знает, кто её повесил."),
        ("koi8-r", "Лампа висит над дверью, и никто не знает, кто её повесил."),
        ("shift_jis", "これは日本語の文章です。"),
        ("big5", "昨天晚上鄰居看見老郵差走出家門"),
    ],
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_bodies_are_decoded(charset: str, text: str, encoding: str) -> None:
    coders: dict[str, Callable[[bytes], bytes]] = {
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
        "8bit": bytes,
    }
    head = (
        f"{HEAD}Content-Type: text/plain; charset={charset}\n"
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    assert own(read(head.encode() + coders[encoding](text.encode(charset)))) == text


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("iso-8859-8-i", "iso-8859-8", "שלום לכולם"),
        ("cp-850", "cp850", "Grüße aus Köln"),
        ("x-sjis", "shift_jis", "日本"),
        ("windows-874", "cp874", "สวัสดี"),
    ],
)
def test_encodings_may_be_called_as_only_mail_programs_call_them(
    label: str, encoding: str, text: str
) -> None:
    head = f"{HEAD}Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n\n"
    assert own(read(head.encode() + text.encode(encoding))) == text


def test_a_report_says_what_was_delivered_to_whom() -> None:
    report = (
        f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/report; boundary=B\n\n"
        "--B\nContent-Type: text/plain\n\nYour mail was not delivered.\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.harbour.example\n\n"
        "Final-Recipient: rfc822; bo@harbour.example\nStatus: 5.1.1\n\n"
        "--B\nContent-Type: text/rfc822-headers\n\nReceived: by mx\nSubject: Dredging\n\n--B--\n"
    )
    assert own(read(report)) == (
        "Your mail was not delivered.\n\nReporting-MTA: dns; mx.harbour.example\n\n"
        "Final-Recipient: rfc822; bo@harbour.example\nStatus: 5.1.1\n\nSubject: Dredging"
    )


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match=r"'a\.eml': it is no e-mail message"):
        read("Just a text\nof two lines.\n")


@pytest.fixture
def attaching() -> EmailMessage:
    inner = EmailMessage()
    inner["From"] = "cy@harbour.example"
    inner["Subject"] = "Older news"
    inner.set_content("The crane was sold to Ghent.\n")
    message = EmailMessage()
    message["From"] = "ann@harbour.example"
    message["Subject"] = "Minutes"
    message.set_content("The dredging begins on 14 April.\n")
    message.add_attachment("The lamp was red.\n", filename="../notes.txt")
    message.add_attachment("The lamp was green.\n", filename="notes.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    message.add_attachment(b"x", maintype="application", subtype="foo", filename="b.foo")
    message.add_attachment(inner)
    return message


def test_what_is_attached_is_listed_with_the_message(attaching: EmailMessage) -> None:
    listed = list(mail.members("a.eml", bytes(attaching)) or ())
    assert [one.name for one in listed] == [
        "a.eml",
        "a.eml/notes.txt",
        "a.eml/(2)/notes.txt",
        "a.eml/b.foo",
        "a.eml/Older news.eml",
    ]
    assert listed[1].read() == b"The lamp was red.\n"
    assert b"sold to Ghent" in listed[4].read()
    assert own(read(attaching)) == "The dredging begins on 14 April."


def test_a_message_with_nothing_attached_is_one_document() -> None:
    assert mail.members("a.eml", f"{HEAD}\nHello".encode()) is None
    assert mail.members("a.eml", bytes(alternative("a", "<p>b</p>"))) is None


@pytest.fixture
def indexed(settings: Settings, attaching: EmailMessage) -> Iterator[Store]:
    settings.sources.mkdir(exist_ok=True)
    (settings.sources / "a.eml").write_bytes(bytes(attaching))
    build(settings)
    store = Store.open(settings.store)
    yield store
    store.close()


def test_what_is_attached_becomes_documents_of_their_own(indexed: Store) -> None:
    assert [(one.id, one.title) for one in indexed.documents()] == [
        ("a.eml", "Minutes"),
        ("a.eml/(2)/notes.txt", "notes"),
        ("a.eml/Older news.eml", "Older news"),
        ("a.eml/notes.txt", "notes"),
    ]
    assert "'a.eml/b.foo'" in indexed.manifest.failures["a.eml/b.foo"].reason


def test_a_changed_message_is_read_anew(settings: Settings, indexed: Store) -> None:
    from index.changes import changed_sources

    assert changed_sources(indexed, settings, reread=True) == ()
    file = settings.sources / "a.eml"
    file.write_bytes(file.read_bytes().replace(b"14 April", b"15 April"))
    assert changed_sources(indexed, settings) == ("a.eml",)
    assert build(settings).changed == ("a.eml",)
    file.unlink()
    assert "a.eml" in changed_sources(indexed, settings)


def test_parts_too_deep_in_each_other_are_refused() -> None:
    nested = "From: a@b.example\n" + "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(5_000)
    )
    started = time.monotonic()
    for reader in (formats.read, mail.members):
        with pytest.raises(UnreadableDocumentError, match=r"'a\.eml': its parts lie too deep"):
            reader("a.eml", nested.encode())
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param('Content-Type: text/plain; x="' + ";" * 100_000, id="a quote left open"),
        pytest.param('content-disposition: a; x="' + "\n ;" * 50_000, id="on many lines"),
        pytest.param("Content-Type: text/plain\r\n" + '\t;\\";\r\n' * 20_000, id="marks"),
        pytest.param("X: y\rContent-Type: a/b" + ";a=b" * 50_000, id="ends of lines as of old"),
    ],
)
def test_headers_that_would_take_too_long_are_refused(headers: str) -> None:
    content = f"From: a@b.example\n{headers}\n\nHello\n".encode()
    started = time.monotonic()
    for reader in (formats.read, mail.members):
        with pytest.raises(UnreadableDocumentError, match=r"'a\.eml': its headers have too many"):
            reader("a.eml", content)
    assert time.monotonic() - started < 5


def test_many_attachments_with_many_parameters_are_listed() -> None:
    part = (
        "Content-Type: text/plain; a=b; c=d; e=f\nContent-Disposition: attachment; filename=a.txt"
    )
    parts = "".join(f"--B\n{part}; n={n}\n\nHello\n" for n in range(500))
    message = f"From: a@b.example\nContent-Type: multipart/mixed; boundary=B\n\n{parts}--B--\n"
    assert len(list(mail.members("a.eml", message.encode()) or ())) == 501


@pytest.mark.parametrize(
    "kind",
    ["boundary*=utf\0008''B", "boundary*=undefined''B", f"boundary*{'9' * 5_000}=B"],
)
def test_a_hostile_message_takes_no_other_document_with_it(settings: Settings, kind: str) -> None:
    settings.sources.mkdir(exist_ok=True)
    hostile = f"From: a@b.example\nContent-Type: multipart/mixed; {kind}\n\n--B\n\nHi\n--B--\n"
    (settings.sources / "a.eml").write_text(hostile)
    (settings.sources / "b.txt").write_text("The cat sat.")
    report = build(settings)
    assert "b.txt" in report.added
    assert all("Cannot use 'a.eml': " in reason for _, reason in report.failures)


@pytest.mark.parametrize("charset", ["undefined", "idna", "no-such"])
def test_what_is_attached_in_an_unknown_encoding_is_listed(charset: str) -> None:
    message = (
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n"
        "Content-Disposition: attachment; filename=a.txt\n\nThe café is closed.\n--B--\n"
    )
    _, attached = list(mail.members("a.eml", message.encode()) or ())
    assert attached.read().decode() == "The café is closed."


def test_mutated_messages_are_read_or_refused_by_name(attaching: EmailMessage) -> None:
    chance = random.Random(5)
    whole = bytes(attaching)
    refused: list[str] = []
    pieces = [
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n",
        b"=?utf-8?B?/?=",
        b"\0",
    ]
    for _ in range(150):
        file = bytearray(whole)
        for _ in range(chance.choice((1, 5, 20))):
            at = chance.randrange(len(file))
            match chance.randrange(3):
                case 0:
                    file[at : at + 20] = chance.randbytes(chance.randrange(30))
                case 1:
                    file[at:at] = chance.choice(pieces)
                case _:
                    del file[at : at + chance.randrange(100)]
        try:
            for member in mail.members("a.eml", bytes(file)) or ():
                member.read()
            content = read(bytes(file))
        except UnreadableDocumentError as error:
            refused.append(error.name)
        else:
            assert all(block.span.of(content.text) for block in content.blocks)
    assert all(name.startswith("a.eml") for name in refused)
