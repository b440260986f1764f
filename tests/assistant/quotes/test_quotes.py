import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.answer import Passage, ScoredSentence, cite
from assistant.quotes.choose import (
    FRACTION,
    SURE,
    Candidate,
    answer_by_quotes,
    article_only,
    candidates_in,
    choose,
    in_reading_order,
    nearest_to,
    say_the_same,
)
from assistant.reader.words import are_whole_words
from index.build import build
from index.document import Block, Document, Span
from index.formats.content import Content
from index.settings import Settings
from index.verify import verify
from tests.documents import article_settings, index_of

WORDS = ["Amazon", "IBM", "the", "lamp", "sold", "42", "Penhale", "said", "“No”", "jam", "not", "é"]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
TEXT = st.one_of(
    st.lists(
        st.tuples(SENTENCE, st.sampled_from([". ", "? ", "\n", "\r\n", "\n\n• ", "; ", "…\n\n"])),
        min_size=1,
        max_size=25,
    ).map(lambda parts: "".join(f"{sentence}{end}" for sentence, end in parts)),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300),
)
QUESTION = st.one_of(SENTENCE.map(lambda words: f"What about {words}?"), st.text(max_size=60))


@given(texts=st.lists(TEXT, min_size=1, max_size=2), questions=st.lists(QUESTION, max_size=4))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_quote_equals_its_slice(texts: list[str], questions: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources"
        sources.mkdir()
        for number, text in enumerate(texts):
            (sources / f"{number}.txt").write_bytes(text.encode("utf-8"))
        settings = Settings(sources, Path(folder) / "store", "tests.fakes:small_bag_of_words")
        build(settings)
        assistant = Assistant(settings)
        for question in [*questions, "What is this article about?", "Who wrote it?"]:
            answer = assistant.ask(question)
            for citation in (*answer.citations, *answer.nearest):
                source = (sources / citation.document_id).read_bytes().decode("utf-8")
                stored = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
                assert stored[citation.span.start : citation.span.end] == citation.quote
                assert citation.quote.strip()
            markers = [f"“{one.quote}” [{one.number}]" for one in answer.citations]
            assert all(marker in answer.text for marker in markers)


HOSTILE = [
    *("The lamp was lit in 1847", "Penhale", " ", ". ", "\n", "\r\n", "\n\n", "e\u0301", "\u0301"),
    *(
        "\u200b",
        "\u200d",
        "\u202e",
        "\ufeff",
        "👩\u200d👩\u200d👧",
        "👍🏽",
        "\u05e9\u05dc\u05d5\u05dd",
        "\u200f",
        "’s",
        "$3.5",
    ),
]


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=30).map("".join))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_words_that_answer_are_whole_words_of_their_quote(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr("assistant.retrieve.LIKELY", 0.0)  # whatever the reader points at
        patched.setattr("assistant.answering.ANSWERED", 1e-9)
        source = Path(folder) / "sources" / "a.txt"
        source.parent.mkdir()
        source.write_bytes(text.encode("utf-8"))
        settings = Settings(source.parent, Path(folder) / "store", "tests.fakes:small_bag_of_words")
        build(settings)
        answer = Assistant(settings).ask("When was the lamp lit?")
        for citation in answer.citations:
            if citation.answer:
                assert citation.span.covers(citation.answer)
                found = citation.answer_in_quote
                assert found is not None
                assert are_whole_words(citation.quote, found)
        assert sum(citation.answer is not None for citation in answer.citations) <= 1


def test_only_whole_words_of_a_quote_can_be_said_to_answer() -> None:
    document = Document(id="a", title="A", text="It cost 42 pounds. No.", digest="", source="a")
    quote = Span(0, 18)
    assert cite(1, document, quote, Span(8, 17)).answer_in_quote == Span(8, 17)
    for answer in (Span(8, 9), Span(7, 10), Span(19, 21), Span(8, 8), Span(15, 21)):
        with pytest.raises(ValueError, match="not whole words of the quote"):
            cite(1, document, quote, answer)


def test_words_outside_a_document_cannot_be_cited() -> None:
    document = Document(id="a", title="A", text="Short.", digest="", source="a.txt")
    for span in (Span(0, 7), Span(6, 6), Span(9, 12)):
        with pytest.raises(ValueError, match="nothing to quote at"):
            cite(1, document, span)


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(article_settings(tmp_path_factory.mktemp("article")))


def candidate(
    text: str,
    score: float,
    start: int,
    *,
    paragraph: int = 0,
    document: str = "a",
) -> Candidate:
    return Candidate(document, Span(start, start + len(text)), text, score, paragraph)


def test_what_says_the_same_is_quoted_once() -> None:
    one = candidate("Microsoft pitched face recognition to the DEA.", 0.9, 0)
    again = candidate("Microsoft in 2018 pitched face recognition to the DEA.", 0.8, 100)
    assert say_the_same(one.text, again.text)
    assert choose([one, again]) == [one]


def test_a_longer_sentence_that_holds_a_shorter_one_is_quoted_too() -> None:
    short = candidate("Read the emails, as released by the ACLU, here.", 0.9, 0)
    longer = candidate(
        "The ACLU obtained the emails through a lawsuit against the FBI, a press release says.",
        0.8,
        100,
    )
    assert say_the_same(short.text, longer.text)
    assert choose([short, longer]) == [short, longer]
    assert choose([longer, short]) == [longer]


@pytest.mark.parametrize("start", [1100, 9000])
def test_further_quotes_need_a_share_of_the_best_ones_probability(start: int) -> None:
    best = candidate("The lamp burns whale oil.", 0.8, 1000)
    for share, is_quoted in ((FRACTION + 0.01, True), (FRACTION - 0.01, False)):
        other = candidate("Keepers slept above.", share * best.score, start)
        assert (other in choose([best, other])) is is_quoted


def test_an_answer_that_is_not_sure_says_so() -> None:
    document = Document(id="a", title="A", text="It cost 42 pounds.", digest="", source="a.txt")
    for score, lead in ((SURE, ""), (SURE - 0.01, "The documents may answer this:\n\n")):
        one = candidate("It cost 42 pounds.", score, 0)
        answer = answer_by_quotes("How much?", "How much?", [one], lambda _id: document)
        assert answer.text == f"{lead}“It cost 42 pounds.” [1]"


def answer_of(best: Candidate, *others: Candidate, text: str) -> list[str]:
    document = Document(id="a", title="A", text=text, digest="", source="a")
    answer = answer_by_quotes("When?", "When?", [best, *others], lambda _id: document)
    return [one.answer.of(text) if one.answer else "" for one in answer.citations]


def test_words_are_pointed_out_in_the_quote_that_holds_the_best_sentence() -> None:
    text = "Keepers slept above. The lamp was lit in 1847.\n\nIt was sold in 1901."
    first = candidate("Keepers slept above.", 0.5, 0)
    best = replace(candidate("The lamp was lit in 1847.", 0.9, 21), answer=Span(42, 45))
    other = replace(candidate("It was sold in 1901.", 0.6, 48, paragraph=2), answer=Span(63, 67))
    assert answer_of(best, first, other, text=text) == ["1847", ""]
    assert answer_of(replace(best, answer=None), first, other, text=text) == ["", ""]


def test_what_is_nearly_the_whole_sentence_is_not_pointed_out() -> None:
    text = "It was the year 1847."
    one = candidate(text, 0.9, 0)
    assert answer_of(replace(one, answer=Span(16, 20)), text=text) == ["1847"]
    assert answer_of(replace(one, answer=Span(3, 20)), text=text) == [""]


@pytest.mark.parametrize("denied", ["not", "no longer", "never", "don’t", "do not"])
def test_words_that_are_denied_are_not_pointed_out_alone(denied: str) -> None:
    text = f"They {denied} sell lamps in the market hall."
    at = text.index("sell lamps")
    pointed = Span(at, at + 10)
    assert answer_of(replace(candidate(text, 0.9, 0), answer=pointed), text=text) == [""]
    whole = Span(text.index(denied), at + 10)
    assert answer_of(replace(candidate(text, 0.9, 0), answer=whole), text=text) != [""]


def test_no_sign_alone_is_pointed_out() -> None:
    text = "It was — well, 1847."
    assert answer_of(replace(candidate(text, 0.9, 0), answer=Span(7, 8)), text=text) == [""]


def test_what_is_only_near_has_no_words_that_answer() -> None:
    text = "It was the year 1847."
    document = Document(id="a", title="A", text=text, digest="", source="a")
    one = replace(candidate(text, 0.2, 0), answer=Span(16, 20))
    assert [near.answer for near in nearest_to([one], lambda _id: document)] == [None]


def test_words_of_a_title_are_pointed_out_in_the_sentence_that_stands_for_it(
    article: Assistant,
) -> None:
    question = "When did Microsoft pitch its facial recognition software to the DEA?"
    (citation,) = article.ask(question).citations
    assert citation.quote.startswith("Emails released by the ACLU show")
    found = citation.answer_in_quote
    assert found is not None
    assert found.of(citation.quote) == "2018"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who is the president of Microsoft?", "Brad Smith"),
        ("How long will Amazon suspend police use of Rekognition?", "one year"),
        ("What did IBM announce?", ""),
        ("What is this article about?", ""),
    ],
)
def test_the_words_that_answer_are_pointed_out_in_the_article_if_sure(
    article: Assistant, question: str, words: str
) -> None:
    answer = article.ask(question)
    assert answer.answered
    found = [one.answer_in_quote and one.answer_in_quote.of(one.quote) for one in answer.citations]
    assert [one for one in found if one] == ([words] if words else [])


def test_of_a_follow_up_the_words_that_answer_it_are_pointed_out(article: Assistant) -> None:
    answer = article.ask("For how long?", [("What did Amazon announce?", "")])
    (found,) = [
        one.answer_in_quote.of(one.quote) for one in answer.citations if one.answer_in_quote
    ]
    assert found == "one year"


def test_quotes_are_in_reading_order_and_neighbours_are_joined() -> None:
    later = candidate("It was sold.", 0.9, 50, paragraph=2)
    first = candidate("One.", 0.8, 0)
    second = candidate("Two.", 0.7, 5)
    elsewhere = candidate("Other.", 0.6, 0, document="b")
    assert in_reading_order([later, first, second, elsewhere]) == [
        ("a", Span(0, 9)),
        ("a", Span(50, 62)),
        ("b", Span(0, 6)),
    ]


def test_a_line_that_announces_is_quoted_with_what_follows(settings: Settings) -> None:
    text = (
        "The keeper’s log.\n\nThe restoration of the lamp needed these:\n\n- two panes of glass\n"
        "- a new wick\n\nThe work took a year. Nobody was hurt.\n"
    )
    answer = index_of(settings, log=text).ask("What did the restoration of the lamp need?")
    assert answer.answered
    assert answer.citations[0].quote.endswith("- a new wick")
    assert "work took a year" not in answer.citations[0].quote


def test_a_title_gives_way_to_a_sentence_that_says_it_too(settings: Settings) -> None:
    body = "The village of Port Hallan has sold jam to buy its lighthouse back."
    text = f"Village sells jam to buy its lighthouse back\n\n{body} Nobody had expected it.\n"
    answer = index_of(settings, news=text).ask("What did the village sell to buy the lighthouse?")
    assert [one.quote for one in answer.citations] == [body]


def test_a_title_is_quoted_where_nothing_else_says_it(settings: Settings) -> None:
    title = (
        "Village of Port Hallan buys its lighthouse back from the government with the money "
        "that it made by selling jam"
    )
    text = f"{title}\n\nThe editor was away. Letters come next week.\n"
    answer = index_of(settings, news=text).ask("Who bought the lighthouse back?")
    assert [one.quote for one in answer.citations] == [title]


def test_a_name_above_prose_is_not_quoted_but_the_first_line_of_notes_is() -> None:
    prose = "Harbour licence\nVersion 2, May 2019 http://example.org/harbour-licence\n\nBoats pay."
    notes = "Harbour office opens at seven\nNo boats on Monday"
    for text, is_quoted in ((prose, False), (notes, True)):
        document = Document("a", "A", text, "0", "a")
        lines = [line for line in text.split("\n") if line]
        spans = [Span(text.index(line), text.index(line) + len(line)) for line in lines]
        scored = [ScoredSentence(span, 0.1 if number else 0.9) for number, span in enumerate(spans)]
        passage = Passage("a", "A", Span(0, len(text)), text, 0.9, tuple(scored))
        found = candidates_in([passage], {"a": document}.__getitem__)
        assert (lines[0] in [one.text for one in found]) == is_quoted


def test_what_a_format_marks_as_furniture_is_quoted_only_if_asked_for() -> None:
    text = "The lamp was lit in 1847. Lamp tours start daily."
    menu = Span(26, len(text))
    document = Document("a", "A", text, "0", "a", blocks=(Block(menu, "furniture"),))
    spans = (Span(0, 25), menu)
    scored = tuple(ScoredSentence(span, 0.9) for span in spans)
    passage = Passage("a", "A", Span(0, len(text)), text, 0.9, scored)
    candidates = candidates_in([passage], lambda _: document)
    assert [one.span for one in article_only(candidates, ["lamp", "lit"])] == [spans[0]]
    asked_for = article_only(candidates, ["lamp", "tour", "start", "daili"])
    assert [one.span for one in asked_for] == list(spans)


def test_blocks_come_back_from_the_store(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = (Block(Span(0, 8), "heading", 2), Block(Span(10, 19), "furniture"))
    text = "The lamp\n\nLamp oil."
    made = Content(text, "The lamp", {"author": "I. Tarrant"}, (Span(0, len(text)),), blocks)
    monkeypatch.setattr("index.formats._FORMATS", {".txt": lambda *_: made})
    assistant = index_of(settings, lamp=text)
    document = assistant.document("lamp.txt")
    assert document.blocks == blocks
    assert (document.metadata, document.pages) == (made.metadata, made.pages)
    assert not verify(settings).faults
