from pathlib import Path

import pytest

from assistant import Assistant
from assistant.page.desk.article import ArticleDesk
from assistant.page.desk.desk import Desk
from assistant.page.documents.library import Startup
from assistant.page.documents.search import LONGEST
from assistant.page.session import Session
from index.settings import Settings
from tests.documents import index_of


@pytest.fixture
def asked(settings: Settings) -> Assistant:
    return index_of(
        settings,
        ward="The <ward> was painted. Cancers are treated in the ward.",
        quay="The quay was full of boats.",
    )


@pytest.fixture
def desk(asked: Assistant, tmp_path: Path) -> Desk:
    return Desk(asked, tmp_path, Startup)


def test_hits_are_shown_in_place_and_lead_to_their_document(desk: Desk) -> None:
    session = Session()
    shown = ArticleDesk(desk).search(session, {"words": "  ward cancer "})["reader"]
    assert "1 sentence in 1 document" in shown
    marked = '<b class="pq-answers">Cancers</b> are treated in the <b class="pq-answers">ward</b>.'
    assert marked in shown
    assert 'data-act="pinned" data-link="#quote=24-56-' in shown
    assert "pq-shelf" not in shown
    assert "pq-shelf" in ArticleDesk(desk).search(session, {"words": " "})["reader"]


def test_what_is_not_shown_is_counted_and_looked_for_where_the_document_is_opened(
    settings: Settings, tmp_path: Path
) -> None:
    asked = index_of(settings, ward=" ".join(f"The ward had {n} beds." for n in range(9)))
    shown = ArticleDesk(Desk(asked, tmp_path, Startup)).search(Session(), {"words": "ward"})
    assert "9 sentences in 1 document" in shown["reader"]
    assert "6 more sentences in the document" in shown["reader"]
    assert 'data-words="ward" data-document="ward.txt"' in shown["reader"]


def test_what_was_found_stays_while_a_document_is_read(desk: Desk) -> None:
    session = Session()
    ArticleDesk(desk).search(session, {"words": "ward"})
    ArticleDesk(desk).open(session, {"document": "ward.txt"})
    assert "pq-mentions" in ArticleDesk(desk).open(session, {})["reader"]


@pytest.mark.parametrize("words", ["<b>zebra</b>", "x" * 5000, "\0\ud800"])
def test_what_is_not_found_is_said_and_shown_harmlessly(desk: Desk, words: str) -> None:
    session = Session()
    shown = ArticleDesk(desk).search(session, {"words": words})["reader"]
    assert "In no document there is" in shown
    assert "<b>zebra" not in shown
    assert len(session.searched) <= LONGEST


def test_what_is_too_common_is_said(desk: Desk) -> None:
    shown = ArticleDesk(desk).search(Session(), {"words": "the"})["reader"]
    assert "“<bdi>the</bdi>” is too common to look for" in shown


def test_what_is_no_text_finds_all(desk: Desk) -> None:
    assert "pq-shelf" in ArticleDesk(desk).search(Session(), {})["reader"]
