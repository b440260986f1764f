import json
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import cite
from assistant.export.forms import written_notes
from assistant.export.plain import note_as_text
from assistant.kept.conversations import Conversations
from assistant.kept.file import KeptFile
from assistant.kept.notes import Note, Notes
from assistant.page.desk.changes import Changes
from assistant.page.desk.desk import Desk
from assistant.page.desk.keeping import Keeping
from assistant.page.desk.kept import KeptDesk
from assistant.page.desk.reading import ReadAnewError
from assistant.page.documents.library import Startup
from assistant.page.session import Session
from assistant.page.talk.notebook import notebook_html
from index.document import Document, Span
from tests.scripted import ScriptedAssistant

TEXT = "Basil wants warm sun. It <b>hates</b> frost & wind."
GARDEN = Document("garden.md", "The <garden>", TEXT, "d", "garden.md")
SUN = cite(1, GARDEN, Span(0, 21))


class Page:
    """The desk behind a page, asked one question."""

    def __init__(self, folder: Path) -> None:
        self.assistant = ScriptedAssistant([GARDEN])
        kept = Conversations(KeptFile(folder / "kept.sqlite"))
        self.notes = Notes(kept.file)
        desk = Desk(self.assistant, folder, Startup, Keeping(kept))  # type: ignore[arg-type]
        self.keep = KeptDesk(desk, kept)
        self.session = Session()
        list(desk.ask(self.session, "Does basil want warm sun?"))

    def do(self, what: str, **data: object) -> Changes:
        return self.keep.handle(self.session, {"do": what, **data})


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


def quotes(page: Page) -> list[str]:
    return [note.quote.quote for note in page.notes.listed() if note.quote]


def test_a_quote_and_an_answer_are_pinned_as_they_were_cut(page: Page) -> None:
    answer = page.session.turns[0].answer
    assert answer
    told = page.do("pin", turn=0, number=answer.citations[0].number)
    assert "Pinned to the notes." in told["note"]
    assert quotes(page) == [answer.citations[0].quote]
    assert "already" in page.do("pin", turn=0, number=answer.citations[0].number)["note"]
    page.do("pin", turn=0)
    assert quotes(page) == [one.quote for one in answer.citations]


@pytest.mark.parametrize(
    "data",
    [
        {"turn": 7},
        {"turn": "0", "number": 1},
        {"turn": 0, "number": 99},
        {"turn": 0, "number": "1"},
        {},
    ],
)
def test_nothing_is_pinned_that_no_answer_cites(page: Page, data: Mapping[str, Any]) -> None:
    assert page.do("pin", **data) == {}
    assert quotes(page) == []


def test_selected_words_are_cut_from_the_document(page: Page) -> None:
    place = {"document": "garden.md", "digest": "d"}
    page.do("pin words", **place, start=6, end=20)
    assert quotes(page) == ["wants warm sun"]
    for start, end in ((5, 6), (9, 3), ("0", 3), (9_000, 9_001)):
        assert page.do("pin words", **place, start=start, end=end) == {}
    assert quotes(page) == ["wants warm sun"]


def test_of_a_document_that_was_read_anew_nothing_is_cut_at_the_old_places(page: Page) -> None:
    page.assistant.documents[0] = replace(GARDEN, text=f"A correction. {TEXT}", digest="e")
    old = {"document": "garden.md", "digest": "d", "start": 6, "end": 20}
    for digest in ("d", None):
        with pytest.raises(ReadAnewError, match="has been read anew"):
            page.do("pin words", **{**old, "digest": digest})
    assert quotes(page) == []


def test_a_document_that_changed_is_said_and_its_words_stay(page: Page) -> None:
    page.do("pin words", document="garden.md", digest="d", start=0, end=21)
    page.assistant.documents[0] = replace(GARDEN, text="Other.", digest="e")
    shown = page.do("notes")["reader"]
    assert "has changed since" in shown
    assert "Basil wants warm sun." in shown
    page.assistant.documents.clear()
    assert "is no longer among the documents" in page.do("notes")["reader"]


def test_notes_are_written_moved_removed_and_put_back(page: Page) -> None:
    page.do("pin words", document="garden.md", digest="d", start=0, end=21)
    quote = page.notes.listed()[0].key
    page.do("jot", key=quote)
    words = page.notes.listed()[1].key
    page.do("jot", key=words, words="Ask <Anna>.")
    assert "Ask &lt;Anna&gt;." in page.do("shift", key=words, step=-1)["reader"]
    assert [note.key for note in page.notes.listed()] == [words, quote]
    assert f'data-act="pinagain" data-key="{words}"' in page.do("unpin", key=words)["note"]
    page.do("pin again", key=words)
    assert [note.key for note in page.notes.listed()] == [words, quote]
    assert "data-act" not in page.do("unpin", key='1"><script>').get("note", "")


def test_every_form_holds_quotes_and_words(page: Page) -> None:
    notes = [Note(1, words="My *own* words"), Note(2, SUN), Note(3)]
    for form in ("md", "html"):
        text = written_notes(form, notes).decode()
        assert "Basil wants warm sun." in text
        assert "garden.md" in text
    assert json.loads(written_notes("json", notes))["notes"][1]["quote"]["digest"] == "d"
    assert written_notes("docx", notes).startswith(b"PK")
    texts = [note_as_text(note) for note in notes]
    assert texts[0] == "My *own* words"
    assert texts[1].startswith("“Basil wants warm sun.” — The <garden>")
    assert texts[2] == ""
    for note in notes[:2]:
        page.notes.pin([note.quote]) if note.quote else page.notes.write(note.words)
    assert 'data-file="notes.md"' in page.do("take notes", form="md")["parcel"]
    assert page.do("take notes", form="exe")["parcel"] == ""


def test_words_in_a_note_that_was_removed_meanwhile_stand_in_a_new_one(page: Page) -> None:
    page.do("jot")
    (gone,) = page.notes.listed()
    page.notes.remove(gone.key)
    assert page.do("jot", key=gone.key, words="  ") == {}
    told = page.do("jot", key=gone.key, words="An hour of work.")
    assert "in a new one" in told["note"]
    assert "An hour of work." in told["reader"]
    assert [note.words for note in page.notes.listed()] == ["An hour of work."]


class _Open(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.append(tag)


def test_hostile_words_add_no_tags() -> None:
    hostile = "</textarea><img src=x onerror=alert(1)>"
    document = Document(f"{hostile}.txt", hostile, hostile, "d", "x")
    notes = [Note(1, words=hostile), Note(2, cite(1, document, Span(0, len(hostile))))]
    tags = _Open(notebook_html(notes, {2: hostile}, hostile)).tags
    assert not {"img", "script"} & set(tags)
    assert tags.count("textarea") == 1
