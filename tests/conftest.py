"""What all tests have in common: no network, no settings from outside, folders of their own."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.manifest import FileState, Manifest
from index.settings import Settings
from index.store.files import digest_of
from tests.fakes import BagOfWords

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "seeds" / "000_7ff9b288b4a5e8d3.txt"

# A shell that starts the tests in the background has them, and what they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to this machine only."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in {"localhost", "127.0.0.1", "::1"}:
            raise AssertionError(f"a test wants to reach {host!r}")
        connect(self, address)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the settings and keys of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("PULLQUOTE_") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(sources: Path, tmp_path: Path) -> Settings:
    """Settings with a store of the test's own, and an embedding that takes no time."""
    return Settings(sources=sources, store=tmp_path / "store", embedding="tests.fakes:bag_of_words")


@pytest.fixture
def embedding() -> BagOfWords:
    """An embedding that remembers what it embedded."""
    return BagOfWords()


def sign_anew(folder: Path) -> None:
    """Have the manifest of a store's only version take its files for what was written."""
    (version,) = (folder / "versions").iterdir()
    manifest = Manifest.read(folder, version)
    files = {
        name: FileState((version / name).stat().st_size, digest_of(version / name))
        for name in manifest.files
    }
    replace(manifest, files=files).write(version)


def run_index(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m index` in a process of its own, with the bag of words as embedding."""
    return subprocess.run(
        [sys.executable, "-m", "index", *arguments],
        cwd=ROOT,
        env={**os.environ, "PULLQUOTE_EMBEDDING": "tests.fakes:bag_of_words", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
