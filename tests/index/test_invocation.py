from pathlib import Path

import pytest

from index.errors import StoreMissingError, UnknownDocumentError
from index.invocation import assistant_program, index_command


@pytest.mark.parametrize("started", ["/usr/bin/pullquote", "pullquote.exe", "bin/pullquote"])
def test_whoever_installed_it_is_told_the_installed_command(
    started: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [started])
    assert index_command("build") == "`pullquote index build`"
    assert assistant_program() == "pullquote"
    assert "`pullquote index build`" in str(StoreMissingError(Path("store")))
    assert "`pullquote index status`" in str(UnknownDocumentError("a.txt"))


@pytest.mark.parametrize("started", ["app.py", "/src/index/__main__.py", "-c", ""])
def test_whoever_runs_the_source_is_told_the_modules(
    started: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [started])
    assert index_command("build") == "`python -m index build`"
    assert assistant_program() == "python -m assistant"
