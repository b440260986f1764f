import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT, App


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.txt").write_text("The bakery\n\nThe bakery opens at seven.\n")
    return folder


@pytest.fixture
def app(sources: Path, tmp_path: Path) -> Iterator[App]:
    started = App(sources, tmp_path / "store")
    yield started
    if started.process.poll() is None:
        started.stop()


def get(address: str, host: str | None = None) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            headers = {name.lower(): value for name, value in reply.headers.items()}
            return reply.status, reply.read().decode(), headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def test_it_says_where_it_is_only_when_it_is_there_and_stops_cleanly(app: App) -> None:
    line = app.first_line()
    assert f"http://127.0.0.1:{app.port}" in line
    status, page, headers = get(app.address)
    assert status == 200
    policy = headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert page.count("<script") == page.count(f'<script nonce="{nonce}"')
    assert "default-src 'self'" in policy
    assert "githubusercontent" not in page
    started = time.monotonic()
    assert app.stop() == (0, "")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_nothing_of_it_is_left_among_temporary_files(
    sources: Path, tmp_path: Path, how: signal.Signals
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    app = App(sources, tmp_path / "store", TMPDIR=str(temporary))
    assert app.first_line()
    assert app.process.stdout
    assert app.process.stdout.readline() == "1 document indexed.\n"
    body = json.dumps({"data": ["When does the bakery open?", ""]}).encode()
    kind = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{app.address}gradio_api/call/ask", body, kind)
    with urllib.request.urlopen(asked, timeout=20) as reply:
        event = json.load(reply)["event_id"]
    get(f"{app.address}gradio_api/call/ask/{event}")
    assert [path.name for path in temporary.glob("pullquote-*")] != []
    app.process.send_signal(how)
    app.process.communicate(timeout=10)
    assert [path.name for path in temporary.glob("pullquote-*")] == []


def test_ctrl_c_ends_it_while_it_builds(sources: Path, tmp_path: Path) -> None:
    words = "The bakery opens at seven and sells {} loaves to the neighbours.\n"
    (sources / "b.txt").write_text("".join(words.format(n) for n in range(20_000)))
    app = App(sources, tmp_path / "store")
    assert app.first_line()
    time.sleep(2)
    started = time.monotonic()
    assert app.stop() == (0, "")
    assert time.monotonic() - started < 2


def test_a_stranger_s_name_for_this_machine_is_refused(app: App) -> None:
    assert app.first_line()
    assert get(app.address, host=f"evil.example:{app.port}")[0] == 421
    assert get(app.address, host=f"localhost:{app.port}")[0] == 200


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_taken_port_gets_one_sentence(sources: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        store = tmp_path / "store"
        ended = run("app.py", "--sources", sources, "--store", store, "--port", port)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"Port {port} on 127.0.0.1 is taken.")
    assert ended.stderr.count("\n") == 1


def test_a_setting_that_cannot_be_gets_one_sentence() -> None:
    ended = run("app.py", "--port", "ninety")
    assert ended.returncode == 2
    assert ended.stderr == "PULLQUOTE_PORT is 'ninety', but must be a port from 1 to 65535.\n"


def test_help_is_light() -> None:
    heavy = "{'gradio', 'numpy', 'chromadb', 'llama_index'}"
    code = "import sys, app; sys.argv = ['app.py', '--help']\ntry:\n    app.main()\nfinally:\n"
    ended = run("-c", code + f"    print(sorted({heavy} & set(sys.modules)))")
    assert "--sources" in ended.stdout
    assert ended.stdout.endswith("\n[]\n")
