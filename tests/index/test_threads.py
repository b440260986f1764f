import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import onnxruntime  # type: ignore[import-untyped]
import pytest

from assistant.reader.model import the_reader
from index.embed import MiniLM, _load


@pytest.mark.parametrize(
    ("make", "kept"),
    [
        pytest.param(the_reader, the_reader, id="reader"),
        pytest.param(lambda: MiniLM().model, _load, id="embedding"),
    ],
)
def test_threads_that_come_together_load_one_model(
    make: Callable[[], object], kept: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    class Slow(onnxruntime.InferenceSession):  # type: ignore[misc]
        def __init__(self, file: str, *args: object, **kwargs: object) -> None:
            loaded.append(file)
            time.sleep(0.2)
            super().__init__(file, *args, **kwargs)

    monkeypatch.setattr("onnxruntime.InferenceSession", Slow)
    vars(kept)["__wrapped__"].cache_clear()
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: make(), range(4)))
    assert len(loaded) == 1
    assert all(one is made[0] for one in made)
