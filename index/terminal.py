"""What both command lines have in common: how they print, fail and end."""

import os
import re
import signal
import sys
from collections.abc import Callable
from io import TextIOWrapper

from index.characters import STEERING, TURNING, escaped
from index.errors import PullquoteError, reason_of

FAILED = 2
INTERRUPTED = 130

_HARMFUL = re.compile(f"[{STEERING}{TURNING}]")
"""What steers a terminal, or turns the direction of what follows."""


class _UnwritableError(Exception):
    """Standard output takes no more."""


def run(command: Callable[[], int], interrupted: str = "Interrupted.") -> int:
    """Run a command and return its exit status; what goes wrong is told in one sentence."""
    if isinstance(sys.stdout, TextIOWrapper):
        # What the terminal's encoding lacks is escaped, as standard error does, and not raised.
        sys.stdout.reconfigure(errors="backslashreplace")
    # Whoever is told to end has processes of their own to end first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = command()
        _flush()
    except PullquoteError as error:
        print(harmless(str(error)), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever closes a pipe knows
        _discard()
        return FAILED
    except _UnwritableError as error:
        print(f"Could not write the outcome: {error}.", file=sys.stderr)
        _discard()
        return FAILED
    return status


def say(text: str) -> None:
    """Print to standard output; a terminal gets nothing from a document that would steer it."""
    try:
        print(harmless(text) if sys.stdout.isatty() else text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _UnwritableError(reason_of(error)) from error


def harmless(text: str) -> str:
    """Write control characters as escapes, in the form that JSON has for them."""
    return escaped(_HARMFUL, text)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _UnwritableError(reason_of(error)) from error


def _discard() -> None:
    """Let what can't be written go nowhere: Python flushes once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
