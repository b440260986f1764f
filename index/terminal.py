"""What both command lines have in common: how they print, fail and end."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from index.characters import STEERING, TURNING, escaped
from index.document import Span
from index.errors import PullquoteError, reason_of

_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"

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


def say(text: str, bold: Sequence[Span] = ()) -> None:
    """Print to standard output; a terminal gets nothing from a document that would steer it.

    Args:
        text: What to print.
        bold: What of it a terminal shows in bold, in order.
    """
    try:
        print(_on_terminal(text, bold) if sys.stdout.isatty() else text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _UnwritableError(reason_of(error)) from error


def _on_terminal(text: str, bold: Sequence[Span]) -> str:
    if os.environ.get("TERM", "dumb") == "dumb":  # Windows' older consoles have none
        return harmless(text)
    shown, at = "", 0
    for span in bold:
        shown += f"{harmless(text[at : span.start])}{_BOLD}{harmless(span.of(text))}{_PLAIN}"
        at = span.end
    return shown + harmless(text[at:])


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
