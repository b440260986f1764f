"""What is shipped is whole, and what is installed is pinned."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.serving import ROOT

NEEDED = {
    "assistant/coefficients.json",
    "assistant/models/LICENSE",
    "assistant/models/reader.onnx",
    "assistant/page/composer.js",
    "assistant/page/connection.js",
    "assistant/page/earlier.js",
    "assistant/page/answer.css",
    "assistant/page/article.css",
    "assistant/page/bringing.css",
    "assistant/page/bringing.js",
    "assistant/page/card.js",
    "assistant/page/keys.js",
    "assistant/page/look.css",
    "assistant/page/kept.css",
    "assistant/page/kept.js",
    "assistant/page/page.css",
    "assistant/page/page.js",
    "assistant/page/reading.js",
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
        (project["dependencies"], [*project["dependencies"], *extras["dev"]]),
        strict=True,
    ):
        pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(), re.MULTILINE))
        assert {re.split(r"[><=\[]", one)[0] for one in wanted} <= pinned
        assert not {one for one in pinned if one == "torch" or one.startswith("nvidia-")}
