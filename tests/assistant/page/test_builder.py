"""The build beside the page: one at a time, and one more if it was asked for meanwhile."""

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.page.documents.builder import Builder
from index import build as building
from index.errors import SourcesError
from index.settings import Settings


class Builds:
    """Builds that end when a test lets them."""

    def __init__(self) -> None:
        self.count = 0
        self.at_once = 0
        self.most_at_once = 0
        self.ends = threading.Semaphore(0)
        self.error: Exception | None = None

    def __call__(self, *_: object, **__: object) -> SimpleNamespace:
        self.count += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.ends.acquire(timeout=10)
        self.at_once -= 1
        if self.error:
            raise self.error
        return SimpleNamespace(documents=self.count, failures=())


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    made = Builds()
    monkeypatch.setattr(building, "build", made)
    return made


def until(builds: Builds, count: int) -> None:
    ends = time.monotonic() + 10
    while builds.count < count:
        assert time.monotonic() < ends
        time.sleep(0.01)


def over(builder: Builder) -> None:
    ends = time.monotonic() + 10
    while builder.now().running:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_what_is_asked_for_during_a_build_is_done_once_after_it(builds: Builds) -> None:
    builder = Builder(Settings(sources=Path("s")))
    builder.start()
    until(builds, 1)
    for _ in range(5):
        builder.start()
    builds.ends.release()
    until(builds, 2)
    assert builder.now().running
    builds.ends.release()
    over(builder)
    assert (builds.count, builds.most_at_once) == (2, 1)
    builder.start()
    assert builder.now().running
    builds.ends.release()
    over(builder)
    assert builds.count == 3


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SourcesError("The folder is away."), "The folder is away."),
        (ValueError("?"), "in Pullquote's log"),
    ],
)
def test_after_a_build_that_failed_another_can_be_asked_for(
    builds: Builds, error: Exception, said: str
) -> None:
    builder = Builder(Settings(sources=Path("s")))
    builds.error = error
    builds.ends.release()
    builder.start()
    over(builder)
    assert said in builder.now().problem
    builds.error = None
    builds.ends.release()
    builder.start()
    over(builder)
    assert builder.now().problem == ""
