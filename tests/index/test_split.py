import re
from dataclasses import replace
from itertools import pairwise

import pytest
import sentencex  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.splitting import SHAPES, split_seconds
from index.document import Block, BlockKind, Chunk, Document, Span
from index.split import (
    CHUNK_TOKENS,
    SENTENCE_CHARACTERS,
    WINDOW_CHARACTERS,
    count_tokens,
    split_document,
    split_sentences,
)
from tests.conftest import ARTICLE

MARKS = set("•◦▪‣●·∙*+-–—#>\ufeff")
"""What may stand outside of every sentence, beside space."""


def document_of(text: str) -> Document:
    return Document("a", "A", text, "0", "a")


def chunks_of(text: str) -> list[Chunk]:
    return split_document(document_of(text))


def cut(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


def check_sentences(text: str, spans: list[Span]) -> None:
    """Everything that is promised of sentences, whatever the text."""
    end = 0
    outside = ""
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        sentence = span.of(text)
        assert sentence.strip() == sentence
        assert len(sentence) <= SENTENCE_CHARACTERS
        outside += text[end : span.start]
        end = span.end
    outside += text[end:]
    assert {char for char in outside if not char.isspace()} <= MARKS


def check_chunks(text: str) -> None:
    """Everything that is promised of chunks."""
    chunks = chunks_of(text)
    sentences = [span for chunk in chunks for span in chunk.sentences]
    assert sentences == split_sentences(text)
    check_sentences(text, sentences)
    for chunk in chunks:
        assert chunk.span == Span(chunk.sentences[0].start, chunk.sentences[-1].end)
        assert count_tokens(chunk.span.of(text)) <= CHUNK_TOKENS
    for before, after in pairwise(chunks):
        assert before.span.end <= after.span.start


pieces = st.sampled_from(
    [
        "The cat sat on the mat. ",
        "It rained",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "\xa0",
        "\t",
        "\f",
        "\u2028",
        "\x85",
        "\x1f",
        "\x00",
        "\ud800",
        "\udfff",
        "\ufffd",
        "\ufeff",
        "“",
        "”",
        "‘",
        "’",
        '"',
        "'",
        "(",
        ")",
        "[",
        "«",
        "»",
        ".",
        "!",
        "?",
        "…",
        ";",
        ", ",
        " — ",
        "- ",
        "• ",
        "•",
        "* ",
        "# ",
        "## Heading\n",
        "===\n",
        "---\n",
        "1. ",
        "(a) ",
        "> ",
        "| a | b |\n",
        "```\n",
        "<b>",
        "<|endoftext|>",
        "Mr. ",
        "U.S. ",
        "e.g. ",
        "3.14",
        "No. 5",
        "漢字。",
        "かな！",
        "😀",
        "👩‍👩‍👧",
        "🇩🇪",
        "e\u0301",
        "ß",
        "ﬁ",
        "נקודה. ",
        "ย",
        "x" * 700,
        "word " * 150,
        "don't ",
        "'90s ",
        "http://a.b/c?d=e ",
        "A line set to a width that mail programs like, and\n",
    ]
)
texts = st.one_of(
    st.lists(pieces, max_size=30).map("".join),
    st.text(max_size=300),
    st.text(st.characters(exclude_categories=[]), max_size=300),
)


@settings(max_examples=400, deadline=None)
@given(texts)
@example("")
@example(" \n\t")
@example("• • •")
@example("#\n#\n# \n")
@example("\u2028" * 3 + "a")
@example("x" + " " * 700 + "y")
def test_chunks_and_sentences_are_slices_that_leave_nothing_out(text: str) -> None:
    check_chunks(text)


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(2, 60), st.integers(1, 59))
@example("“" * 50, 20, 10)
@example("It rained. " + "“" * 50, 20, 19)
def test_borders_of_windows_leave_nothing_out(text: str, window: int, border: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.split.WINDOW_CHARACTERS", window)
        patch.setattr("index.split.BORDER_CHARACTERS", min(border, window - 1))
        check_chunks(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "The cat sat on the mat by the door.",
                "Dr. Smith of the U.S. Army paid $3.50 on Jan. 5.",
                "“It rained,” she said.",
                "He said: “I won't. ‘No,’ she told me.”",
                '"He will. He can."',
                "Who (of the two) knew?",
                "See https://a.example/b?c=d, or write to a.b@c.example!",
                "今日は雨です。明日は晴れ！",
                "ذهب الولد إلى المدرسة؟",
                "वह घर लौट आया।",
            ]
        ),
        min_size=40,
        max_size=120,
    )
)
def test_prose_is_split_alike_whichever_windows_it_is_seen_through(sentences: list[str]) -> None:
    text = " ".join(sentences)
    whole = split_sentences(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.split.WINDOW_CHARACTERS", 1000)
        patch.setattr("index.split.BORDER_CHARACTERS", 600)
        assert split_sentences(text) == whole


@pytest.mark.parametrize("shape", SHAPES)
def test_segmenter_sees_little_at_once_and_nothing_often(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def counting(language: str, text: str) -> object:
        seen.append(len(text))
        return sentencex.get_sentence_boundaries(language, text)

    monkeypatch.setattr("index.split.get_sentence_boundaries", counting)
    text = SHAPES[shape](50_000)
    split_sentences(text)
    assert max(seen) <= WINDOW_CHARACTERS
    assert sum(seen) <= 3 * len(text)  # once, once inside quotations, and around the borders


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_nowhere_near_sixteen_times_as_long(shape: str) -> None:
    short, long = (SHAPES[shape](length) for length in (10_000, 40_000))
    # The machine may be busy with something else for a while.
    assert any(split_seconds(long) < 6 * split_seconds(short) for _ in range(3))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["The cat sat.", "The cat sat on the mat.", "Cat"]), max_size=60))
def test_repeated_lines_are_found_each_at_its_own_place(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    starts = [match.start() for match in re.finditer(r"(?<=\n\n).|^.", text)]
    assert [span.start for span in split_sentences(text)] == starts
    assert cut(text) == lines


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["# A", "## B b", "### C"]), st.integers(0, 40)),
        min_size=1,
        max_size=6,
    )
)
def test_no_chunk_reaches_across_a_heading(sections: list[tuple[str, int]]) -> None:
    parts = [f"{heading}\n\n" + "It rained all day long. " * count for heading, count in sections]
    text = "\n\n".join(parts)
    headings = [match.start() for match in re.finditer(r"(?m)^#", text)]
    for chunk in chunks_of(text):
        inside = [start for start in headings if chunk.span.start < start < chunk.span.end]
        # Headings in a row may share a chunk: nothing but headings comes before the last of them.
        assert "rained" not in text[chunk.span.start : max(inside, default=chunk.span.start)]


def test_chunks_know_the_heading_that_they_stand_under() -> None:
    text = "Preface here.\n\n# One\n\nIt rained. It snowed.\n\n## Two\n\nThe sun shone.\n"
    assert [(chunk.heading, chunk.span.of(text)) for chunk in chunks_of(text)] == [
        ("", "Preface here."),
        ("One", "One\n\nIt rained. It snowed."),
        ("Two", "Two\n\nThe sun shone."),
    ]


def test_setext_heading_begins_a_section() -> None:
    text = "It rained.\n\nThe Title\n=========\n\nIt snowed.\n"
    assert "The Title" in cut(text)
    assert "It rained." in {chunk.span.of(text) for chunk in chunks_of(text)}


def test_budget_of_tokens_is_used() -> None:
    text = "It rained on the roof all day long. " * 200
    counts = [count_tokens(chunk.span.of(text)) for chunk in chunks_of(text)]
    assert all(CHUNK_TOKENS - 20 < count <= CHUNK_TOKENS for count in counts[:-1])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 200_000, id="one word"),
        pytest.param("word " * 40_000, id="no sentence end"),
        pytest.param("漢" * 200_000, id="Chinese"),
        pytest.param("😀" * 50_000, id="emoji"),
        pytest.param("One, two; three " * 12_500, id="clauses"),
        pytest.param("“He said so. ” " * 10_000, id="quotations"),
        pytest.param("“He said so. " * 5_000, id="quotations never closed"),
        pytest.param("- item\n" * 20_000, id="items"),
        pytest.param("•" * 200_000 + " x", id="bullets"),
        pytest.param("x" + " " * 2_000_000 + "y", id="spaces"),
        pytest.param("x" + "\n" * 2_000_000 + "y", id="empty lines"),
    ],
)
def test_endless_text_is_divided_in_reasonable_time(text: str) -> None:
    check_chunks(text)


def test_long_sentence_ends_at_a_clause_or_else_at_a_space() -> None:
    clauses = ("many words without an end " * 20 + ", ") * 3
    assert [len(s) <= 600 and s.endswith((",", "end")) for s in cut(clauses)].count(False) == 0
    assert all(not s.startswith("ord") for s in cut("word " * 1000))


def test_special_token_is_plain_text() -> None:
    assert count_tokens("<|endoftext|>") > 1
    assert cut("The <|endoftext|> token. Next.") == ["The <|endoftext|> token.", "Next."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param(
            "Dr. Smith of the U.S. Army paid $3.50 on Jan. 5. He left at 5 p.m. on foot.",
            ["Dr. Smith of the U.S. Army paid $3.50 on Jan. 5.", "He left at 5 p.m. on foot."],
            id="abbreviations",
        ),
        pytest.param(
            "The firm from the north made the lamps that now hang\n"
            "over every single door in the old town by the river.\n"
            "It is older than the bridge, and it sold a great\n"
            "many of them to kings.",
            [
                "The firm from the north made the lamps that now hang\n"
                "over every single door in the old town by the river.",
                "It is older than the bridge, and it sold a great\nmany of them to kings.",
            ],
            id="hard-wrapped plain text",
        ),
        pytest.param(
            "It rained on Monday.\nIt snowed on Tuesday, and everybody stayed at home for the day "
            "because the roads were closed and the trains did not run at all, as the mayor said.\n"
            "Nobody minded.",
            [
                "It rained on Monday.",
                "It snowed on Tuesday, and everybody stayed at home for the day because the roads "
                "were closed and the trains did not run at all, as the mayor said.",
                "Nobody minded.",
            ],
            id="one paragraph per line",
        ),
        pytest.param(
            "Microsoft sold it\nBrad Smith Microsoft\nAP Photo/Elaine Thompson\n",
            ["Microsoft sold it", "Brad Smith Microsoft", "AP Photo/Elaine Thompson"],
            id="headline and captions",
        ),
        pytest.param(
            "• The first point\n• The second\n\n* Third\n- Fourth\n",
            ["The first point", "The second", "Third", "Fourth"],
            id="bullets",
        ),
        pytest.param(
            "1. Wash the rice.\n2. Boil it.\n(a) Salt\n",
            ["1. Wash the rice.", "2. Boil it.", "(a) Salt"],
            id="numbered list",
        ),
        pytest.param(
            "- It rained. It snowed.\n+ Nobody left. They stayed.\n2. It was 1.\n",
            ["It rained.", "It snowed.", "Nobody left.", "They stayed.", "2. It was 1."],
            id="sentences in items",
        ),
        pytest.param(
            "> It rained.\n> It snowed.\n", ["It rained.", "It snowed."], id="block quote"
        ),
        pytest.param(
            "| Lamp | Door |\n| --- | --- |\n| 1 | 2 |",
            ["| Lamp | Door |", "| --- | --- |", "| 1 | 2 |"],
            id="table",
        ),
        pytest.param(
            "He said: “I won't. ‘No,’ she told me.” Then he left.",
            ["He said: “I won't. ‘No,’ she told me.”", "Then he left."],
            id="nested quotations",
        ),
        pytest.param(
            "今日は雨です。明日は晴れ！本当？",
            ["今日は雨です。", "明日は晴れ！", "本当？"],
            id="Japanese",
        ),
        pytest.param("It rained 😀. It 🎉 snowed!", ["It rained 😀.", "It 🎉 snowed!"], id="emoji"),
        pytest.param(
            '“I will. I can.” The “U.S.” Army paid. "He will. He can." Brad may.',
            ["“I will. I can.”", "The “U.S.” Army paid.", '"He will. He can."', "Brad may."],
            id="sentences in a quotation",
        ),
        pytest.param("Tail without end", ["Tail without end"], id="no end"),
        pytest.param("A\x00b. C\ud800d.", ["A\x00b.", "C\ud800d."], id="NUL and surrogate"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_long_quotation_is_divided_at_the_sentence_ends_in_it() -> None:
    said = "We made the lamps ourselves, by hand, in the house by the river. " * 6
    text = f"He said: “{said}That was all.” Then he left."
    sentences = cut(text)
    assert "We made the lamps ourselves, by hand, in the house by the river." in sentences
    assert sentences[-1] == "Then he left."


def test_article_has_the_sentences_that_a_reader_sees() -> None:
    text = ARTICLE.read_text("utf-8")
    check_chunks(text)
    sentences = cut(text)
    assert sentences[0] == text.split("\n", 1)[0].strip()
    assert all("\n" not in sentence for sentence in sentences)
    assert len(sentences) > 15


MARKED = [
    ("Home\nNews\n", "furniture"),
    ("The headline\nin two lines", "heading"),
    ("\n", None),
    ("One sentence. Another.", None),
    ("\n", None),
    ("- an item\n  that goes on\n", "item"),
    ("Name: Ann. Age: 3.", "row"),
    ("\n", None),
    ("A caption\nof a picture", "caption"),
    ("\n", None),
    ("x = 1\ny = 2\n", "code"),
    ("Page 7", "furniture"),
    ("\nThe tail.", None),
]


def marked(parts: list[tuple[str, BlockKind | None]]) -> Document:
    text, blocks = "", []
    for part, kind in parts:
        if kind:
            blocks.append(Block(Span(len(text), len(text) + len(part)), kind))
        text += part
    return replace(document_of(text), blocks=tuple(blocks))


def test_borders_of_blocks_are_borders_of_sentences_and_furniture_has_chunks_of_its_own() -> None:
    document = marked(MARKED)  # type: ignore[arg-type] # kinds are literals
    chunks = split_document(document)
    assert [(c.heading, [s.of(document.text) for s in c.sentences]) for c in chunks] == [
        ("", ["Home", "News"]),
        (
            "The headline\nin two lines",
            [
                "The headline\nin two lines",
                "One sentence.",
                "Another.",
                "an item\n  that goes on",
                "Name: Ann. Age: 3.",
                "A caption\nof a picture",
                "x = 1",
                "y = 2",
            ],
        ),
        ("", ["Page 7"]),
        ("The headline\nin two lines", ["The tail."]),
    ]


def test_the_innermost_block_tells_and_a_heading_in_furniture_heads_nothing() -> None:
    text = "Menu\nAbout\n- one\n  - two\n  more of one\nText. More."
    spans = [("furniture", 0, 10), ("heading", 0, 4), ("item", 11, 38), ("item", 17, 24)]
    blocks = tuple(Block(Span(start, end), kind) for kind, start, end in spans)  # type: ignore[arg-type]
    chunks = split_document(replace(document_of(text), blocks=blocks))
    assert [(c.heading, [s.of(text) for s in c.sentences]) for c in chunks] == [
        ("", ["Menu", "About"]),
        ("", ["one", "two", "more of one", "Text.", "More."]),
    ]


def test_a_long_row_is_divided_like_any_text() -> None:
    text = "Cell of the row. " * 60
    (chunk, *_) = split_document(replace(document_of(text), blocks=(Block(Span(0, 1019), "row"),)))
    assert chunk.sentences[0].of(text) == "Cell of the row."


@given(
    st.lists(
        st.tuples(
            st.text("ab.\n -#:", max_size=12),
            st.sampled_from(
                [None, "heading", "item", "row", "quotation", "code", "caption", "furniture"]
            ),
        ),
        max_size=12,
    )
)
def test_no_sentence_reaches_over_the_border_of_a_block(
    parts: list[tuple[str, BlockKind | None]],
) -> None:
    document = marked(parts)
    spans = split_sentences(document.text, document.blocks)
    check_sentences(document.text, spans)
    for block in document.blocks:
        for span in spans:
            apart = span.end <= block.span.start or block.span.end <= span.start
            assert apart or block.span.covers(span)
    chunks = split_document(document)
    assert [s for chunk in chunks for s in chunk.sentences] == spans
    assert all(len({document.is_furniture(s) for s in chunk.sentences}) == 1 for chunk in chunks)


@pytest.mark.parametrize(
    ("language", "text", "ends"),
    [
        pytest.param("de", "Am 3. Oktober kam Dr. Ohm z. B. nach Hull. Er ging.", 2, id="German"),
        pytest.param("es", "La Sra. López llegó a EE. UU. ayer. ¿Y luego?", 2, id="Spanish"),
        pytest.param("en", "Dr. Ohm came on Jan. 5 to Hull. He left.", 2, id="English"),
        pytest.param("xx", "It rained. It snowed.", 2, id="a language without rules"),
    ],
)
def test_sentences_end_by_the_rules_of_their_language(language: str, text: str, ends: int) -> None:
    assert len(split_sentences(text, language=language)) == ends
    document = Document("a", "a", text, "", "a", {"language": language})
    (chunk,) = split_document(document)
    assert list(chunk.sentences) == split_sentences(text, language=language)
