import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.cli import main
from index.settings import Settings
from tests.conftest import ARTICLE, ROOT, run_index
from tests.documents import described

Run = Callable[..., int]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, with the test's own folders."""
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", settings.embedding)

    def run(command: str, *arguments: str) -> int:
        folders = ("--sources", str(settings.sources), "--store", str(settings.store))
        return main([command, *folders, *arguments])

    return run


def write(settings: Settings, **texts: str) -> None:
    for name, text in texts.items():
        (settings.sources / f"{name}.txt").write_text(text, "utf-8")


def test_build_says_what_it_did(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat. It rained.", b="A dog barked.")
    assert run("build") == 0
    output = capsys.readouterr()
    assert output.out.startswith("2 documents (2 added), 3 sentences; ")
    assert output.err == "Looking (2)\nReading (2)\nIndexing (3)\n"
    write(settings, b="A wolf howled.", c="It snowed.")
    (settings.sources / "a.txt").unlink()
    assert run("build") == 0
    assert "(1 added, 1 changed, 1 removed), 2 sentences" in capsys.readouterr().out
    assert run("build") == 0
    assert "2 documents (nothing changed), 2 sentences" in capsys.readouterr().out
    assert run("rebuild") == 0
    assert "2 documents (2 added), 2 sentences" in capsys.readouterr().out


def test_build_with_failing_documents_names_them_and_returns_1(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat.", empty="")
    for _ in range(2):
        assert run("build") == 1
        output = capsys.readouterr()
        assert "Cannot use 'empty.txt': there is no text in it. Remove it or fill it." in output.err
        assert "1 sentence, 1 file failed; " in output.out


def test_build_of_an_empty_folder_says_what_to_do(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("build") == 0
    assert "put some there (.csv, " in capsys.readouterr().out
    assert run("status") == 0
    assert "0 documents, built " in capsys.readouterr().out
    assert run("search", "cats") == 0
    assert "Nothing found: there are no documents" in capsys.readouterr().out


def test_build_as_json_tells_everything(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat.", empty="")
    assert run("build", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told.pop("seconds") >= 0
    assert told.pop("version")
    assert told == {
        "documents": 1,
        "sentences": 1,
        "added": ["a.txt"],
        "changed": [],
        "removed": [],
        "renamed": [],
        "unchanged": 0,
        "failures": {
            "empty.txt": "Cannot use 'empty.txt': there is no text in it. Remove it or fill it."
        },
        "embedded": 1,
    }


@pytest.mark.parametrize("command", ["build", "rebuild", "status", "verify"])
def test_missing_sources_folder_is_an_error(
    command: str, run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat.")
    run("build")
    shutil.rmtree(settings.sources)
    capsys.readouterr()
    assert run(command) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert f"The sources folder '{settings.sources}' does not exist. Create it" in output.err


@pytest.mark.parametrize("command", ["status", "verify", "search"])
def test_missing_index_is_an_error(
    command: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, *(["cats"] if command == "search" else [])) == 2
    assert "yet. Build it with `python -m index build`." in capsys.readouterr().err


def test_other_embedding_is_an_error(
    run: Run,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(settings, a="The cat sat.")
    run("build")
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", "tests.fakes:other_bag_of_words")
    for command in (["build"], ["search", "cats"]):
        assert run(*command) == 2
        assert "or set PULLQUOTE_EMBEDDING back" in capsys.readouterr().err
    monkeypatch.setenv("PULLQUOTE_EMBEDDING", "nothing")
    assert run("search", "cats") == 2
    assert "neither 'default' nor 'module:factory'" in capsys.readouterr().err


def test_status_lists_documents_failures_and_changes(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat. It rained.", b="The cat sat. It rained.", c="Dogs")
    run("build")
    capsys.readouterr()
    assert run("status") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "a.txt = b.txt: “a”, 2 sentences",
        "c.txt: “Dogs”, 1 sentence",
    ]
    assert lines[2].startswith("2 documents, built ")
    assert lines[2].endswith(" with BagOfWords bag of words.")
    write(settings, c="Wolves", empty="")
    assert run("status") == 1
    told = capsys.readouterr().out
    assert "'c.txt' was added, changed or removed since." in told
    assert "Bring the index in step with `python -m index build`." in told
    run("build")
    capsys.readouterr()
    assert run("status", "--json") == 1
    status = json.loads(capsys.readouterr().out)
    assert [document["source"] for document in status["documents"]] == ["a.txt = b.txt", "c.txt"]
    assert list(status["failures"]) == ["empty.txt"]
    assert (status["changed"], status["chunks"], status["sentences"]) == ([], 2, 3)
    assert status["embedding"] == "BagOfWords bag of words"
    assert {"built_at", "version"} <= status.keys()


def test_verify_returns_what_it_found(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat.", b="It rained.")
    run("build")
    capsys.readouterr()
    assert run("verify") == 0
    assert capsys.readouterr().out == "2 documents, 2 sentences and 2 vectors checked: sound.\n"
    write(settings, b="It snowed.")
    assert run("verify") == 1
    told = capsys.readouterr().out
    assert "'b.txt' was added, changed or removed since the index was built." in told
    assert "sound. Run `python -m index build` to take in the changes." in told
    (texts,) = settings.store.glob("versions/*/texts.sqlite")
    with closing(sqlite3.connect(texts)) as database:
        database.execute("UPDATE documents SET text = 'The cat ran.' WHERE id = 'a.txt'")
        database.commit()
    assert run("verify") == 2
    told = capsys.readouterr().out
    assert "Fault: 'a.txt': the text of 'a.txt' is not as it was written." in told
    assert "the index is unsound. Run `python -m index rebuild`." in told
    assert run("verify", "--json") == 2
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["changed"] == ["b.txt"]
    assert (outcome["documents"], outcome["sentences"], outcome["vectors"]) == (2, 2, 2)
    assert len(outcome["faults"]) == 2


def test_search_prints_sentences_with_scores_and_places(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="It rained. The cat sat on the mat.", b="A dog barked.")
    run("build")
    capsys.readouterr()
    assert run("search", "cat on a mat", "-k", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("  The cat sat on the mat.")
    assert lines[1] == "       a.txt, characters 11 to 34"
    assert run("search", "cat on a mat", "--json") == 0
    best, *others = json.loads(capsys.readouterr().out)
    assert best["sentence"] == "The cat sat on the mat."
    assert (best["document_id"], best["start"], best["end"]) == ("a.txt", 11, 34)
    assert best["score"] == pytest.approx(
        best["cosine"] + 0.2 * best["cover"] + 0.2 * best["passage_cover"], abs=1e-3
    )
    assert all(best["score"] >= other["score"] for other in others)


@pytest.mark.parametrize("question", ["", "  \n"])
def test_empty_question_is_an_error(
    question: str, run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat.")
    run("build")
    capsys.readouterr()
    assert run("search", question) == 2
    assert capsys.readouterr().err == "The question is empty. Ask one in words.\n"


@pytest.mark.parametrize("question", ["?!…", "漢字", "word " * 20_000, "\udcff", '"cat" OR NOT ('])
def test_any_question_is_searched(question: str, run: Run, settings: Settings) -> None:
    write(settings, a="The cat sat.")
    run("build")
    assert run("search", question) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND"),
        (["bake"], "invalid choice: 'bake'"),
        (["search"], "required: question"),
        (["search", "cats", "-k", "0"], "must be a number from 1, not '0'"),
        (["search", "cats", "-k", "many"], "must be a number from 1, not 'many'"),
        (["build", "--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err


def test_wrong_setting_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PULLQUOTE_MAX_FILE_MB", "huge")
    assert run("build") == 2
    assert "PULLQUOTE_MAX_FILE_MB is 'huge', but must be a number above 0." in (
        capsys.readouterr().err
    )


def test_help_reads_well_and_imports_nothing_heavy() -> None:
    program = """
import sys
from index.cli import main
try:
    main(["--help"])
except SystemExit as ended:
    print(ended.code, *sorted({name.split(".")[0] for name in sys.modules}))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *text, last = ran.stdout.splitlines()
    code, *modules = last.split()
    assert code == "0"
    heavy = {"numpy", "chromadb", "llama_index", "onnxruntime", "gradio", "sentencex", "tiktoken"}
    assert heavy & set(modules) == set()
    for command in ("build", "rebuild", "status", "verify", "search"):
        assert any(line.split()[:1] == [command] for line in text)
    assert "Exit status: 0 done; 1 done, but" in ran.stdout


def test_commands_run_as_a_module_with_plain_lines_when_piped(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    built = run_index("build", "--sources", str(ARTICLE.parent), "--store", store)
    assert built.returncode == 0, built.stderr
    assert [line.split()[0] for line in built.stderr.splitlines()] == [
        "Looking",
        "Reading",
        "Indexing",
    ]
    found = run_index("search", "DEA", "--store", store, "--json", PYTHONIOENCODING="ascii")
    assert found.returncode == 0, found.stderr
    assert found.stdout.isascii()  # what the terminal lacks is escaped
    assert "DEA" in found.stdout


def test_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    command = (
        f"{sys.executable} -m index status --sources {ARTICLE.parent} --store {tmp_path} | true"
    )
    ran = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in ran.stderr


def test_search_keeps_to_the_documents_asked_for(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings, a="The cat sat.", b="The cat ran.")
    run("build")
    capsys.readouterr()
    assert run("search", "cat", "--json", "--document", "b.txt") == 0
    assert [row["document_id"] for row in json.loads(capsys.readouterr().out)] == ["b.txt"]
    assert run("search", "cat", "--author", "Nobody") == 0
    assert "Nothing found: there are no such documents" in capsys.readouterr().out
    assert run("search", "cat", "--document", "c.txt") == 2
    assert "There is no document 'c.txt'" in capsys.readouterr().err


def test_status_tells_author_and_date_where_known(
    run: Run,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = {"author": "Imogen Tarrant", "published": "2024-03"}
    described(settings, monkeypatch, a=("The cat sat.", said), b=("A dog barked.", {}))
    assert run("status") == 0
    out = capsys.readouterr().out
    assert "a.txt: “a”, Imogen Tarrant, March 2024, 1 sentence\n" in out
    assert "b.txt: “b”, 1 sentence\n" in out
    assert run("status", "--json") == 0
    (first, _) = json.loads(capsys.readouterr().out)["documents"]
    assert first["metadata"] == said
