import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.answer import Passage, ScoredSentence, cite
from assistant.quotes import (
    FRACTION,
    FRACTION_BESIDE,
    SURE,
    SURROUNDINGS,
    Candidate,
    answer_by_quotes,
    article_only,
    candidates_in,
    choose,
    in_reading_order,
    say_the_same,
)
from index.build import build
from index.document import Block, Document, Span
from index.formats.content import Content
from index.settings import Settings
from index.verify import verify
from tests.documents import index_of

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


def test_words_outside_a_document_cannot_be_cited() -> None:
    document = Document(id="a", title="A", text="Short.", digest="", source="a.txt")
    for span in (Span(0, 7), Span(6, 6), Span(9, 12)):
        with pytest.raises(ValueError, match="nothing to quote at"):
            cite(1, document, span)


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


def test_further_quotes_need_a_share_of_the_best_ones_probability_and_less_beside_it() -> None:
    best = candidate("The lamp burns whale oil.", 0.8, 1000)
    for share, start, is_quoted in (
        (FRACTION + 0.01, 9000, True),
        (FRACTION - 0.01, 9000, False),
        (FRACTION_BESIDE + 0.01, 1000 + SURROUNDINGS, True),
        (FRACTION_BESIDE + 0.01, 1001 + SURROUNDINGS, False),
        (FRACTION_BESIDE - 0.01, 1100, False),
    ):
        other = candidate("Keepers slept above.", share * best.score, start)
        assert (other in choose([best, other])) is is_quoted
    elsewhere = candidate("Keepers slept above.", FRACTION_BESIDE + 0.01, 1100, document="b")
    assert elsewhere not in choose([best, elsewhere])


def test_an_answer_that_is_not_sure_says_so() -> None:
    document = Document(id="a", title="A", text="It cost 42 pounds.", digest="", source="a.txt")
    for score, lead in ((SURE, ""), (SURE - 0.01, "The documents may answer this:\n\n")):
        one = candidate("It cost 42 pounds.", score, 0)
        answer = answer_by_quotes("How much?", "How much?", [one], lambda _id: document)
        assert answer.text == f"{lead}“It cost 42 pounds.” [1]"


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
