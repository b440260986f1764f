import pytest

from index.document import Block, Chunk, Document, Span


def test_span_cuts_what_it_covers_out_of_a_text() -> None:
    assert Span(4, 7).of("The cat sat.") == "cat"
    assert len(Span(4, 7)) == 3


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 4), (-3, -1)])
def test_span_refuses_what_is_no_range(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"not a span: start {start}, end {end}"):
        Span(start, end)


def test_span_covers_itself_and_what_lies_inside() -> None:
    assert Span(2, 8).covers(Span(2, 8))
    assert Span(2, 8).covers(Span(3, 3))
    assert not Span(2, 8).covers(Span(1, 3))
    assert not Span(2, 8).covers(Span(7, 9))


def test_spans_are_ordered_by_where_they_start() -> None:
    assert sorted([Span(5, 6), Span(0, 9), Span(0, 2)]) == [Span(0, 2), Span(0, 9), Span(5, 6)]


def test_page_of_a_span_is_the_one_it_starts_on() -> None:
    paged = Document("a", "A", "one two", "0", "a", pages=(Span(0, 4), Span(4, 7)))
    assert paged.page_of(Span(0, 6)) == 1
    assert paged.page_of(Span(4, 7)) == 2
    assert paged.page_of(Span(7, 7)) is None
    assert Document("a", "A", "one two", "0", "a").page_of(Span(0, 3)) is None


def test_chunk_id_depends_on_document_bytes_and_place() -> None:
    chunk = Chunk("a", "d1", Span(0, 5), (Span(0, 5),))
    assert chunk.id == Chunk("a", "d1", Span(0, 5), (Span(0, 2), Span(3, 5)), "Heading").id
    others = [
        Chunk("b", "d1", Span(0, 5), ()),
        Chunk("a", "d2", Span(0, 5), ()),
        Chunk("a", "d1", Span(0, 6), ()),
    ]
    assert len({chunk.id, *(other.id for other in others)}) == 4


def test_chunk_id_takes_a_name_that_is_not_valid_unicode() -> None:
    assert len(Chunk("\udcff.txt", "d", Span(0, 1), ()).id) == 24


def test_furniture_is_what_lies_in_a_block_of_it() -> None:
    blocks = (Block(Span(0, 4), "furniture"), Block(Span(5, 9), "heading", 1))
    document = Document("a", "A", "Menu Lamp Fog", "0", "a", blocks=blocks)
    assert document.is_furniture(Span(0, 4))
    assert not document.is_furniture(Span(5, 9))
    assert not document.is_furniture(Span(2, 7))


def test_what_lies_beside_furniture_is_of_the_article() -> None:
    blocks = (
        Block(Span(0, 10), "furniture"),
        Block(Span(2, 4), "furniture"),
        Block(Span(20, 30), "heading", 1),
        Block(Span(40, 50), "furniture"),
    )
    document = Document("a", "A", "x" * 60, "0", "a", blocks=blocks)
    spans = [Span(0, 2), Span(5, 9), Span(8, 12), Span(20, 30), Span(40, 50), Span(52, 60)]
    assert document.of_the_article(spans) == [Span(8, 12), Span(20, 30), Span(52, 60)]
    assert [one for one in spans if not document.is_furniture(one)] == [
        Span(8, 12),
        Span(20, 30),
        Span(52, 60),
    ]
