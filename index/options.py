"""The options of the command lines that say which documents are meant."""

import argparse

from index.invocation import index_command
from index.scope import Scope


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Give a command the options of a scope."""
    group = parser.add_argument_group(
        "which documents", "All of them, unless these say otherwise; all that is given must hold."
    )
    group.add_argument(
        "--document", action="append", default=[], metavar="ID",
        help=f"this one, as {index_command('status')} names it; may be given more than once",
    )  # fmt: skip
    group.add_argument("--folder", metavar="F", default="", help="those below this folder")
    group.add_argument("--author", metavar="A", default="", help="those by this author")
    group.add_argument("--site", metavar="S", default="", help="those from this site or host")
    group.add_argument(
        "--published-after", metavar="DATE", default="",
        help="published on this date or later: 2024, 2024-03 or 2024-03-12",
    )  # fmt: skip
    group.add_argument(
        "--published-before", metavar="DATE", default="", help="published before this date"
    )
    group.add_argument("--language", metavar="L", default="", help="in this language: en, de, …")


def scope_of(options: argparse.Namespace) -> Scope:
    """What the options of a scope say.

    Raises:
        ScopeError: A date is none.
    """
    return Scope(
        documents=tuple(options.document),
        folder=options.folder,
        author=options.author,
        site=options.site,
        published_after=options.published_after,
        published_before=options.published_before,
        language=options.language,
    )
