"""What the commands are called: by whoever installed them, or runs them from the source."""

import sys
from pathlib import PurePath

COMMAND = "pullquote"
"""What the wheel installs."""


def index_program() -> str:
    """What the command line of the index is called."""
    return f"{COMMAND} index" if _is_installed() else "python -m index"


def assistant_program() -> str:
    """What the command line of the assistant is called."""
    return COMMAND if _is_installed() else "python -m assistant"


def index_command(verb: str) -> str:
    """What to type for a command of the index, for a sentence of advice."""
    return f"`{index_program()} {verb}`"


def _is_installed() -> bool:
    return PurePath(sys.argv[0]).stem == COMMAND
