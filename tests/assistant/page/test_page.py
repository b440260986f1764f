import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from assistant.answer import Answer
from assistant.page.desk.article import ArticleDesk
from assistant.page.desk.changes import Changes
from assistant.page.desk.desk import Desk
from assistant.page.desk.saying import guarded
from assistant.page.desk.shelf import ShelfDesk
from assistant.page.documents.choice import key_of
from assistant.page.documents.keeper import Keeper
from assistant.page.documents.library import Startup
from assistant.page.head import page_head
from assistant.page.page import build_page
from assistant.page.session import Session
from index.document import Document
from index.errors import StoreError
from index.settings import Settings
from tests.scripted import ScriptedAssistant, failing, quoted

if TYPE_CHECKING:
    from assistant.ask import Assistant

NEWS = Document(
    id="news.txt",
    title="Bakery opens on Tuesday",
    text=(
        "Bakery opens on Tuesday\n\nThe new bakery opens at seven. "
        "Its bread is baked by Ada Miller."
    ),
    digest="1",
    source="news.txt",
)
SPORT = Document(
    id="sport & fun.txt",
    title="Harbour wins the regatta",
    text="Harbour wins the regatta\n\nThe harbour crew won the regatta by two boat lengths.",
    digest="2",
    source="sport & fun.txt",
)


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant([NEWS, SPORT])


@pytest.fixture
def desk(assistant: ScriptedAssistant) -> Desk:
    return desk_of(assistant)


def desk_of(assistant: ScriptedAssistant, startup: Startup | None = None) -> Desk:
    return Desk(cast("Assistant", assistant), Path("seeds"), lambda: startup or Startup())


def all_of(changes: Iterator[Changes]) -> Changes:
    shown: Changes = {}
    for change in changes:
        shown.update(change)
    return shown


def asked(desk: Desk, session: Session, question: str) -> Changes:
    return all_of(desk.ask(session, question))


def test_the_page_offers_one_public_function(assistant: ScriptedAssistant) -> None:
    page = build_page(cast("Assistant", assistant), sources=Path("seeds"))
    config = page.get_config_file()
    public = [d["api_name"] for d in config["dependencies"] if d["api_visibility"] == "public"]
    assert public == ["ask"]
    assert "Bakery" not in str(config["components"])


def test_the_public_function_gives_what_json_can_hold(assistant: ScriptedAssistant) -> None:
    page = build_page(cast("Assistant", assistant), sources=Path("seeds"))
    ask = next(fn.fn for fn in page.fns.values() if fn.api_name == "ask")
    assert ask is not None
    answer = json.loads(json.dumps(ask("Is the bread baked by Ada Miller?")))
    first = answer["citations"][0]
    assert NEWS.text[first["start"] : first["end"]] == first["quote"]
    assert first["document_id"] == "news.txt"


def test_the_head_asks_nothing_of_another_host() -> None:
    named = set(re.findall(r"\w+://[\w.]+", page_head()))
    assert named == {"http://www.w3.org"}  # the name of SVG's vocabulary, which nothing fetches
    assert "@import" not in page_head()


def test_an_answer_comes_with_the_article_it_is_cut_from(desk: Desk) -> None:
    session = Session()
    shown = asked(desk, session, "Who won the regatta?")
    assert 'data-document="sport &amp; fun.txt"' in shown["reader"]
    assert "The harbour crew won the regatta by two boat lengths.</mark>" in shown["reader"]
    assert 'href="#cite-0-1"' in shown["conversation"]
    assert shown["composer"].busy is False


def test_the_open_document_and_the_history_go_with_the_question(
    assistant: ScriptedAssistant, desk: Desk
) -> None:
    session = Session()
    ArticleDesk(desk).open(session, {"document": "news.txt"})
    asked(desk, session, "Who bakes the bread?")
    asked(desk, session, "And when?")
    question, history, document_id = assistant.asked[-1]
    assert (question, document_id) == ("And when?", "news.txt")
    assert [turn[0] for turn in history] == ["Who bakes the bread?"]


def test_quotes_are_shown_for_what_they_are_while_the_model_writes(
    assistant: ScriptedAssistant, desk: Desk
) -> None:
    def script(question: str) -> Iterator[Answer]:
        found = quoted(f"{question} The crew?", assistant.documents)
        yield replace(found, growing=True)
        yield replace(found, text="The crew won [1].", mode="prose", growing=True)
        yield replace(found, text="The crew won [1].", mode="prose")

    assistant.script = script
    shown = [change["conversation"] for change in desk.ask(Session(), "Did the harbour win?")]
    assert "The harbour crew won the regatta by two" in shown[1]
    assert "The language model is writing; until then, these are the documents’ own" in shown[1]
    assert "Written by the language model" not in shown[1]
    assert "Written by the language model" in shown[2]
    assert "Writing …" in shown[2]
    assert "pq-working" not in shown[-1]


def test_an_article_that_cannot_be_shown_leaves_the_box_free(
    assistant: ScriptedAssistant, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> Document:
        raise RuntimeError("nobody expects this")

    monkeypatch.setattr(assistant, "document", broken)
    shown = asked(desk, Session(), "Who won the regatta?")
    assert shown["composer"].busy is False
    assert "Something went wrong" in shown["note"]


def test_two_sessions_never_see_each_other(desk: Desk) -> None:
    one, other = Session(), Session()
    asked(desk, one, "Who won the regatta?")
    shown = asked(desk, other, "When does the bakery open?")
    assert "regatta" not in shown["conversation"]
    assert ArticleDesk(desk).cite(other, {"turn": 1, "number": 1}) == {}


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_answered_with_a_sentence(desk: Desk, question: str) -> None:
    session = Session()
    assert "Type a question first." in asked(desk, session, question)["note"]
    assert session.turns == []


def test_a_huge_question_is_shown_cut(desk: Desk) -> None:
    shown = asked(desk, Session(), "bakery opens " * 10_000)
    assert len(shown["conversation"]) < 20_000


def test_retry_takes_the_question_from_the_server(assistant: ScriptedAssistant, desk: Desk) -> None:
    session = Session()
    asked(desk, session, "Who won the regatta?")
    asked(desk, session, "When does the bakery open?")
    all_of(desk.retry(session, {"turn": 0, "question": "Something else"}))
    assert [turn.question for turn in session.turns] == ["Who won the regatta?"]
    assert assistant.asked[-1][1] == []


def test_an_edited_question_replaces_its_turn_and_what_follows(desk: Desk) -> None:
    session = Session()
    for question in ("Who won the regatta?", "When does the bakery open?", "Who is Ada Miller?"):
        asked(desk, session, question)
    assert desk.edit(session, {"turn": 1})["composer"].words == "When does the bakery open?"
    asked(desk, session, "Who bakes the bread?")
    assert [turn.question for turn in session.turns] == [
        "Who won the regatta?",
        "Who bakes the bread?",
    ]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"turn": -1},
        {"turn": 7},
        {"turn": "0"},
        {"turn": True},
        {"turn": None, "number": 1},
        {"turn": 0, "number": "1"},
        {"turn": 0, "number": [1]},
        {"turn": 0, "number": 99},
        {"start": -5, "end": 10},
        {"start": 5, "end": "x"},
        {"document": {"id": 1}},
    ],
)
def test_what_a_browser_makes_up_changes_nothing(desk: Desk, data: Mapping[str, object]) -> None:
    session = Session()
    asked(desk, session, "Who won the regatta?")
    before = [turn.question for turn in session.turns]
    ArticleDesk(desk).cite(session, data)
    ArticleDesk(desk).more(session, data)
    if data.get("turn") != 0:
        all_of(desk.retry(session, data))
        desk.edit(session, data)
        assert session.editing is None
    all_of(desk.example(session, data))
    ArticleDesk(desk).open(session, data)
    assert [turn.question for turn in session.turns] == before


def test_an_unknown_document_gets_a_sentence_and_the_list(desk: Desk) -> None:
    reader = ArticleDesk(desk).open(Session(), {"document": "../../etc/passwd"})["reader"]
    assert "is no longer among the documents." in reader
    assert 'data-document="news.txt"' in reader


def test_a_failing_assistant_gets_a_sentence_and_frees_the_composer() -> None:
    fail = failing(StoreError("The index in 'x' is damaged: vectors are missing."))
    shown = asked(desk_of(ScriptedAssistant([NEWS], fail)), Session(), "Who?")
    assert "is damaged: vectors are missing." in shown["conversation"]
    assert shown["composer"].busy is False


def test_an_unforeseen_exception_gets_a_sentence_and_frees_the_composer() -> None:
    fail = failing(RuntimeError("secret detail"), quoted("bakery", [NEWS]))
    shown = asked(desk_of(ScriptedAssistant([NEWS], fail)), Session(), "When does the bakery open?")
    assert "Something went wrong here." in shown["conversation"]
    assert "secret detail" not in shown["conversation"]
    assert shown["composer"].busy is False


def test_stop_ends_the_answer_and_leaves_it_out_of_the_history() -> None:
    closed = []

    def slowly(question: str) -> Iterator[Answer]:
        try:
            while True:
                yield quoted(question, [NEWS])
        finally:
            closed.append(question)

    assistant = ScriptedAssistant([NEWS], slowly)
    desk, session = desk_of(assistant), Session()
    answering = desk.ask(session, "When does the bakery open?")
    next(answering), next(answering)
    assert "The last answer is still coming." in asked(desk, session, "Another?")["note"]
    shown = desk.stop(session)
    answering.close()  # type: ignore[attr-defined]
    assert closed == ["When does the bakery open?"]
    assert "Stopped." in shown["conversation"]
    assert shown["composer"].busy is False
    assert session.history() == []
    assert not session.busy


def test_a_conversation_cleared_while_answering_stays_clear(desk: Desk) -> None:
    session = Session()
    answering = desk.ask(session, "Who won the regatta?")
    next(answering)
    assert "What would you like to know?" in desk.clear(session)["conversation"]
    assert list(answering) == []
    assert session.turns == []


def test_the_only_document_lies_open() -> None:
    shown = desk_of(ScriptedAssistant([NEWS])).arrive(Session())
    assert 'data-document="news.txt"' in shown["reader"]
    assert shown["composer"].ready is True


def test_several_documents_are_listed_with_what_failed_and_what_changed() -> None:
    assistant = ScriptedAssistant(
        [NEWS, SPORT],
        failures=(("<b>scan.bin", "Cannot use it: a binary file."),),
        changed=("new.txt",),
    )
    shown = desk_of(assistant).arrive(Session())
    assert shown["reader"].count('data-act="open"') == 2
    assert "&lt;b&gt;scan.bin" in shown["reader"]
    assert "Cannot use it: a binary file." in shown["reader"]
    assert "The sources have changed since they were indexed: new.txt." in shown["masthead"]


def test_no_documents_yet_says_what_to_do() -> None:
    assistant = ScriptedAssistant([], problem="No index in 'x' yet.")
    shown = desk_of(assistant).arrive(Session())
    assert "No index in &#x27;x&#x27; yet." in shown["conversation"]
    assert str(Path("seeds").absolute()) in shown["conversation"]
    assert shown["composer"].ready is False


def test_while_building_the_page_shows_how_far_it_is_then_opens_by_itself() -> None:
    assistant, session = ScriptedAssistant([]), Session()
    during = desk_of(assistant, Startup(running=True, stage="Embedding", done=3, total=10))
    shown = during.arrive(session)
    assert "Embedding 3 of 10" in shown["masthead"]
    assert shown["building"] is True
    assistant.documents.append(NEWS)
    shown = desk_of(assistant).tick(session)
    assert shown["building"] is False
    assert shown["composer"].ready is True
    assert 'data-document="news.txt"' in shown["reader"]


def test_a_page_is_told_only_what_has_changed(assistant: ScriptedAssistant, desk: Desk) -> None:
    session = Session()
    desk.arrive(session)
    assert desk.notice(session) == {}
    assistant.changed = ("new.txt",)
    assert "new.txt" in desk.notice(session)["masthead"]
    assert desk.notice(session) == {}


def test_a_file_in_an_empty_folder_is_noticed(tmp_path: Path) -> None:
    keeper = Keeper(Settings(sources=tmp_path, store=tmp_path / "store"))
    assistant, session = ScriptedAssistant([]), Session()
    desk = Desk(cast("Assistant", assistant), tmp_path, Startup, keeper=keeper)
    assert "Drop files anywhere" in desk.arrive(session)["conversation"]
    assistant.changed = ("new.txt",)
    shown = desk.notice(session)["masthead"]
    assert "new.txt" in shown
    assert 'data-act="renew"' in shown


@pytest.mark.parametrize("read_only", [True, False])
def test_where_documents_stay_as_they_are_only_an_update_is_offered(
    tmp_path: Path, read_only: bool
) -> None:
    keeper = Keeper(Settings(sources=tmp_path, store=tmp_path / "store"), read_only=read_only)
    for documents in ([], [NEWS]):
        assistant = ScriptedAssistant(documents, failures=(("b.txt", "It is empty."),))
        desk = Desk(cast("Assistant", assistant), tmp_path, Startup, keeper=keeper)
        shown = desk.arrive(Session())
        page = "".join(
            (
                shown["masthead"],
                shown["conversation"],
                ArticleDesk(desk).open(Session(), {})["reader"],
            )
        )
        for act in ("bring", "paste", "remove"):
            assert (f'data-act="{act}"' in page) is not read_only
        assert 'data-act="renew"' in page
        assert ("data-refusal" in page) is read_only


def test_every_file_of_a_document_is_removed_and_the_index_follows(tmp_path: Path) -> None:
    updates: list[bool] = []
    settings = Settings(sources=tmp_path, store=tmp_path / "store")
    keeper = Keeper(settings, lambda: updates.append(True))
    (tmp_path / "news.txt").write_text(NEWS.text)
    desk = Desk(cast("Assistant", ScriptedAssistant([NEWS])), tmp_path, Startup, keeper=keeper)
    session = Session()
    shown = ShelfDesk(desk).remove(session, {"document": "news.txt"})
    assert "news.txt was removed" in re.sub("<[^>]+>", "", shown["reader"])
    assert not (tmp_path / "news.txt").exists()
    (kept,) = keeper.removed()
    ShelfDesk(desk).put_back(session, {"key": kept.key})
    assert (tmp_path / "news.txt").read_text() == NEWS.text
    assert updates == [True, True]


@pytest.mark.parametrize("document", [None, 7, ["news.txt"], "../news.txt"])
def test_what_is_no_document_is_not_removed(tmp_path: Path, document: object) -> None:
    keeper = Keeper(Settings(sources=tmp_path, store=tmp_path / "store"))
    (tmp_path / "news.txt").write_text(NEWS.text)
    desk = Desk(cast("Assistant", ScriptedAssistant([NEWS])), tmp_path, Startup, keeper=keeper)
    shown = guarded(lambda: ShelfDesk(desk).remove(Session(), {"document": document}))
    assert "no longer in the folder" in shown["note"]
    assert (tmp_path / "news.txt").exists()


def test_examples_are_those_of_the_index_in_service(desk: Desk) -> None:
    session = Session()
    desk.arrive(session)
    session.known = ("before", *session.known[1:])
    session.examples = ["Old?"]
    desk.refresh(session)
    assert "Old?" not in session.examples


def test_an_old_index_is_usable_while_a_new_one_is_built(assistant: ScriptedAssistant) -> None:
    desk = desk_of(assistant, Startup(running=True, stage="Embedding", done=3, total=10))
    shown = desk.arrive(Session())
    assert shown["composer"].ready is True
    assert "What would you like to know?" in shown["conversation"]


def test_the_host_that_passages_are_sent_to_is_named_before_the_first_question() -> None:
    assistant = ScriptedAssistant([NEWS], model_host="127.0.0.1:11434")
    assert "passages are sent to 127.0.0.1:11434" in desk_of(assistant).arrive(Session())["note"]


def test_an_example_question_is_asked_by_its_number(
    assistant: ScriptedAssistant, desk: Desk
) -> None:
    session = Session()
    desk.arrive(session)
    all_of(desk.example(session, {"number": 1}))
    assert assistant.asked[-1][0] == session.examples[1]


def test_a_long_document_grows_where_the_reader_asks_and_what_was_shown_stays() -> None:
    lines = "".join(f"This is line {number} of the text.\n" for number in range(30_000))
    long = Document("long.txt", "Long", lines, "3", "long.txt")
    desk, session = desk_of(ScriptedAssistant([long])), Session()
    shown = lines_in(ArticleDesk(desk).open(session, {"document": "long.txt"})["reader"])
    assert 1_000 < len(shown) < 2_000
    for start in (40_000, 500_000, len(lines) - 40_000):
        grown = lines_in(
            ArticleDesk(desk).more(session, {"start": start, "end": start + 40_000})["reader"]
        )
        assert shown < grown
        shown = grown
    assert len(shown) < 6_000


def test_a_new_session_takes_up_the_document_that_lies_open_on_the_page(desk: Desk) -> None:
    session, before = Session(), Session()
    shown = desk.resume(session, {"session": before.key, "turns": 2, "document": "news.txt"})
    assert 'data-document="news.txt"' in shown["reader"]
    assert f'data-session="{session.key}" data-turns="0"' in shown["conversation"]
    assert session.key != before.key
    assert shown["composer"].busy is False


def test_a_page_that_was_cut_off_is_shown_how_things_stand(desk: Desk) -> None:
    session = Session()
    asked(desk, session, "Who won the regatta?")
    answering = desk.ask(session, "When does the bakery open?")
    next(answering)
    for seen in (
        {"session": session.key, "turns": 1, "busy": True},  # it has not seen this question
        {"session": session.key, "turns": 2, "busy": False},
        {"session": "another", "turns": 2, "busy": True},
    ):
        assert "conversation" not in desk.resume(session, seen)
        assert session.busy
    shown = desk.resume(session, {"session": session.key, "turns": 2, "busy": True})
    assert "Stopped." in shown["conversation"]
    assert "regatta" in shown["conversation"]
    assert "reader" not in shown
    assert shown["composer"].busy is False


def test_words_that_an_earlier_session_cited_open_where_they_stand(desk: Desk) -> None:
    session, quote = Session(), "Its bread is baked by Ada Miller."
    start = NEWS.text.index(quote)
    place = {"document": "news.txt", "start": start, "end": start + len(quote), "number": 7}
    reader = ArticleDesk(desk).place(session, {**place, "quote": quote})["reader"]
    assert f'data-cites="7" tabindex="-1">{quote}</mark>' in reader
    assert 'data-turn="-1" data-of="' in reader
    assert 'data-active="7"' in reader
    moved = ArticleDesk(desk).place(session, {**place, "quote": "Its bread is baked by Ada Mills."})
    assert moved == {"note": moved["note"]}
    assert "has changed: the quote stands there no more." in moved["note"]


def test_a_new_conversation_says_nothing_of_the_last(desk: Desk) -> None:
    session = Session()
    list(desk.ask(session, "Who bakes the bread?"))
    assert "replaces the question" in desk.edit(session, {"turn": 0})["note"]
    assert "replaces the question" not in desk.clear(session)["note"]


@pytest.mark.parametrize(
    "data", [{}, {"start": 0, "end": 5}, {"start": 5, "end": 0, "number": 1}, {"number": 1}]
)
def test_a_place_that_is_none_changes_nothing(desk: Desk, data: Mapping[str, object]) -> None:
    assert ArticleDesk(desk).place(Session(), {"document": "news.txt", "quote": "", **data}) == {}


def lines_in(reader: str) -> set[str]:
    return set(re.findall(r"line \d+ of", reader))


def chosen(desk: Desk, session: Session, *documents: str) -> Changes:
    return ShelfDesk(desk).choose(session, {"documents": " ".join(map(key_of, documents))})


def test_the_chip_says_what_a_question_will_search(desk: Desk) -> None:
    session = Session()
    assert "Asks all 2 documents" in desk.arrive(session)["scope"]
    shown = chosen(desk, session, "sport & fun.txt")["scope"]
    assert "Asks only <strong>“<bdi>Harbour wins the regatta</bdi>”</strong>" in shown
    assert 'data-act="everything"' in shown
    shown = chosen(desk, session, "sport & fun.txt", "news.txt")["scope"]
    assert "<strong>2 of 2 documents</strong>" in shown
    assert "everything" not in chosen(desk, session)["scope"]


def test_a_question_is_asked_of_what_was_chosen(assistant: ScriptedAssistant, desk: Desk) -> None:
    session = Session()
    chosen(desk, session, "news.txt")
    shown = asked(desk, session, "Who won the regatta by two boat lengths?")
    assert assistant.scopes == [("news.txt",)]
    assert '<button type="button" data-act="askall" data-turn="0">' in shown["conversation"]
    shown = all_of(desk.retry(session, {"turn": 0, "everything": True}))
    assert assistant.scopes[-1] == ()
    assert "askall" not in shown["conversation"]
    assert session.chosen == ()


def test_what_is_gone_is_left_out_and_never_means_everything(
    assistant: ScriptedAssistant, desk: Desk
) -> None:
    session = Session()
    chosen(desk, session, "news.txt", "sport & fun.txt")
    assistant.documents = [NEWS]
    asked(desk, session, "Who bakes the bread?")
    assert assistant.scopes[-1] == ("news.txt",)
    assistant.documents = [SPORT]
    shown = asked(desk, session, "Who won the regatta?")
    assert "There is no document &#x27;news.txt&#x27; in the index." in shown["conversation"]


@pytest.mark.parametrize("sent", [None, 7, ["news.txt"], "news.txt", {"a": 1}])
def test_what_names_no_document_chooses_none(desk: Desk, sent: object) -> None:
    session = Session()
    ShelfDesk(desk).choose(session, {"documents": sent})
    assert session.chosen == ()


def test_the_list_tells_author_date_and_site_and_has_a_box_for_each() -> None:
    said = {"author": "A. <b>", "published": "2024-03-12", "url": "https://www.post.example/x"}
    told = replace(NEWS, metadata=said)
    shown = desk_of(ScriptedAssistant([told, SPORT])).arrive(Session())["reader"]
    facts = "<bdi>A. &lt;b&gt;</bdi> · <bdi>12 March 2024</bdi> · <bdi>post.example</bdi>"
    assert facts in shown
    assert shown.count('type="checkbox"') == 2
    assert 'aria-label="Ask Bakery opens on Tuesday"' in shown
    assert "Newest first" in shown
    alone = desk_of(ScriptedAssistant([NEWS]))
    assert "checkbox" not in ArticleDesk(alone).open(Session(), {})["reader"]


def test_a_quote_tells_file_author_date_and_site(assistant: ScriptedAssistant) -> None:
    said = {"author": "Ada", "published": "2024-03", "site": "The Post"}
    assistant.documents = [replace(NEWS, metadata=said), SPORT]
    shown = asked(desk_of(assistant), Session(), "Is the bread baked by Ada Miller?")
    facts = ("news.txt", "Ada", "March 2024", "The Post")
    assert " · ".join(f"<bdi>{fact}</bdi>" for fact in facts) in shown["conversation"]


def test_a_turn_is_asked_again_with_just_the_words_typed(
    assistant: ScriptedAssistant, desk: Desk
) -> None:
    def glued(question: str) -> Iterator[Answer]:
        searched = question if assistant.typed[-1] else f"bread? {question}"
        yield replace(quoted(question, assistant.documents), searched=searched)

    assistant.script = glued
    session = Session()
    shown = asked(desk, session, "When does the new bakery open?")["conversation"]
    assert 'data-act="typed" data-turn="0"' in shown
    again = all_of(desk.retry(session, {"turn": 0, "typed": True}))["conversation"]
    assert assistant.typed == [False, True]
    assert "Searched for" not in again
    all_of(desk.retry(session, {"turn": 0}))  # it stays so
    assert assistant.typed[-1]


def test_a_quote_comes_with_the_sentences_around_it(desk: Desk) -> None:
    shown = asked(desk, Session(), "When does the new bakery open?")["conversation"]
    assert 'data-before="Bakery opens on Tuesday" ' in shown
    assert 'data-after="Its bread is baked by Ada Miller."' in shown


def test_words_are_found_where_a_long_document_is_not_shown() -> None:
    text = "A line of text.\n" * 60_000 + "The  Zebra\nstands here.\n" + "More.\n" * 9000
    text += "Another zebra stands."
    desk = desk_of(ScriptedAssistant([Document("l.txt", "Long", text, "1", "l.txt")]))
    session = Session()
    ArticleDesk(desk).open(session, {"document": "l.txt"})
    place = text.index("Zebra")
    shown = ArticleDesk(desk).find(session, {"words": "zebra  STANDS", "near": -1, "step": 1})[
        "reader"
    ]
    assert f'data-count="2" data-start="{place}" data-end="{place + 12}" data-number="1"' in shown
    assert "Zebra\nstands here." in shown
    further = ArticleDesk(desk).find(session, {"words": "zebra stands", "near": place, "step": 1})[
        "reader"
    ]
    assert 'data-number="2"' in further
    assert "Zebra\nstands here." in further
    assert (
        'data-count="0">'
        in ArticleDesk(desk).find(session, {"words": "[", "near": 0, "step": 1})["reader"]
    )
    assert ArticleDesk(desk).find(session, {"words": 3, "near": 0, "step": 1}) == {}


def test_selected_words_are_copied_with_their_source(desk: Desk) -> None:
    at = NEWS.text.index("Its bread")
    sent = {"document": "news.txt", "digest": NEWS.digest, "start": at, "end": at + 99}
    note = html.unescape(ArticleDesk(desk).quotation(Session(), sent)["note"])
    place = f"characters {at}–{len(NEWS.text)}"
    assert f"“Its bread is baked by Ada Miller.” — {NEWS.title}, news.txt, {place}" in note
    assert ArticleDesk(desk).quotation(Session(), {**sent, "start": 999, "end": 1000}) == {}
    assert ArticleDesk(desk).quotation(Session(), {**sent, "start": "0"}) == {}
