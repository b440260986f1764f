import gzip
import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.data import DataError
from benchmarks.furniture.fit import as_json, fit
from benchmarks.furniture.measure import measure, rows
from benchmarks.furniture.pages import Page, load_pages
from index.formats.html.furniture import judge, weights
from tests.pages import PAGE

ARTICLE = """The lamp on Skerrow Point was lit again on Tuesday evening, eleven years after the keepers left
the rock - and a day later than the Trust had hoped, as a gale kept the boats in port.

What it cost

The village paid for the repair with money from jam, which the school's cooks have sold at the
market since 2016, and with a grant of the county that came in two parts.
"""


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    scrapinghub = tmp_path / "article-extraction-benchmark"
    (scrapinghub / "html").mkdir(parents=True)
    said = {"a": {"articleBody": ARTICLE, "url": "https://www.courier.co.uk/x"}}
    (scrapinghub / "ground-truth.json").write_text(json.dumps(said), "utf-8")
    (scrapinghub / "html" / "a.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    mozilla = tmp_path / "readability" / "test" / "test-pages" / "lamp"
    mozilla.mkdir(parents=True)
    (mozilla / "source.html").write_text(PAGE, "utf-8")
    paragraphs = "".join(f"<p>{one}</p>" for one in ARTICLE.split("\n\n"))
    (mozilla / "expected.html").write_text(paragraphs, "utf-8")
    trafilatura = tmp_path / "trafilatura" / "tests"
    (trafilatura / "eval").mkdir(parents=True)
    named = {
        "https://lamp.example/": {
            "file": "lamp.html",
            "with": ["kept the boats in port"],
            "without": ["Privacy policy", "Related stories"],
        },
        "https://gone.example/": {"file": "gone.html"},
    }
    (trafilatura / "evaldata.json").write_text(json.dumps(named), "utf-8")
    (trafilatura / "eval" / "lamp.html").write_text(PAGE, "utf-8")
    return tmp_path


def labels(page: Page) -> dict[str, bool | None]:
    return {part.text[:24]: label for part, label in zip(page.parts, page.labels, strict=True)}


def test_paragraphs_are_labelled_by_what_people_say_is_the_article(corpora: Path) -> None:
    known, likewise, in_part = load_pages(corpora)
    assert [known.site, likewise.site, in_part.site] == [
        "courier.co.uk",
        "courier.example",
        "lamp.example",
    ]
    for page in (known, likewise):
        said = labels(page)
        assert said["The lamp on Skerrow Poin"] is False
        assert said["What it cost"] is False
        assert said["Home"] is True
        assert said["Lovely to hear, my fathe"] is True
        assert said["Skerrow lamp is lit agai"] is None
    assert [text for text, label in labels(in_part).items() if label is not None] == [
        "The lamp on Skerrow Poin",
        "Related stories",
        "Contact us Privacy polic",
    ]


def test_a_folder_without_pages_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No saved pages"):
        load_pages(tmp_path)


def test_lines_are_counted(corpora: Path) -> None:
    outcomes = list(measure(load_pages(corpora)))
    by_name = {(one.corpus, one.fewest): one for one in outcomes}
    few = by_name["trafilatura", 0]
    assert (few.furniture, few.told, few.article, few.kept) == (2, 2, 1, 1)
    assert rows([few]) == [["trafilatura", "1", "2", "100.0%", "100.0%", "1", "100.0%", "100.0%"]]


def test_what_is_fitted_tells_what_it_was_fitted_on(corpora: Path) -> None:
    from dataclasses import replace

    pages = [
        replace(page, site=f"{number}.example")
        for page in load_pages(corpora)[:1]
        for number in range(12)
    ]
    fitted = fit(pages)
    told = judge(pages[0].parts, fitted)
    wrong = [
        part.text
        for part, label, one in zip(pages[0].parts, pages[0].labels, told, strict=True)
        if label is not None and label != one
    ]
    assert wrong == []
    stored = json.loads(as_json(fitted))
    assert stored["signs"] == fitted.signs
    assert len(stored["around"]) == len(weights().around)


def test_the_command_prints_a_table(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = corpora / "numbers.json"
    assert main(["furniture", "--data", str(corpora), "--json", str(numbers)]) == 0
    header = capsys.readouterr().out.split("\n")[0].split()
    assert header == [
        "sites",
        "furniture",
        "told",
        "by",
        "its",
        "look",
        "article",
        "kept",
        "by",
        "its",
        "look",
    ]
    assert all(one["told"] <= one["furniture"] for one in json.loads(numbers.read_text("utf-8")))
