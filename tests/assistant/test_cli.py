import json
from pathlib import Path

import pytest

from assistant.cli import _FORMS, main
from assistant.export.forms import FORMS
from index.settings import Settings
from tests.documents import LIGHTHOUSE, MINUTES, article_settings, described, index_of


@pytest.fixture
def options(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options that name an index of one document."""
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", settings.embedding)
    index_of(settings, lighthouse=LIGHTHOUSE)
    return ["--store", str(settings.store)]


def test_an_answer_is_printed_with_its_places(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Who wrote this?", *options]) == 0
    start = LIGHTHOUSE.index("By Imogen")
    assert capsys.readouterr().out == (
        "“By Imogen Tarrant” [1]\n\n"
        f"[1] lighthouse.txt, characters {start} to {start + 17}: The Lamp at Skerrow Point\n"
    )


def test_an_answer_as_json_holds_quotes_and_spans(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Who wrote this?", "--json", *options]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["answered"] is True
    for citation in answer["citations"]:
        span = citation["span"]
        assert LIGHTHOUSE[span["start"] : span["end"]] == citation["quote"]


@pytest.fixture
def on_the_article(tmp_path: Path) -> list[str]:
    settings = article_settings(tmp_path)
    return ["--store", str(settings.store)]


def test_the_words_that_answer_are_bold_on_a_terminal_alone(
    on_the_article: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["ask", "Who is the president of Microsoft?", *on_the_article]
    assert main(asked) == 0
    piped = capsys.readouterr().out
    assert "\x1b" not in piped
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert main(asked) == 0
    shown = capsys.readouterr().out
    assert "“Microsoft President \x1b[1mBrad Smith\x1b[22m says" in shown
    assert shown.replace("\x1b[1m", "").replace("\x1b[22m", "") == piped
    monkeypatch.undo()
    assert main([*asked, "--json"]) == 0
    (citation,) = json.loads(capsys.readouterr().out)["citations"]
    at = citation["answer"]["start"] - citation["span"]["start"]
    assert citation["quote"][at:].startswith("Brad Smith says")
    assert citation["answer"]["end"] - citation["answer"]["start"] == len("Brad Smith")


def test_no_answer_exits_with_one_and_shows_what_is_near(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Did Google buy the lighthouse?", *options]) == 1
    out = capsys.readouterr().out
    assert out.startswith("The documents don’t say: ‘Google’ does not occur in them.\n")
    assert "Nearest, but not an answer:\n  “" in out


def test_an_empty_question_exits_with_one(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "", *options]) == 1
    assert capsys.readouterr().out == "That was empty. Ask a question in plain words.\n"


def test_without_an_index_one_sentence_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", "tests.fakes:bag_of_words")
    assert main(["ask", "Who?", "--store", str(tmp_path / "none")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "python -m index build" in captured.err
    assert captured.err.count("\n") == 1


def test_only_the_documents_asked_for_are_searched(
    options: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    index_of(settings, minutes=MINUTES)
    question = ["ask", "What did Councillor Brandt propose?", *options]
    assert main([*question, "--document", "minutes.txt"]) == 0
    assert "\nSearched the document ‘minutes.txt’.\n" in capsys.readouterr().out
    assert main([*question, "--document", "lighthouse.txt"]) == 1
    assert "ask all of them" in capsys.readouterr().out
    two = ["--document", "lighthouse.txt", "--document", "minutes.txt", "--json"]
    assert main([*question, *two]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["scope"]["documents"] == ["lighthouse.txt", "minutes.txt"]
    assert answer["documents"] == 2
    for option in (["--author", "A"], ["--folder", "F"], ["--site", "S"], ["--language", "xx"]):
        assert main([*question, *option]) == 1
        assert "There is no document" in capsys.readouterr().out


QUAY = "The Quay\n\nThe keeper left the old quay.\n"


def test_documents_that_hold_some_words_are_listed(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", settings.embedding)
    index_of(settings, boat="The Boat\n\nIts keeper left.\n", quay=QUAY)
    store = ["--store", str(settings.store)]
    assert main(["mentions", '"old quay" keepers', *store]) == 0
    assert capsys.readouterr().out == (
        "1 sentence in 1 document.\n\nThe Quay (1 sentence)\n"
        "  “The keeper left the old quay.”\n  quay.txt, characters 10 to 39: The Quay\n"
    )
    assert main(["mentions", "keeper", "-k", "1", *store]) == 0
    assert "1 more document not listed; see -k." in capsys.readouterr().out
    assert main(["mentions", "keeper", "--document", "quay.txt", "--json", *store]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 1
    assert main(["mentions", "zeppelin", *store]) == 1
    assert capsys.readouterr().out == "No document holds that.\n"
    assert main(["mentions", "the", *store]) == 1
    assert "too common" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--document", "nowhere.txt"], "There is no document 'nowhere.txt' in the index."),
        (["--published-after", "soon"], "'soon' is no date."),
        (["--published-after", "2024", "--published-before", "2023"], "put the earlier date first"),
    ],
)
def test_what_no_document_can_meet_exits_with_two(
    options: list[str], option: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "Who?", *options, *option]) == 2
    assert said in capsys.readouterr().err


def test_author_date_and_site_stand_behind_the_title(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", settings.embedding)
    said = {"author": "Imogen Tarrant", "published": "2024-03-12T08:00Z", "site": "The Post"}
    described(settings, monkeypatch, lighthouse=(LIGHTHOUSE, said))
    main(["ask", "Who wrote this?", "--store", str(settings.store)])
    out = capsys.readouterr().out
    assert out.endswith(": The Lamp at Skerrow Point, Imogen Tarrant, 12 March 2024, The Post\n")


def test_wrong_usage_exits_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["ask"])
    assert "question" in capsys.readouterr().err


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert "Exit status: 0 answered; 1 the documents don't say; 2 could not do it." in " ".join(
        capsys.readouterr().out.split()
    )


def test_the_forms_are_those_there_are() -> None:
    assert set(_FORMS) == set(FORMS)
