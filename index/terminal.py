"""What both command lines have in common: how they print, fail and end."""

import os
import re
import sys
from collections.abc import Callable
from io import TextIOWrapper

from index.errors import PullquoteError

FAILED = 2
INTERRUPTED = 130

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal, or turns the direction of what follows."""


def run(command: Callable[[], int], interrupted: str = "Interrupted.") -> int:
    """Run a command and return its exit status; what goes wrong is told in one sentence."""
    if isinstance(sys.stdout, TextIOWrapper):
        # What the terminal's encoding lacks is escaped, as standard error does, and not raised.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = command()
        sys.stdout.flush()
    except PullquoteError as error:
        print(harmless(str(error)), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # whoever closes a pipe knows
            print(f"Could not write the outcome: {error.strerror or error}.", file=sys.stderr)
        # Python flushes once more at its end: what can't be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


def say(text: str) -> None:
    """Print to standard output; a terminal gets nothing from a document that would steer it."""
    print(harmless(text) if sys.stdout.isatty() else text)


def harmless(text: str) -> str:
    """Write control characters as escapes, in the form that JSON has for them."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
