"""What is shipped is whole, and what is installed is pinned."""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest

from index.settings import Settings
from tests.serving import ROOT, free_port

NEEDED = {
    "assistant/reader/coefficients.json",
    "assistant/models/LICENSE",
    "assistant/models/reader.onnx",
    "assistant/page/assets/composer.js",
    "assistant/page/assets/connection.js",
    "assistant/page/assets/earlier.js",
    "assistant/page/assets/answer.css",
    "assistant/page/assets/article.css",
    "assistant/page/assets/bringing.css",
    "assistant/page/assets/bringing.js",
    "assistant/page/assets/card.js",
    "assistant/page/assets/keys.js",
    "assistant/page/assets/look.css",
    "assistant/page/assets/kept.css",
    "assistant/page/assets/kept.js",
    "assistant/page/assets/notes.css",
    "assistant/page/assets/notes.js",
    "assistant/page/assets/page.css",
    "assistant/page/assets/page.js",
    "assistant/page/assets/reading.js",
    "assistant/page/assets/scope.js",
    "assistant/page/assets/shelf.js",
    "index/models/all-MiniLM-L6-v2/LICENSE",
    "index/models/all-MiniLM-L6-v2/model.onnx",
    "index/models/all-MiniLM-L6-v2/tokenizer.json",
}
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_the_product_needs_and_no_more(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    written = {
        path.relative_to(ROOT).as_posix()
        for package in ("assistant", "index")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert written >= NEEDED
    assert {name for name in names if ".dist-info/" not in name} == written
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_the_wheel_alone_builds_and_answers(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("The bakery opens at seven in the morning.\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}

    def run(*arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"},
            encoding="utf-8",
            capture_output=True,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended.stdout

    assert run("index", "build").startswith("1 document (1 added), 1 sentence; ")
    answer = run("assistant", "ask", "When does the bakery open?")
    assert "“The bakery opens at seven in the morning.”" in answer


class Installed:
    """The command as pip installs it, and an empty folder to try it in."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        prefix = folder / "installed"
        subprocess.run([*pip, "--prefix", str(prefix), str(wheel)], check=True)
        (self.program,) = [
            path for path in prefix.rglob("pullquote*") if path.parent.name in {"bin", "Scripts"}
        ]
        (packages,) = {path.parents[1] for path in prefix.rglob("assistant/cli.py")}
        self.folder = folder / "empty"
        self.folder.mkdir()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
        self.environment = {**kept, "PYTHONPATH": str(packages), "PYTHONUTF8": "1"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            env=self.environment,
            encoding="utf-8",
            capture_output=True,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("anywhere"))


def test_the_installed_command_begins_in_an_empty_folder(installed: Installed) -> None:
    asked = installed.run("ask", "When does the bakery open?")
    assert (asked.returncode, asked.stdout) == (2, "")
    told = "No index in '.pullquote' yet. Build it with `pullquote index build`.\n"
    assert asked.stderr == told
    port = free_port()
    page = subprocess.Popen(
        [installed.program, "--port", str(port)],
        cwd=installed.folder,
        env=installed.environment,
        encoding="utf-8",
        stdout=subprocess.PIPE,
    )
    try:
        assert page.stdout
        lines = [page.stdout.readline(), page.stdout.readline()]
        assert lines[0] == f"Pullquote is at http://127.0.0.1:{port} (stop it with Ctrl-C)\n"
        sources = installed.folder / "seeds"
        assert lines[1].startswith(f"Put documents into {str(sources)!r} (")
        assert lines[1].endswith("then run `pullquote index build`.\n")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as reply:
            assert reply.status == 200
    finally:
        page.send_signal(signal.SIGINT)
        page.communicate(timeout=20)
    (sources / "a.txt").write_text("The bakery opens at seven in the morning.\n")
    assert installed.run("index", "build").stdout.startswith("1 document (1 added)")
    answer = installed.run("ask", "When does the bakery open?")
    assert "“The bakery opens at seven in the morning.”" in answer.stdout
    found = installed.run("retrieve", "When does the bakery open?", "-k", "1", "--json")
    (passage,) = json.loads(found.stdout)
    assert passage["span"] == {"start": 0, "end": 41}


def test_the_installed_command_has_all_command_lines(installed: Installed) -> None:
    for command in ("page", "ask", "retrieve", "serve", "mcp", "index", "index verify"):
        helped = installed.run(*command.split(), "--help")
        assert helped.returncode == 0
        assert helped.stdout.startswith(f"usage: pullquote {command} ")
        assert command.split()[0] in installed.run("--help").stdout
    unknown = installed.run("nonsense")
    assert unknown.returncode == 2
    assert "'nonsense'" in unknown.stderr


def test_a_folder_that_was_named_is_not_made(installed: Installed) -> None:
    page = subprocess.Popen(
        [installed.program, "--sources", "documnets", "--port", str(free_port())],
        cwd=installed.folder,
        env=installed.environment,
        encoding="utf-8",
        stderr=subprocess.PIPE,
    )
    try:
        assert page.stderr
        assert "'documnets' does not exist" in page.stderr.readline()
    finally:
        page.send_signal(signal.SIGINT)
        page.communicate(timeout=20)
    assert not (installed.folder / "documnets").exists()


def test_the_container_runs_as_an_ordinary_user_on_volumes() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    said = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    of = {word: [rest for first, rest in said if first == word] for word, _ in said}
    for copied in of["COPY"]:
        for source in copied.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in (ROOT / ".dockerignore").read_text().splitlines()
    (user,) = of["USER"]
    assert any(f"useradd --uid 1000 --no-create-home {user} " in run for run in of["RUN"])
    (variables,) = of["ENV"]
    given = dict(pair.split("=") for pair in variables.split())
    settings = Settings.from_env(given)
    (volumes,) = of["VOLUME"]
    assert str(settings.sources) in json.loads(volumes)
    assert str(settings.store.parent) in json.loads(volumes)
    assert of["ENTRYPOINT"] == ['["pullquote"]']


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", ""), re.MULTILINE)
    pinned = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert pinned
    for requirement in pinned:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+ ", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", requirement), requirement


def test_the_lock_has_every_dependency_and_no_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for name, wanted in zip(
        LOCKS,
        (project["dependencies"], [*project["dependencies"], *extras["dev"], *extras["mcp"]]),
        strict=True,
    ):
        pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(), re.MULTILINE))
        assert {re.split(r"[><=\[]", one)[0] for one in wanted} <= pinned
        assert not {one for one in pinned if one == "torch" or one.startswith("nvidia-")}
