import html
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Claim, cite
from assistant.export import export
from assistant.hidden import closed
from assistant.page.article.article import PART, WHOLE, Highlights, article_html, parts_shown
from assistant.page.talk.render import answer_html, escape, label, seen
from assistant.quotes.choose import PERHAPS
from assistant.reader.words import are_whole_words, whole_words
from index.document import Document, Span

HOSTILE = (
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=2"> &amp; &lt; ${alert(1)} '
    "{{constructor}} [x](javascript:alert(1)) ![i](http://192.0.2.1/i.png) `code` </mark> "
    "</article><svg><a href='javascript:1'>svg</a></svg> [1] \u202e\u00a0• “quoted” \ufeff"
)


class Marks(HTMLParser):
    """Reads an article as a browser does: its words, and which are marked by which number."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marked: dict[int, str] = {}
        self.targets: dict[str, str] = {}
        self.words = ""
        self.tags: list[str] = []
        self._inside: list[int] = []
        self._in_text = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("class") == "pq-text":
            self._in_text = True
        if tag == "mark":
            self._inside = [int(number) for number in (given["data-cites"] or "").split()]
            if "id" in given:
                self.targets[given["id"] or ""] = given["data-cites"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._inside = []

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.words += data
        for number in self._inside:
            self.marked[number] = self.marked.get(number, "") + data


def document_of(text: str, **changes: str) -> Document:
    document_id, title = changes.get("id", "a.txt"), changes.get("title", "A title")
    return Document(document_id, title, text, "0", document_id)


def showable(text: str) -> str:
    return "".join("\ufffd" if c == "\0" or 0xD800 <= ord(c) <= 0xDFFF else c for c in text)


def quotes_answer(*citations: Citation, lead: str = "In the documents:") -> Answer:
    text = "\n\n".join([lead, *(f"“{c.quote}” [{c.number}]" for c in citations)])
    return Answer("What?", "What?", text, citations, answered=True)


texts = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [HOSTILE, "<", ">", "&", '"', "'", "\n", "\r", "\t", "\0", "\ud800", "a b", "• ", "]]>"]
        ),
        max_size=12,
    ).map("".join),
)


@st.composite
def documents_with_spans(draw: st.DrawFn) -> tuple[Document, list[Span]]:
    text = draw(texts.filter(bool)).replace("\r", "\n")
    title = draw(st.one_of(st.just(text.strip().split("\n")[0]), st.text(max_size=20)))
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    pairs = draw(st.lists(ends.filter(lambda pair: pair[0] != pair[1]), max_size=5))
    return document_of(text, title=title), [Span(min(pair), max(pair)) for pair in pairs]


@given(documents_with_spans())
@example((document_of(HOSTILE), [Span(0, 30), Span(10, 20), Span(15, len(HOSTILE))]))
def test_the_marks_of_a_citation_hold_exactly_its_words(case: tuple[Document, list[Span]]) -> None:
    document, spans = case
    citations = tuple(cite(number, document, span) for number, span in enumerate(spans, start=1))
    seen = Marks(article_html(document, Highlights(0, citations)))
    assert seen.words == showable(document.text)
    assert seen.marked == {
        c.number: showable(document.text[c.span.start : c.span.end]) for c in citations
    }


@given(texts)
@example(HOSTILE)
def test_escaping_loses_nothing_and_leaves_nothing_to_a_browser(text: str) -> None:
    escaped = escape(text)
    assert html.unescape(escaped) == showable(text)
    assert not set(escaped) & set("<>\"'\0\r")


def test_nothing_in_an_attribute_turns_the_others() -> None:
    assert label("1 \u200f2 \u061c3\u200e \u202e4") == r"1 \u200f2 \u061c3\u200e \u202e4"
    assert label("\u05d0\u200f \u202e1") == "\u05d0\u200f \\u202e1"  # as that script is written


@given(texts.filter(lambda text: text.strip() != ""))
@example(HOSTILE)
def test_an_answer_shows_a_quote_word_for_word_and_adds_no_tags_of_its_own(text: str) -> None:
    document = document_of(text, title=text)
    page = answer_html(quotes_answer(cite(1, document, Span(0, len(text)))), turn=0)
    assert f'<span class="pq-words">{seen(text)}</span>' in page
    assert set(Marks(page).tags) <= {
        "p",
        "figure",
        "blockquote",
        "span",
        "a",
        "figcaption",
        "bdi",
        "button",
    }


@given(texts.filter(lambda text: text.strip() != ""))
def test_what_is_copied_holds_the_quote_and_its_place(text: str) -> None:
    document = document_of(f"before {text} after")
    copied = export(quotes_answer(cite(1, document, Span(7, 7 + len(text)))))
    assert f"“{text}”{closed(text).removeprefix(text)} [1]" in copied
    assert f"[1] A title, a.txt, characters 7–{7 + len(text)}" in copied


@st.composite
def quotes_with_answers(draw: st.DrawFn) -> tuple[Document, Citation]:
    text = draw(texts.filter(lambda text: any(char.isalnum() for char in text)))
    start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    answer = whole_words(text, Span(start, end))
    document = document_of(f"before {text} after", title=text)
    assume(are_whole_words(text, answer))
    return document, cite(1, document, Span(7, 7 + len(text)), answer.moved(7))


@given(quotes_with_answers())
def test_the_words_that_answer_are_emphasised_and_change_no_word(
    case: tuple[Document, Citation],
) -> None:
    document, citation = case
    assert citation.answer is not None
    quote = answer_html(quotes_answer(citation), turn=0).partition('<span class="pq-words">')[2]
    article = article_html(document, Highlights(0, (citation,)))
    for page, words in ((quote.partition("</span>”")[0], citation.quote), (article, document.text)):
        read = Emphasis(page)
        assert read.emphasised == showable(citation.answer.of(document.text))
        assert showable(words) in read.words
    assert Marks(article).marked == {1: showable(citation.quote)}


class Emphasis(HTMLParser):
    """Reads what a page says, and what of it is emphasised."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = self.emphasised = ""
        self._inside = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside |= tag == "b" and dict(attrs) == {"class": "pq-answers"}

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "b"

    def handle_data(self, data: str) -> None:
        self.words += data
        self.emphasised += data if self._inside else ""


def test_where_two_citations_overlap_each_ones_words_are_emphasised() -> None:
    document = document_of("It was lit in 1847. It was sold.")
    citations = (
        cite(1, document, Span(0, 32), Span(14, 18)),
        cite(2, document, Span(7, 19)),
    )
    page = article_html(document, Highlights(0, citations))
    assert page.count("<b ") == 1
    assert Emphasis(page).emphasised == "1847"
    assert Marks(page).marked == {1: document.text, 2: "lit in 1847."}


def test_what_is_copied_keeps_the_quote_as_it_is_and_names_the_words_that_answer() -> None:
    document = document_of("It was *lit* in 1847.")
    copied = export(quotes_answer(cite(1, document, Span(0, 21), Span(16, 20))))
    assert "“It was *lit* in 1847.” [1]\n" in copied
    assert "[1] A title, a.txt, characters 0–21, the answer in it: “1847”\n" in copied
    assert "the answer in it" not in export(quotes_answer(cite(1, document, Span(0, 21))))


def test_a_citation_without_overlap_is_one_mark_with_its_target() -> None:
    document = document_of("One. Two. Three.")
    citations = (cite(1, document, Span(5, 9)), cite(2, document, Span(10, 16)))
    page = article_html(document, Highlights(3, citations, active=2))
    assert '<mark id="cite-3-1" class="pq-mark" data-cites="1" tabindex="-1">Two.</mark>' in page
    assert Marks(page).targets == {"cite-3-1": "1", "cite-3-2": "2"}
    assert 'data-active="2"' in page


def test_a_citation_inside_another_keeps_both_targets() -> None:
    document = document_of("One. Two. Three.")
    citations = (cite(1, document, Span(0, 16)), cite(2, document, Span(5, 9)))
    seen = Marks(article_html(document, Highlights(0, citations)))
    assert seen.targets == {"cite-0-1": "1", "cite-0-2": "1 2"}


def test_citations_of_other_documents_are_not_marked() -> None:
    document, other = document_of("One."), document_of("One.", id="b.txt")
    assert Marks(article_html(document, Highlights(0, (cite(1, other, Span(0, 4)),)))).marked == {}


def test_the_first_line_is_the_headline_when_it_is_the_title() -> None:
    page = article_html(document_of("\n# A  title \n\nWords.", title="A title"))
    assert '<span class="pq-headline" role="heading" aria-level="2"># A  title</span>' in page
    assert "<h2" not in page
    assert "<h2" in article_html(document_of("Words.", title="A title"))


def test_a_long_document_shows_the_parts_around_its_citations() -> None:
    text = "A line of text.\n" * 60_000
    document = document_of(text)
    spans = [Span(400_000, 400_015), Span(800_000, 800_015)]
    citations = tuple(cite(number, document, span) for number, span in enumerate(spans, start=1))
    page = article_html(document, Highlights(0, citations))
    assert len(page) < 4 * PART
    assert Marks(page).marked == {1: citations[0].quote, 2: citations[1].quote}
    assert page.count("characters not shown") == 3


@st.composite
def long_texts(draw: st.DrawFn) -> str:
    piece = draw(
        st.sampled_from(
            [
                "word ",
                "A line of text.\n",
                "One sentence of these. ",
                "文の終わりだ。",
                "x" * 3000 + " ",
            ]
        )
    )
    length = draw(st.integers(WHOLE + 1, WHOLE * 3))
    return (piece * (length // len(piece) + 1))[:length]


@given(
    long_texts(),
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5000)), max_size=4),
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, PART)), max_size=3),
)
def test_parts_are_in_order_apart_and_cover_every_citation(
    text: str, cited: list[tuple[float, int]], asked: list[tuple[int, int]]
) -> None:
    document, length = document_of(text), len(text)
    spans = [
        Span(int(at * (length - 1)), min(length, int(at * (length - 1)) + n)) for at, n in cited
    ]
    parts = parts_shown(document, spans, [Span(start, start + size) for start, size in asked])
    assert parts
    assert all(a.end < b.start for a, b in pairwise(parts))
    assert all(part.end <= length for part in parts)
    assert all(any(part.covers(span) for part in parts) for span in spans)
    assert parts_shown(document, spans, shown=parts) == parts
    further = parts_shown(document, (), [Span(0, PART)], parts)
    assert all(any(more.covers(part) for more in further) for part in parts)


@pytest.mark.parametrize(
    ("piece", "ends"),
    [
        ("A line of text.\n", "\n"),
        ("He said: “One sentence of these.” And so on it went. ", ".”"),
        ("文の終わりだ」と言った。", "。"),
        ("word after word ", "dr"),
    ],
    ids=["lines", "sentences", "sentences without spaces", "words"],
)
@pytest.mark.parametrize("at", range(400_000, 400_020, 3))
def test_a_part_neither_begins_nor_ends_inside_a_sentence_or_a_word(
    piece: str, ends: str, at: int
) -> None:
    text = piece * (WHOLE * 3 // len(piece))
    for part in parts_shown(document_of(text), [Span(at, at + 20)]):
        assert text[part.start - 1] in ends
        assert text[part.end - 1] in ends


def test_brackets_that_are_no_citation_stay_text() -> None:
    document = document_of("As shown in [7].")
    page = answer_html(quotes_answer(cite(1, document, Span(0, 16)), lead="See [9]:"), turn=0)
    assert page.count('class="pq-cite"') == 1
    assert "As shown in [7]." in page


def test_quotes_of_one_document_stand_together_under_its_name() -> None:
    first, second = document_of("One. Two."), document_of("Three.", id="b.txt", title="B")
    page = answer_html(
        quotes_answer(
            cite(1, first, Span(0, 4)), cite(2, first, Span(5, 9)), cite(3, second, Span(0, 6))
        ),
        turn=0,
    )
    assert page.count("<figure") == 2
    named = '<bdi>A title</bdi></span><span class="pq-facts"><bdi>a.txt</bdi></span>'
    assert page.index("Two.") < page.index(named) < page.index("Three.")


def test_a_quote_that_the_text_does_not_repeat_is_listed_below() -> None:
    document = document_of("One.")
    answer = Answer(
        "What?", "What?", "It says so [1].", (cite(1, document, Span(0, 4)),), answered=True
    )
    page = answer_html(answer, turn=0)
    assert 'href="#cite-0-1"' in page.split("<blockquote")[0]
    assert '<span class="pq-words">One.</span>' in page


def test_no_answer_gives_the_reason_and_calls_the_nearest_nearest() -> None:
    document = document_of("One.")
    nearest = (cite(1, document, Span(0, 4)),)
    answer = Answer(
        "What?", "What?", "", (), answered=False, reason="‘Ten’ does not occur.", nearest=nearest
    )
    page = answer_html(answer, turn=0)
    assert "<bdi>‘Ten’</bdi> does not occur." in page
    assert page.index("not an answer") < page.index("One.")
    assert "not an answer" in export(answer)


def test_a_follow_up_says_what_was_searched_for() -> None:
    answer = Answer("And IBM?", "What did <IBM> announce?", "", (), answered=False, reason="No.")
    assert "Searched for: <bdi>What did &lt;IBM&gt; announce?</bdi>" in answer_html(answer, turn=0)


@pytest.fixture
def prose() -> Answer:
    document = document_of("It was 2018. It rained.")
    text = "It was 1999 [1]. It rained [2]. It was fun."
    claims = (
        Claim(Span(0, 16), (1,), "mismatch", ("‘1999’ is not in the quoted text",)),
        Claim(Span(17, 31), (2,), "no mismatch found"),
        Claim(Span(32, 43), (), "no citation"),
    )
    citations = (cite(1, document, Span(0, 12)), cite(2, document, Span(13, 23)))
    return Answer("When?", "When?", text, citations, answered=True, claims=claims, mode="prose")


def test_prose_marks_the_claims_that_their_quotes_do_not_bear_out(prose: Answer) -> None:
    page = answer_html(prose, turn=0)
    assert page.count('data-verdict="mismatch"') == 1
    assert page.count('data-verdict="no-citation"') == 1
    assert "Does not match its quote: <bdi>‘1999’</bdi> is not in the quoted text" in page
    assert page.index("Written by the language model") < page.index("In the documents’ words")
    assert page.count("<blockquote") == 2


def test_prose_says_that_no_mark_is_no_proof(prose: Answer) -> None:
    told = "No mark is no proof: numbers, names and negation are compared with the quotes;"
    assert told in answer_html(prose, turn=0)
    assert told in export(prose)
    marked = replace(prose, claims=prose.claims[:1])
    assert told not in answer_html(marked, turn=0) + export(marked)


def test_what_the_model_says_is_missing_is_no_fault(prose: Answer) -> None:
    claims = tuple(replace(claim, verdict="says what is missing") for claim in prose.claims)
    missing = replace(prose, claims=claims)
    assert "data-verdict" not in answer_html(missing, turn=0)
    assert "It was fun.\n" in export(missing)


def test_copied_prose_says_which_sentence_its_quote_does_not_bear_out(prose: Answer) -> None:
    copied = export(prose)
    assert "It was 1999 [1]. (Does not match its quote: ‘1999’ is not in the quoted text)" in copied
    assert "It rained [2]. It was fun. (Rests on no quote)" in copied
    assert "[1] “It was 2018.” — A title, a.txt, characters 0–12" in copied


def test_an_article_tells_where_it_was_fetched_and_whether_it_was_edited_since() -> None:
    url, then = "https://post.example/?a=<b>", "2026-11-28T10:15:00Z"
    for key, told in (("retrieved", "fetched"), ("altered_since", "edited since it was fetched")):
        document = Document("a", "A", "Text.", "0", "a", {"url": url, key: then})
        expected = f"<bdi>{told} from https://post.example/?a=&lt;b&gt; on 28 November 2026</bdi>"
        assert expected in article_html(document, Highlights(0, ()))


@pytest.mark.parametrize(
    ("changes", "level"),
    [({}, "found"), ({"text": f"{PERHAPS} “One.” [1]"}, "perhaps"), ({"answered": False}, "none")],
)
def test_how_far_an_answer_goes_is_said_in_words(changes: dict[str, object], level: str) -> None:
    answer = quotes_answer(cite(1, document_of("One."), Span(0, 4)))
    page = answer_html(replace(answer, **changes), 0)  # type: ignore[arg-type]
    assert page.count("pq-level") == 1
    assert f'data-level="{level}">' in page


def test_prose_says_of_each_sentence_how_far_it_goes(prose: Answer) -> None:
    assert "pq-level" not in answer_html(prose, 0)


def test_the_chip_under_quotes_names_title_and_file_and_leads_to_the_first() -> None:
    document = document_of("One. Two.", title="A <b>title", id="b.txt")
    citations = cite(2, document, Span(0, 4)), cite(3, document, Span(5, 9))
    page = answer_html(quotes_answer(*citations), 4)
    chip = page[page.index('<a class="pq-source"') :]
    assert page.count("pq-source") == 1
    assert chip.startswith('<a class="pq-source" href="#cite-4-2" data-turn="4" data-number="2">')
    assert "A &lt;b&gt;title" in chip
    assert "<bdi>b.txt</bdi>" in chip
