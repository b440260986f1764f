import re
from dataclasses import replace
from itertools import accumulate

import pytest

from assistant.answer import cite
from assistant.export.links import in_original, mark_of, on_the_page, quote_of
from assistant.export.reference import apa, bibtex, chicago
from index.document import Document, Span

TEXT = "Emails show Microsoft pitched it."
SAID = {
    "author": "Isobel Asher Hamilton",
    "published": "2020-06-17T10:00:00Z",
    "site": "Business Insider",
    "url": "https://example.org/a_b",
}
DOCUMENT = Document("a.txt", "Microsoft pitched it", TEXT, "d", "a.txt", metadata=SAID)
CITED = cite(1, DOCUMENT, Span(0, len(TEXT)))
BARE = cite(1, Document("b.txt", "", TEXT, "d", "b.txt"), Span(0, len(TEXT)))


def test_apa() -> None:
    assert apa(CITED) == (
        "Isobel Asher Hamilton. (2020, June 17). Microsoft pitched it. Business Insider. "
        "https://example.org/a_b"
    )
    assert apa(replace(CITED, published="2020-06")).count("(2020, June).") == 1
    assert apa(replace(CITED, published="2020")).count("(2020).") == 1
    assert apa(BARE) == "b.txt. (n.d.)."


def test_chicago() -> None:
    assert chicago(CITED) == (
        "Isobel Asher Hamilton. “Microsoft pitched it.” Business Insider, June 17, 2020. "
        "https://example.org/a_b."
    )
    assert chicago(replace(CITED, title="Who did it?")).count("“Who did it?”") == 1
    assert chicago(BARE) == "“b.txt.”"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("The “secret” plan", "“The ‘secret’ plan.”"),
        ('The "secret" plan', "“The ‘secret’ plan.”"),
        ("„Wort“ und Bild", "“‘Wort’ und Bild.”"),
        ("What is “truth”", "“What is ‘truth.’”"),
        ('"A" or "B"', "“‘A’ or ‘B.’”"),
        ("He asked, “Why?”", "“He asked, ‘Why?’”"),
        ("“the ‘odd’ plan” failed", "“‘the “odd” plan’ failed.”"),
        ("The players’ plan", "“The players’ plan.”"),
        ('5" and 7" singles', '“5" and 7" singles.”'),
    ],
)
def test_quotation_marks_in_a_title_are_single_ones_in_chicagos_style(
    title: str, shown: str
) -> None:
    assert f" {shown} " in chicago(replace(CITED, title=title))
    assert title in apa(replace(CITED, title=title))


def test_bibtex() -> None:
    shown = bibtex(CITED)
    assert shown.startswith("@online{pullquote-")
    for line in (
        "author = {{Isobel Asher Hamilton}},",
        "title = {{Microsoft pitched it}},",
        "organization = {Business Insider},",
        "date = {2020-06-17},",
        "url = {https://example.org/a_b},",
    ):
        assert line in shown


@pytest.mark.parametrize(
    "words",
    [
        "}},\n  url = {x",
        "\\input{/etc/passwd}",
        "100% & $5 #1 a_b ^ ~",
        "}" * 9,
        "@online{",
        "\\",
        "%}",
    ],
)
def test_no_title_ends_its_field_in_bibtex(words: str) -> None:
    shown = bibtex(replace(CITED, title=words, author=words, url=f"https://x.org/{words}"))
    # BibTeX counts them all, and the entry ends where as many are closed as were opened.
    depths = list(accumulate({"{": 1, "}": -1}.get(char, 0) for char in shown.partition("{")[2]))
    assert min(depths[:-1]) == 0
    assert depths[-1] == -1
    assert not re.search(r"(?<!\\)[%$&#]", shown.partition("  url")[0])
    fields = [line.split(" = ")[0].strip() for line in shown.splitlines()[1:-1]]
    assert set(fields) <= {"author", "title", "organization", "date", "year", "url"}
    assert len(fields) == len(set(fields))
    assert "\\input" not in shown


def test_a_link_to_the_original_holds_the_words() -> None:
    assert in_original(CITED) == (
        "https://example.org/a_b#:~:text=Emails%20show%20Microsoft%20pitched%20it."
    )
    dashed = replace(CITED, quote="a-b, c & d", url="https://example.org/#part:~:text=x")
    assert in_original(dashed) == "https://example.org/#part:~:text=a%2Db%2C%20c%20%26%20d"
    long = replace(CITED, quote=" ".join(f"word{n}" for n in range(60)))
    assert in_original(long).endswith(
        "text=word0%20word1%20word2%20word3%20word4%20word5,"
        "word54%20word55%20word56%20word57%20word58%20word59"
    )
    assert in_original(BARE) == ""


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https:// x", 'https://x.org/"onclick="', "https://[", "ftp://x.org/",
     "https://x.org/\n", "data:text/html,x", "https://x.org/<b>"],
)  # fmt: skip
def test_what_no_browser_should_follow_is_no_link(url: str) -> None:
    assert in_original(replace(CITED, url=url)) == ""


def test_a_link_on_the_page_names_the_place_and_holds_nothing_but_safe_signs() -> None:
    strange = replace(CITED, document_id="a/b \"'<x>&\udc80.txt")
    link = on_the_page(strange)
    assert link.startswith(f"#quote=0-{len(TEXT)}-")
    assert not set(link) & set(" \"'<>&")
    assert on_the_page(replace(CITED, quote="Other")) != on_the_page(CITED)
    assert quote_of(link) == (strange.span, mark_of(TEXT), strange.document_id)


@pytest.mark.parametrize(
    "link",
    ["", "#quote=", "#quote=5-5-0123456789ab-a", "#quote=1-2-x-a", "#quote=1-2-0123456789ab-<"],
)
def test_what_is_no_link_to_a_quote_is_none(link: str) -> None:
    assert quote_of(link) is None
