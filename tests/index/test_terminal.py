import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from index.terminal import harmless
from tests.conftest import ROOT

STEERING = "Line one \x1b[2J\x1b]0;owned\x07 ends.\nThe second \u202enrut\u202c \x9b1m line.\t"


def test_what_steers_a_terminal_is_escaped_and_lines_stay() -> None:
    shown = harmless(STEERING)
    assert shown == (
        "Line one \\u001b[2J\\u001b]0;owned\\u0007 ends.\n"
        "The second \\u202enrut\\u202c \\u009b1m line.\t"
    )


@pytest.fixture
def said(tmp_path: Path) -> list[str]:
    """A command that says it."""
    program = tmp_path / "says.py"
    program.write_text(
        f"from index.terminal import run, say\nraise SystemExit(run(lambda: say({STEERING!r}) or 1))"
    )
    return [sys.executable, str(program)]


def test_a_terminal_gets_escapes(said: list[str]) -> None:
    ours, theirs = pty.openpty()
    ran = subprocess.run(
        said, stdout=theirs, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert ran.returncode == 1
    assert b"\x1b" not in shown
    assert b"\\u001b[2J" in shown


def shown_in_bold(tmp_path: Path, **environ: str) -> str:
    """What a terminal gets of `an \\x1b[2J old lamp` with `old` in bold."""
    program = tmp_path / "says.py"
    program.write_text(
        "from index.document import Span\nfrom index.terminal import say\n"
        "say('an \\x1b[2J old lamp', [Span(8, 11)])"
    )
    ours, theirs = pty.openpty()
    known = os.environ | {"PYTHONPATH": str(ROOT)} | environ
    subprocess.run([sys.executable, str(program)], stdout=theirs, check=True, env=known)
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)
    return shown.decode()


def test_a_terminal_shows_bold_and_is_steered_by_nothing_else(tmp_path: Path) -> None:
    assert shown_in_bold(tmp_path, TERM="xterm") == "an \\u001b[2J \x1b[1mold\x1b[22m lamp\r\n"


def test_a_terminal_that_knows_no_bold_gets_none(tmp_path: Path) -> None:
    assert shown_in_bold(tmp_path, TERM="dumb") == "an \\u001b[2J old lamp\r\n"


def test_a_file_gets_every_character(said: list[str]) -> None:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(said, capture_output=True, env=environ, check=False)
    assert ran.stdout.decode() == STEERING + "\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_disk_is_told_in_a_sentence(said: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            said,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == "Could not write the outcome: No space left on device.\n"
