"""The check of what is read of PDFs finds what is lost, and nothing where nothing is."""

from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.pdf import check_file, check_folder, total
from index import formats
from index.formats.content import Content
from tests.pdfs import Put, lines, pdf, wrapped

WORDS = "The harbour council met on Tuesday to consider the northern breakwater again. It rained."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = [Put(70, 780, "Minutes", 20), *wrapped(70, 700, WORDS)]
    (tmp_path / "a.pdf").write_bytes(pdf(page, wrapped(70, 700, WORDS)))
    (tmp_path / "b.pdf").write_bytes(pdf(lines(70, 700, "The founda-", "tions moved.")))
    (tmp_path / "locked.pdf").write_bytes(pdf(page, encrypted=True))
    return tmp_path


def test_nothing_is_lost_and_every_sentence_is_on_its_page(folder: Path) -> None:
    both = total(list(check_folder(folder)))
    assert both.name == "2 files of 3"
    assert (both.plain_pages, both.lost, both.added, both.misplaced) == (3, 0, 0, 0)
    assert both.sentences == both.found == 6
    assert "locked with a password" in check_file(folder / "locked.pdf").refusal


def test_what_is_lost_or_on_another_page_is_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = formats.read("a.pdf", (folder / "a.pdf").read_bytes())
    wrong = Content(whole.text.replace("rained", "ruined"), pages=whole.pages)
    monkeypatch.setattr(formats, "read", lambda *_: wrong)
    found = check_file(folder / "a.pdf")
    assert (found.lost, found.added, found.misplaced) == (2, 2, 2)
    assert found.found == found.sentences - 2


def test_the_command_prints_a_row_for_each_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pdf", str(folder), "--json", str(folder / "out.json")]) == 0
    printed = capsys.readouterr().out
    assert "refused: it is locked with a password" in printed
    assert "2 files of 3" in printed
