"""Things that several threads ask for at once."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def one_at_a_time(function: Callable[P, T]) -> Callable[P, T]:
    """Let one thread at a time into a function that keeps what it makes.

    A cache alone lets all of those in that come before the first has made the thing: several
    models would be loaded side by side, all but one for nothing.
    """
    lock = threading.Lock()

    @wraps(function)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> T:
        with lock:
            return function(*args, **kwargs)

    return waiting
