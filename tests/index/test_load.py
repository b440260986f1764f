import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import formats
from index.document import Block, Span
from index.errors import SourcesError, UnreadableDocumentError
from index.formats.title import TITLE_CHARACTERS
from index.load import load_document
from index.names import showable
from index.sources import Source, find_sources, read_source
from tests.conftest import ROOT

LIMIT = 1_000_000

FORBIDDEN = f"""
import os
from pathlib import Path
from index.errors import SourcesError, UnreadableDocumentError
from index.sources import find_sources
from index.sources import read_source
if os.geteuid() == 0:  # nobody may forbid root anything
    os.setuid(65534)
for name in find_sources(Path("sources")):
    try:
        read_source(Path("sources"), name, max_bytes={LIMIT})
    except UnreadableDocumentError as error:
        print(error)
try:
    find_sources(Path("sources/folder"))
except SourcesError as error:
    print(error)
"""

RUSSIAN = (
    "Лампа висит над дверью, и никто не знает, кто её повесил. Вчера вечером соседи видели, как "
    "старый почтальон вышел из дома, посмотрел на окна и медленно пошёл к реке."
)
JAPANESE = (
    "これは日本語の文章です。昨日の夜、隣の人は古い郵便屋が家を出て、ゆっくり川へ歩いて行くのを見ました。"
    "ドアの上にランプがあります。誰がそれを掛けたのか、誰も知りません。"
)


def text_of(content: bytes, name: str = "a.txt") -> str:
    return load_document(Source(name, content, 0)).text


def read(folder: Path, name: str) -> Source:
    return read_source(folder, name, max_bytes=LIMIT)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("Ünïcode “quoted”".encode(), "Ünïcode “quoted”", id="utf-8"),
        pytest.param("\ufeffÜnïcode".encode(), "Ünïcode", id="utf-8 with mark"),
        pytest.param("Ünï\ncode".encode("utf-16"), "Ünï\ncode", id="utf-16 with mark"),
        pytest.param(b"\xfe\xff" + "Ünï".encode("utf-16-be"), "Ünï", id="utf-16-be with mark"),
        pytest.param("Ünï".encode("utf-32"), "Ünï", id="utf-32 with mark"),
        pytest.param(
            "He said “no” – twice.".encode("cp1252"), "He said “no” – twice.", id="cp1252"
        ),
        pytest.param("Café in Zürich".encode("latin-1"), "Café in Zürich", id="latin-1"),
        pytest.param(RUSSIAN.encode("cp1251"), RUSSIAN, id="cp1251"),
        pytest.param(RUSSIAN.encode("koi8-r"), RUSSIAN, id="koi8-r"),
        pytest.param(JAPANESE.encode("shift_jis"), JAPANESE, id="shift_jis"),
    ],
)
def test_encoding_is_detected(content: bytes, text: str) -> None:
    assert text_of(content) == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "The deal was worth £5 million, the company’s chief said – “a fair price”."),
        ("cp1252", "They met Søren and Zoë in São Paulo; it was 20\xa0°C, and he\xa0paid €30."),
        ("cp1252", "Perché la città è così bella? L’università è lì, però non c’è più nessuno."),
        ("cp1252", "A educação não é só uma questão de opinião: são as pessoas que a fazem."),
        ("cp1252", "Les élèves ont visité le château où vécut la reine ; ça leur a plu."),
        ("cp1252", "Jag såg att han gick över gatan och in i det lilla huset på andra sidan."),
        ("cp1252", "Det er en smuk ø, og der er ikke mange mennesker på den, når det regner."),
        ("cp1252", "La col·laboració és més important que no pas el que diuen els altres."),
        ("cp1250", "Minden emberi lény szabadon születik és egyenlő méltósága és joga van."),
        ("cp1250", "Toate fiinţele umane se nasc libere şi egale în demnitate şi în drepturi."),
        ("cp1250", "Všichni lidé se rodí svobodní a sobě rovní co do důstojnosti a práv."),
        ("cp852", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i praw."),
        ("cp1254", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar."),
        ("mac-roman", "L’été dernier, les élèves ont visité le château où vécut la reine."),
        ("cp850", "O João não tem razão: a educação é uma questão de opinião, e não de fé."),
        ("cp866", RUSSIAN),
    ],
)
@pytest.mark.parametrize("times", [1, 20])
def test_no_letter_becomes_another(encoding: str, text: str, times: int) -> None:
    written = "\n".join([text] * times)
    assert text_of(written.encode(encoding)) == written


def test_a_foreign_name_does_not_change_the_letters_of_all_others() -> None:
    text = "Perché la città è così bella? L’università è lì, però non c’è più nessuno.\n" * 10
    text += "Slavoj Žižek è già lì."
    assert text_of(text.encode("cp1252")) == text


def test_line_ends_become_newlines_and_nothing_else_changes() -> None:
    kept = "\xa0• “a” ‘b’\t\u2028 c \u200b…  \f\v\x85 d\ufeff\n\n\n"
    text = f"One\r\nTwo\rThree\n\r\n{kept}"
    assert text_of(text.encode()) == f"One\nTwo\nThree\n\n{kept}"


def test_only_the_first_byte_order_mark_is_dropped() -> None:
    assert text_of("\ufeff\ufefftext".encode()) == "\ufefftext"


def test_single_invalid_bytes_become_replacement_characters() -> None:
    content = "Überall äußerst schöne Größen, fünf Mühlen und Bäche.".encode() + b" \xff End."
    assert text_of(content).endswith("Bäche. \ufffd End.")


def test_encoded_surrogates_become_replacement_characters() -> None:
    text = text_of(b"Lone \xed\xa0\x80 surrogate.")
    assert text.startswith("Lone \ufffd")
    assert text.endswith(" surrogate.")


def test_lone_surrogate_in_utf_16_becomes_a_replacement_character() -> None:
    assert text_of(b"\xff\xfeA\x00\x00\xd8B\x00") == "A\ufffdB"


def test_a_few_nuls_are_kept() -> None:
    assert "\0" in text_of(b"A sentence with a NUL\0 in it, and more words than that.")


def test_special_tokens_are_plain_text() -> None:
    assert text_of(b"The <|endoftext|> token.") == "The <|endoftext|> token."


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", "\ufeff".encode(), "\xa0\u2003".encode()])
def test_file_without_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"'a\.txt': there is no text in it"):
        text_of(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"%PDF-1.7 and what follows", id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), id="png"),
        pytest.param(b"PK\x03\x04" + b"docx" * 50, id="zip"),
        pytest.param(bytes(range(256)) * 40, id="every byte"),
        pytest.param(b"\0" * 1000, id="nuls"),
        pytest.param("No mark.".encode("utf-16-le"), id="utf-16 without mark"),
    ],
)
def test_binary_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"it is a binary file|not text"):
        text_of(content)


def test_undecodable_file_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match=r"its encoding cannot be told|binary file"):
        formats.read("a.txt", os.urandom(4000))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "photo.jpg",
            r"documents of the kind '\.jpg' are not supported\. Convert it to one of \.csv, ",
        ),
        ("README", "it has no suffix"),
    ],
)
def test_unknown_format_is_refused(sources: Path, name: str, reason: str) -> None:
    (sources / name).write_text("Text.")
    with pytest.raises(UnreadableDocumentError, match=reason):
        read(sources, name)


def test_suffix_counts_in_any_case(sources: Path) -> None:
    (sources / "A.TXT").write_text("Text.")
    assert load_document(read(sources, "A.TXT")).text == "Text."


def test_large_file_is_refused_and_the_limit_is_inclusive(sources: Path) -> None:
    (sources / "a.txt").write_bytes(b"x" * LIMIT)
    assert len(read(sources, "a.txt").content) == LIMIT
    (sources / "a.txt").write_bytes(b"x" * (LIMIT + 1))
    with pytest.raises(UnreadableDocumentError, match=r"1\.0 MB are above the limit of 1 MB"):
        read(sources, "a.txt")


@pytest.mark.parametrize("name", ["a.txt", "pipe"])
def test_pipe_is_refused_at_once(sources: Path, name: str) -> None:
    os.mkfifo(sources / name)
    with pytest.raises(UnreadableDocumentError, match="it is not a regular file"):
        read(sources, name)


def test_link_out_of_the_folder_is_refused(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Secret.")
    (sources / "a.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "elsewhere").mkdir()
    (sources / "folder").symlink_to(tmp_path / "elsewhere")
    assert find_sources(sources) == ["a.txt", "folder"]
    for name in ("a.txt", "folder"):
        with pytest.raises(UnreadableDocumentError, match="a link to a place outside"):
            read(sources, name)


def test_link_within_the_folder_is_followed(sources: Path) -> None:
    (sources / "a.txt").write_text("Text.")
    (sources / "b.txt").symlink_to("a.txt")
    assert read(sources, "b.txt").content == b"Text."


def test_link_to_nothing_and_link_to_itself_are_refused(sources: Path) -> None:
    (sources / "a.txt").symlink_to("gone.txt")
    (sources / "b.txt").symlink_to("b.txt")
    with pytest.raises(UnreadableDocumentError, match=r"'a\.txt': it is a link that leads nowhere"):
        read(sources, "a.txt")
    with pytest.raises(UnreadableDocumentError, match=r"'b\.txt': it is a link that leads nowhere"):
        read(sources, "b.txt")


def test_file_that_vanished_is_refused(sources: Path) -> None:
    with pytest.raises(UnreadableDocumentError, match="it vanished before it could be read"):
        read(sources, "a.txt")


def test_file_that_grows_while_it_is_read_is_refused(sources: Path) -> None:
    path = sources / "a.txt"
    path.write_bytes(b"x" * 500_000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"x")

    def read_often() -> None:
        for _ in range(1000):
            read(sources, "a.txt")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(UnreadableDocumentError, match="it changed while it was being read"):
            read_often()
    finally:
        stop.set()
        writer.join()


def test_file_and_folder_without_permission_are_refused() -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)  # for nobody to reach what is in it
        sources = Path(parent, "sources")
        sources.mkdir()
        (sources / "a.txt").write_text("Text.")
        (sources / "a.txt").chmod(0)
        (sources / "folder").mkdir(mode=0)
        ran = subprocess.run(
            [sys.executable, "-c", FORBIDDEN],
            cwd=parent,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        (sources / "folder").chmod(0o700)
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "Cannot use 'a.txt': the system says 'Permission denied'. Check its permissions.",
        "Cannot use 'folder': it is a folder that cannot be listed. Check its permissions.",
        "The sources folder 'sources/folder' cannot be listed: Permission denied. Check its "
        "permissions.",
    ]


@pytest.mark.parametrize("name", ["two words.txt", '"it\'s".txt', "<b>.md", "a\nb.txt", "ü.txt"])
def test_any_name_will_do(sources: Path, name: str) -> None:
    (sources / name).write_text("Text.")
    assert find_sources(sources) == [name]
    document = load_document(read(sources, name))
    assert document.id == name
    assert document.source == name.replace("\n", " ")


def test_name_that_is_not_valid_unicode_is_refused(sources: Path) -> None:
    Path(os.fsdecode(os.fsencode(sources) + b"/\xff.txt")).write_text("Text.")
    (name,) = find_sources(sources)
    with pytest.raises(UnreadableDocumentError, match="its name is not valid Unicode") as caught:
        read(sources, name)
    assert str(caught.value).isascii()


def test_sources_are_found_below_folders_and_in_order_without_hidden_ones(sources: Path) -> None:
    for name in ("b.txt", "a/c.md", "a/.hidden.txt", ".git/config", "Z.txt", "x.txt/inner.txt"):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text("Text.")
    assert find_sources(sources) == ["Z.txt", "a/c.md", "b.txt", "x.txt/inner.txt"]


def test_missing_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"gone' does not exist\. Create it .* --sources"):
        find_sources(tmp_path / "gone")
    (tmp_path / "file").touch()
    with pytest.raises(SourcesError, match="file' is not a folder"):
        find_sources(tmp_path / "file")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("# The **big** [story](http://x.y) #\n\nText.", "The big story", id="heading"),
        pytest.param("Preface.\n\n## Then a heading\n", "Then a heading", id="later heading"),
        pytest.param("Title\n=====\n\nText.", "Title", id="setext"),
        pytest.param("```\n# not a title\n```\n# A title\n", "A title", id="fence"),
        pytest.param("---\n\n- First item\n", "First item", id="no heading"),
        pytest.param("#\n\n***\n", "", id="nothing"),
    ],
)
def test_title_of_markdown(text: str, title: str) -> None:
    assert formats.read("a.md", text.encode()).title == title


def test_front_matter_of_markdown_is_said_and_is_no_text_of_the_article() -> None:
    front = "---\ntitle: 'Lamps'\nauthor: Ann\ndate: 2024-03-01\nurl: file:///x\n---\n"
    content = formats.read("a.md", f"{front}\n# A lamp\n".encode())
    assert content.title == "Lamps"
    assert content.metadata == {"author": "Ann", "published": "2024-03-01"}
    assert content.blocks[0] == Block(Span(0, len(front)), "furniture")
    front = f"---\nkey: {'long ' * 1000}\ntitle: Lamps\n---\n"
    content = formats.read("a.md", f"{front}\nText.\n".encode())
    assert (content.title, content.blocks[0].span) == ("Lamps", Span(0, len(front)))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param(
            f"---\ntitle: 'A{' ' * 90_000}lamp' \t\n---\n\nText.\n", "A lamp", id="blanks"
        ),
        pytest.param(f"A lamp\n{('[' * 900 + chr(10)) * 100}=\n", "A lamp", id="brackets"),
    ],
)
def test_no_markdown_takes_long(text: str, title: str) -> None:
    started = time.process_time()
    assert formats.read("a.md", text.encode()).title.startswith(title)
    assert time.process_time() - started < 5


MARKDOWN = """A line
======

- one
- two
  goes on

  > quoted
  1. deep

| a | b |
|---|---|
| c | d |

```
x
```

## End
"""


def test_parts_of_markdown_are_blocks() -> None:
    content = formats.read("a.md", MARKDOWN.encode())
    assert [(b.kind, b.level, b.span.of(content.text)) for b in content.blocks] == [
        ("heading", 1, "A line"),
        ("item", 1, "- one"),
        ("item", 1, "- two\n  goes on\n\n  > quoted\n  1. deep"),
        ("quotation", 0, "  > quoted"),
        ("item", 2, "  1. deep"),
        ("row", 0, "| a | b |"),
        ("row", 0, "| c | d |"),
        ("code", 0, "```\nx\n```"),
        ("heading", 2, "## End"),
    ]


@given(st.text("ab.-*+#>|` \n\t1~=_[]:<", max_size=200))
def test_any_markdown_has_blocks_that_make_sense(text: str) -> None:
    assert formats.read("a.md", text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("\n\n  A  first line \n\nand more", "A first line", id="first line"),
        pytest.param("• Bullet first\n", "Bullet first", id="bullet"),
        pytest.param("“Quoted” title\n", "“Quoted” title", id="quotation marks stay"),
        pytest.param("Why **so**?\n", "Why **so**?", id="no markdown here"),
        pytest.param("Is it \x1b[31mred\u202e?", "Is it [31mred ?", id="control characters"),
        pytest.param("====\nReal title", "Real title", id="rule"),
    ],
)
def test_title_of_plain_text(text: str, title: str) -> None:
    assert formats.read("a.txt", text.encode()).title == title


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A first line\nthat goes on.", id="goes on"),
        pytest.param("The cat sat.\n\nIt rained.", id="sentence"),
        pytest.param("“The cat sat.”\n\nIt rained.", id="sentence in quotation marks"),
        pytest.param("PMID: 12929205\n\nThe cat sat.", id="number"),
        pytest.param("Dear readers,\n\nIt rained.", id="address"),
        pytest.param("Word " * 30 + "\n\nIt rained.", id="long"),
        pytest.param("No . Race Pole position\n1 Monza Senna\n", id="row of a table"),
    ],
)
def test_a_text_whose_first_line_is_no_title_is_called_by_its_name(text: str) -> None:
    assert formats.read("a.txt", text.encode()).title == ""
    assert load_document(Source("notes/Race results.txt", text.encode(), 0)).title == "Race results"


def test_long_title_is_cut_at_a_word() -> None:
    title = formats.read("a.md", ("# " + "word " * 100).encode()).title
    assert len(title) <= TITLE_CHARACTERS + 1
    assert title.endswith("word…")
    assert len(formats.read("a.md", ("# " + "x" * 500).encode()).title) == TITLE_CHARACTERS + 1


def test_document_without_a_line_for_a_title_is_called_by_its_name() -> None:
    assert load_document(Source("notes/My file.md", b"***\n---\n", 0)).title == "My file"


def test_showable_name_fits_on_one_line() -> None:
    assert showable("a\nb\x00\x1b\u202e  c\udcff") == "a b c?"
    assert showable("1 \u061c2\u200f3") == "1 2 3"
