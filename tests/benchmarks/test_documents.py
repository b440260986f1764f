"""The check of what is read of files finds what is lost, and nothing where nothing is."""

import json
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.documents import check
from benchmarks.documents.check import Outcome, check_folder
from benchmarks.documents.figures import reason_rows, summary_rows
from benchmarks.documents.plain import plain
from index.document import Block, Document, Span
from index.load import load_document
from index.settings import Settings
from index.sources import Source
from tests.packages import docx, epub, odt, packed, paragraph
from tests.pdfs import Put, lines, pdf, wrapped

WORDS = "The harbour council met on Tuesday to consider the northern breakwater again. It rained."
MORE = "Nobody spoke against the dredging of the inner basin, which begins in May. It snowed."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = [Put(70, 780, "Minutes", 20), *wrapped(70, 700, WORDS)]
    (tmp_path / "a.pdf").write_bytes(pdf(page, wrapped(70, 640, MORE)))
    (tmp_path / "b.pdf").write_bytes(pdf(lines(70, 700, "The founda-", "tions moved.")))
    (tmp_path / "locked.pdf").write_bytes(pdf(page, encrypted=True))
    return tmp_path


def checked(folder: Path) -> dict[str, Outcome]:
    return {one.name: one for one in check_folder(Settings(sources=folder))}


def loading(monkeypatch: pytest.MonkeyPatch, change: Callable[[Document], Document]) -> None:
    """Have the index read documents otherwise than they are."""
    load = load_document

    def load_changed(source: Source) -> Document:
        return change(load(source))

    monkeypatch.setattr(check, "load_document", load_changed)


def test_nothing_is_lost_and_every_sentence_is_on_its_page(folder: Path) -> None:
    found = checked(folder)
    read = [found["a.pdf"], found["b.pdf"]]
    assert [(one.pages, one.lost, one.added, one.misplaced) for one in read] == [
        (2, 0, 0, 0),
        (1, 0, 0, 0),
    ]
    assert sum(one.sentences for one in read) == sum(one.found for one in read) == 6
    assert not any(one.faults for one in read)
    (refusal,) = found["locked.pdf"].refusals
    assert "locked with a password" in refusal


def test_what_is_lost_or_on_another_page_is_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading(monkeypatch, lambda one: replace(one, text=one.text.replace("rained", "ruined")))
    found = checked(folder)["a.pdf"]
    assert (found.lost, found.added + found.repeated, found.misplaced) == (1, 1, 1)
    assert found.found == found.sentences - 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", docx(paragraph("The harbour council met.") + paragraph("It rained."))),
        ("a.odt", odt("<text:p>The harbour council met.</text:p><text:p>It rained.</text:p>")),
        ("a.epub", epub({"1.xhtml": "<p>The harbour council met.</p><p>It <b>r</b>ained.</p>"})),
        ("a.rtf", rb"{\rtf1\ansi The harbour council met.\par It {\b r}ain\'65d.{\info No}}"),
        ("a.txt", b"The harbour council met.\n\nIt rained.\n"),
        ("a.md", b"# The harbour council met.\n\nIt rained.\n"),
        ("a.csv", b"title,text\n,The harbour council met.\n,It rained.\n"),
        ("a.jsonl", b'{"text": "The harbour council met."}\n{"text": "It rained."}\n'),
        ("a.zip", packed({"a.txt": "The harbour council met.", "b.md": "It rained."})),
    ],
)
def test_each_format_is_compared_with_its_plain_words(
    name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    found = checked(tmp_path)[name]
    assert found.refusals == found.faults == ()
    assert found.compared
    assert (found.words, found.lost, found.added, found.repeated) == (6, 0, 0, 0)
    assert found.sentences == found.found == 2


def test_a_lost_word_and_a_changed_sentence_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.docx").write_bytes(docx(paragraph("The harbour council met. It rained.")))
    loading(monkeypatch, lambda one: replace(one, text=one.text.replace("It rained.", "Rain.")))
    found = checked(tmp_path)["a.docx"]
    assert (found.lost, found.added, found.lost_words) == (2, 1, ("It", "rained"))
    assert (found.sentences, found.found) == (2, 1)


def test_tables_are_read_plainly_as_the_index_reads_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Text,Note,Note,Title\nIt rained.,hot,late,Rain\nHe paid, but not all,in,May,2024.\n"
    )
    (tmp_path / "a.jsonl").write_text(
        '{"Body": "It rained.", "Sum": 9.90, "Is late": true, "By": null}\n'
    )
    for found in checked(tmp_path).values():
        assert found.compared
        assert (found.lost, found.added, found.repeated) == (0, 0, 0)


def test_a_cell_is_looked_for_without_its_header() -> None:
    text = "City: Hull | Lamps: 12"
    document = Document("a.txt", "", text, "", "a.txt", blocks=(Block(Span(0, 22), "row"),))
    beside = plain("a.txt", b"City Lamps Hull 12 York 9", ())
    assert list(check._sentences_found(document, beside)) == [True]


def test_sentences_that_are_not_the_text_are_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("The harbour council met. It rained.")
    monkeypatch.setattr(check, "_sentences", lambda _: [Span(0, 24)])
    assert checked(tmp_path)["a.txt"].faults == ("a.txt: its sentences aren't its text",)


def test_words_of_a_refused_file_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(
        docx(paragraph("One lamp")).replace(b"PK\x03\x04", b"PK\x03\x05", 1)
    )
    (tmp_path / "b.rtf").write_bytes(b"One lamp")
    found = checked(tmp_path)
    assert found["b.rtf"].unread == 2
    assert not found["a.docx"].documents
    (_, rtf) = summary_rows(list(found.values()))
    assert rtf[:4] == (".rtf", "1", "0", "1")


def test_reasons_that_differ_in_a_number_are_one() -> None:
    refused = [
        Outcome(f"{n}.pdf", ".pdf", refusals=(f"its {n} pages are above 2",)) for n in (5, 6)
    ]
    assert reason_rows(refused) == [(".pdf", "its N pages are above N", "2")]


def test_mail_is_read_plainly_with_what_is_attached() -> None:
    message = EmailMessage()
    message["Subject"] = "Breakwater"
    message.set_content("It rained.")
    message.add_attachment("The council met.", filename="minutes.txt")
    words = plain("a.eml", message.as_bytes(), ()).text.split()
    assert words == ["Subject:", "Breakwater", "It", "rained.", "The", "council", "met."]


def test_a_page_s_scripts_are_no_words_of_it() -> None:
    page = "<html><head><title>x</title></head><body><p>Réunion<script>y</script></p></body></html>"
    assert plain("a.html", page.encode(), ()).text.split() == ["Réunion"]


def test_the_command_prints_files_formats_and_reasons(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["documents", str(folder), "--json", str(folder / "out.json")]) == 0
    printed = capsys.readouterr().out
    assert "refused: it is locked with a password" in printed
    assert "Minutes" in printed
    assert "words/s" in printed
    written = json.loads((folder / "out.json").read_text())
    assert [one["name"] for one in written] == ["a.pdf", "b.pdf", "locked.pdf"]
