"""The command `pullquote` that the wheel installs: the page, unless it is told something else."""

import sys
from collections.abc import Sequence

from assistant import cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    is_page = not given or (given[0].startswith("-") and given[0] not in {"-h", "--help"})
    return cli.main(["page", *given] if is_page else given)
