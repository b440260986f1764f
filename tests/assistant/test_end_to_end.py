"""The user's article, the default embedding and Chroma: what is quoted is what the file says.

The proof comes from outside: `text_of` decodes the sources by itself, and the spans are taken from
the JSON that the command line prints.
"""

import codecs
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from assistant import Answer, Assistant
from assistant.answer import cite
from index.build import build
from index.document import Document, Span
from index.errors import StoreDamagedError
from index.settings import Settings
from index.verify import verify
from tests.serving import ROOT

ARTICLE = ROOT / "seeds" / "000_7ff9b288b4a5e8d3.txt"
PITCHED = "When did Microsoft pitch facial recognition to the DEA?"
AMAZON = "it would suspend police use of its controversial facial-recognition technology"
IBM = "it would no longer sell facial recognition services to most customers"


@dataclass(frozen=True)
class Case:
    """A question, and words of the article that must be among the quotes; none: not answerable."""

    question: str
    gold: str = ""
    reason: str = ""


CASES = (
    Case(PITCHED, "as recently as 2018"),
    Case("What did Amazon announce?", AMAZON),
    Case("What did IBM announce?", IBM),
    Case("How did the ACLU obtain the emails?", "through a lawsuit against the DEA and FBI"),
    Case("What did immigrant rights groups ask tech companies to do?", "to stop sharing their"),
    Case("What does Brad Smith say the company does not sell?", "Microsoft President Brad Smith"),
    Case("What did Nadella downplay?", "work with ICE"),
    Case("Did Google sell facial recognition to the DEA?", reason="Google"),
    Case("What is the capital of France?", reason="France"),
    Case("How do I bake sourdough bread?", reason="sourdough"),
)


def text_of(path: Path) -> str:
    """What a source says, by code that shares nothing with the product."""
    decoded = path.read_bytes().removeprefix(codecs.BOM_UTF8).decode("utf-8")
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line as a user does, in a folder whose settings are all defaults."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def settings_in(folder: Path) -> Settings:
    return Settings(sources=folder / "seeds", store=folder / ".pullquote")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the article and its index, made by the command line."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "seeds").mkdir()
    shutil.copy(ARTICLE, folder / "seeds")
    built = run(folder, "index", "build")
    assert built.returncode == 0, built.stderr
    assert built.stdout.startswith("1 document (1 added), ")
    return folder


@pytest.fixture(scope="module")
def assistant(home: Path) -> Assistant:
    return Assistant(settings_in(home))


@pytest.fixture(scope="module")
def document(assistant: Assistant) -> Document:
    return assistant.document(ARTICLE.name)


def check(answer: Answer, text: str) -> None:
    """Every quote is the file's words, at its place, and the printed text shows it whole."""
    for citation in (*answer.citations, *answer.nearest):
        assert citation.quote == text[citation.span.start : citation.span.end]
        assert citation.quote
    for citation in answer.citations:
        assert f"“{citation.quote}” [{citation.number}]" in answer.text


def test_the_index_is_sound(home: Path) -> None:
    ended = run(home, "index", "verify")
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
def test_a_question_about_the_article(case: Case, assistant: Assistant) -> None:
    answer = assistant.ask(case.question)
    check(answer, text_of(ARTICLE))
    assert answer.answered is bool(case.gold)
    if case.gold:
        assert any(case.gold in citation.quote for citation in answer.citations)
        assert len(answer.citations) <= 4
    else:
        assert case.reason in answer.reason
        assert answer.text == answer.reason
        assert not answer.citations


def test_the_command_line_says_where_the_file_says_it(home: Path) -> None:
    ended = run(home, "assistant", "ask", PITCHED, "--json")
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout)
    assert answer["citations"]
    for citation in answer["citations"]:
        source = home / "seeds" / citation["document_id"]
        span = citation["span"]
        assert citation["quote"] == text_of(source)[span["start"] : span["end"]]


def test_the_command_line_tells_a_script_that_there_is_no_answer(home: Path) -> None:
    ended = run(home, "assistant", "ask", "What is the capital of France?")
    assert ended.returncode == 1
    assert "France" in ended.stdout


def test_follow_ups_find_what_they_mean(assistant: Assistant) -> None:
    history: list[tuple[str, str]] = []
    answers = []
    for question in ("What did Amazon announce?", "For how long?", "And IBM?"):
        answer = assistant.ask(question, history)
        check(answer, text_of(ARTICLE))
        history.append((question, answer.text))
        answers.append(answer)
    first, second, third = answers
    assert first.searched == first.question
    assert any(AMAZON in citation.quote for citation in second.citations)
    assert "IBM" in third.searched
    assert any(IBM in citation.quote for citation in third.citations)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda text: codecs.BOM_UTF8 + text.encode(), id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="CR"),
    ],
)
def test_the_file_s_form_changes_no_quote(
    written: Callable[[str], bytes], assistant: Assistant, tmp_path: Path
) -> None:
    source = tmp_path / "seeds" / ARTICLE.name
    source.parent.mkdir()
    source.write_bytes(written(text_of(ARTICLE)))
    build(settings_in(tmp_path))
    answer = Assistant(settings_in(tmp_path)).ask(PITCHED)
    check(answer, text_of(source))
    expected = assistant.ask(PITCHED).citations
    assert [replace(one, digest="") for one in answer.citations] == [
        replace(one, digest="") for one in expected
    ]


def test_a_changed_digit_is_noticed_and_then_quoted(tmp_path: Path) -> None:
    source = tmp_path / "seeds" / ARTICLE.name
    source.parent.mkdir()
    shutil.copy(ARTICLE, source)
    build(settings_in(tmp_path))
    assistant = Assistant(settings_in(tmp_path))
    assert not assistant.status().changed
    source.write_bytes(source.read_bytes().replace(b"2018", b"2017"))
    assert assistant.status().changed == (ARTICLE.name,)
    build(settings_in(tmp_path))
    answer = assistant.ask(PITCHED)
    check(answer, text_of(source))
    assert any("as recently as 2017" in citation.quote for citation in answer.citations)
    assert "2018" not in answer.text


@given(data=st.data())
def test_a_citation_holds_the_words_at_its_span(document: Document, data: st.DataObject) -> None:
    places = st.integers(0, len(document.text) + 20)
    start, end = sorted((data.draw(places), data.draw(places)))
    if start == end or end > len(document.text):
        with pytest.raises(ValueError, match="nothing to quote"):
            cite(1, document, Span(start, end))
    else:
        assert cite(1, document, Span(start, end)).quote == text_of(ARTICLE)[start:end]


@given(data=st.data())
@with_settings(deadline=None)  # a question that is new is read, which takes its time
def test_every_citation_of_every_question_equals_its_slice(
    assistant: Assistant, data: st.DataObject
) -> None:
    words = re.findall(r"\w+", text_of(ARTICLE))
    asked = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=8))
    check(assistant.ask(f"{' '.join(asked)}?"), text_of(ARTICLE))


@dataclass(frozen=True)
class Slip:
    """One word or digit that is not as it was."""

    start: int
    end: int
    words: str

    def made_in(self, text: str) -> str:
        return text[: self.start] + self.words + text[self.end :]


@st.composite
def slips(draw: st.DrawFn) -> Slip:
    found = draw(st.sampled_from(list(re.finditer(r"\d|[^\W\d]+", text_of(ARTICLE)))))
    others = st.integers(0, 9).map(str) if found[0].isdigit() else st.sampled_from(["not", "Xerox"])
    words = draw(others.filter(lambda other: other != found[0]))
    return Slip(*found.span(), words)


@given(slip=slips(), data=st.data())
def test_a_citation_never_has_words_that_the_file_has_not(
    document: Document, slip: Slip, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, slip.start))
    end = data.draw(st.integers(slip.end, len(document.text)))
    wrong = slip.made_in(document.text)[start : end + len(slip.words) - (slip.end - slip.start)]
    citation = cite(1, document, Span(start, end))
    assert citation.quote != wrong
    with pytest.raises(AssertionError):
        check(stating(wrong, document, Span(start, end)), text_of(ARTICLE))


def stating(quote: str, document: Document, span: Span) -> Answer:
    """An answer whose quote was tampered with: what `check` has to find."""
    citation = replace(cite(1, document, span), quote=quote)
    return Answer(
        question=PITCHED,
        searched=PITCHED,
        text=f"“{quote}” [1]",
        citations=(citation,),
        answered=True,
    )


@with_settings(max_examples=8, deadline=None)
@given(slip=slips())
def test_a_changed_word_in_the_store_never_passes(home: Path, slip: Slip) -> None:
    with TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        shutil.copytree(home / ".pullquote", store)
        (texts,) = store.rglob("texts.sqlite")
        with closing(sqlite3.connect(texts, isolation_level=None)) as changed:
            ((text,),) = changed.execute("SELECT text FROM documents").fetchall()
            changed.execute("UPDATE documents SET text = ?", (slip.made_in(text),))
        try:
            faults = verify(replace(settings_in(home), store=store)).faults
        except StoreDamagedError:
            return
        assert faults
