"""The README says what is true. `python -m tests.test_readme` writes its output anew."""

import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import pytest

from index.settings import Settings
from tests.serving import ROOT, free_port

README = ROOT / "README.md"
QUESTION = re.compile(r"^> \*\*(?P<question>.+)\*\*\n(?P<answer>(?:>.*\n)+)", re.MULTILINE)
CONSOLE = re.compile(r"^```console\n(?P<session>.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(
    r"^```python\n(?P<code>.*?)^```\n\n```text\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)
SECONDS = re.compile(r"\d+\.\d s\b")


class Reader:
    """Somebody who follows the README, in a folder with the documents and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "seeds", folder / "seeds")
        shutil.copy(ROOT / "app.py", folder)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
        self.environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        self.shown("python -m index build")

    def run(self, arguments: list[str]) -> str:
        ended = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ended.returncode in (0, 1), ended.stderr
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended.stdout

    def shown(self, command: str) -> str:
        """What a command prints; from a server, its first two lines."""
        program, *arguments = shlex.split(command)
        assert program == "python"
        return self.served(arguments) if arguments == ["app.py"] else self.run(arguments)

    def served(self, arguments: list[str]) -> str:
        port = str(free_port())
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**self.environment, "PULLQUOTE_PORT": port},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert process.stdout
        try:
            lines = []
            for _ in range(2):
                assert select.select([process.stdout], [], [], 60)[0]
                lines.append(process.stdout.readline())
                assert lines[-1]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
        return "".join(lines).replace(port, str(Settings().port))

    def asked(self, match: re.Match[str]) -> str:
        code = "import sys; from assistant import ask; print(ask(sys.argv[1]).text)"
        lines = self.run(["-c", code, match["question"]]).splitlines()
        quoted = "".join(f"> {line}".rstrip() + "\n" for line in lines)
        return f"> **{match['question']}**\n>\n{quoted}"

    def executed(self, match: re.Match[str]) -> str:
        output = self.run(["-c", match["code"]])
        return f"```python\n{match['code']}```\n\n```text\n{output}```"

    def typed(self, match: re.Match[str]) -> str:
        commands = re.findall(r"^\$ (.+)$", match["session"], re.MULTILINE)
        return "```console\n" + "".join(f"$ {c}\n{self.shown(c)}" for c in commands) + "```"

    def written_anew(self, text: str) -> str:
        """The README with the output that there is now."""
        text = QUESTION.sub(self.asked, text)
        text = PYTHON.sub(self.executed, text)
        return CONSOLE.sub(self.typed, text)


def timeless(text: str) -> list[str]:
    return SECONDS.sub("0.0 s", text).splitlines()


def test_the_output_shown_is_what_the_product_prints(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    assert QUESTION.search(text)
    assert PYTHON.search(text)
    assert CONSOLE.search(text)
    assert timeless(Reader(tmp_path).written_anew(text)) == timeless(text), (
        "The README's output has changed: look at it, and write it with `python -m "
        "tests.test_readme`."
    )


def test_the_first_screen_has_the_question_its_quote_and_the_two_commands() -> None:
    screen = "\n".join(README.read_text(encoding="utf-8").splitlines()[:30])
    asked = QUESTION.search(screen)
    assert asked
    quotes = re.findall(r"“(.+)” \[\d\]", asked["answer"])
    assert quotes
    article = next((ROOT / "seeds").iterdir()).read_bytes().decode().replace("\r\n", "\n")
    assert all(quote in article for quote in quotes)
    commands = re.findall(r"^python3 .+$", screen, re.MULTILINE)
    assert [command.rsplit(" ", 1)[1] for command in commands] == ["app.py", "pytest"]
    for command, lock in zip(commands, ("requirements", "requirements-dev"), strict=True):
        assert f"pip install --require-hashes -r {lock}.lock && " in command


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_in_the_table(setting: object) -> None:
    name, default = setting.name, setting.default  # type: ignore[attr-defined]
    said = ", ".join(default) if isinstance(default, tuple) else str(default)
    shown = f"`{said}`" if said else ""
    row = rf"^\| `PULLQUOTE_{name.upper()}` \| {re.escape(shown)} ?\|.*\S \|$"
    assert re.search(row, README.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_table_has_nothing_that_is_no_setting() -> None:
    named = re.findall(r"^\| `PULLQUOTE_(\w+)`", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(field.name.upper() for field in fields(Settings))


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_the_article_is_the_one_it_says() -> None:
    import hashlib

    (article,) = (ROOT / "seeds").glob("*.txt")
    digest = hashlib.sha256(article.read_bytes()).hexdigest()
    assert digest in README.read_text(encoding="utf-8")


def test_the_gate_runs_the_test_command() -> None:
    gate = (ROOT / ".ci" / "run").read_text()
    assert 'pip" install --quiet --require-hashes -r requirements-dev.lock' in gate
    assert '"$venv/bin/python" -m pytest' in gate
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_changelog_tells_of_this_version() -> None:
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == version


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        anew = Reader(Path(folder)).written_anew(README.read_text(encoding="utf-8"))
    README.write_text(anew, encoding="utf-8")
