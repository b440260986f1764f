"""The whole first run on a machine without any network, with nothing in the home folder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import ROOT

UP = 'ip link set lo up && exec "$@"'
PARTS = ("app.py", "assistant", "index", "seeds")

# Runs inside: there, loopback is all there is, and no port is taken.
VISIT = r"""
import errno, select, socket, subprocess, sys, urllib.request

try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError as error:
    assert error.errno == errno.ENETUNREACH, error
else:
    raise AssertionError("there is a network")
app = subprocess.Popen([sys.executable, "app.py"], stdout=subprocess.PIPE, text=True)
try:
    assert select.select([app.stdout], [], [], 120)[0], "it never said where it is"
    print(app.stdout.readline(), end="")
    with urllib.request.urlopen("http://127.0.0.1:7860/", timeout=60) as page:
        print(page.status, "Pullquote" in page.read().decode())
    print(app.stdout.readline(), end="")
finally:
    app.terminate()
    app.wait(20)
"""


def namespace() -> list[str]:
    """The command that runs another without network; empty where that is not permitted."""
    if shutil.which("unshare") and shutil.which("ip"):
        for unshare in (["unshare", "--net"], ["unshare", "--net", "--map-root-user"]):
            command = [*unshare, "sh", "-c", UP, "sh"]
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
    return []


WITHOUT_NETWORK = namespace()
pytestmark = pytest.mark.skipif(
    not WITHOUT_NETWORK,
    reason="needs `unshare --net` and `ip` (Debian: util-linux, iproute2), and leave to use them",
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first run") / "pullquote"
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / part)
    return folder


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    home, temporary = checkout.parent / "home", checkout.parent / "temporary"
    home.mkdir(exist_ok=True)
    temporary.mkdir(exist_ok=True)
    return subprocess.run(
        [*WITHOUT_NETWORK, sys.executable, *arguments],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "PYTHONUTF8": "1",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_build_and_ask_without_network(checkout: Path) -> None:
    built = run(checkout, "-m", "index", "build", "--store", "fresh")
    assert built.returncode == 0, built.stderr
    assert built.stdout.startswith("1 document (1 added), ")
    asked = run(
        checkout, "-m", "assistant", "ask", "What did IBM announce?", "--store", "fresh", "--json"
    )
    assert asked.returncode == 0, asked.stderr
    quotes = [citation["quote"] for citation in json.loads(asked.stdout)["citations"]]
    assert any("would no longer sell facial recognition services" in quote for quote in quotes)


def test_nothing_is_prepared_to_be_reported_and_nothing_left_behind(checkout: Path) -> None:
    assert run(checkout, "-m", "assistant", "ask", "What did IBM announce?").returncode in {0, 2}
    assert run(checkout, "-m", "index", "rebuild").returncode == 0
    assert run(checkout, "-m", "assistant", "ask", "What did IBM announce?").returncode == 0
    for folder in ("home", "temporary"):
        assert [path.name for path in (checkout.parent / folder).rglob("*")] == []


def test_the_page_is_served_without_network(checkout: Path) -> None:
    visited = run(checkout, "-c", VISIT)
    assert visited.returncode == 0, visited.stderr
    assert visited.stdout.splitlines() == [
        "Pullquote is at http://127.0.0.1:7860 (stop it with Ctrl-C)",
        "200 True",
        "1 document indexed.",
    ]
    left = [path.name for path in (checkout.parent / "temporary").iterdir()]
    assert not [name for name in left if name.startswith("pullquote")]
