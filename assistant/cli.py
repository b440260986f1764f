"""The command line: `python -m assistant ask "…"`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from assistant.among import name_of
from assistant.answer import Answer, Citation
from assistant.export.forms import FORMS, written
from assistant.export.plain import answers_in, export, facts_of
from assistant.hidden import codes_of, hidden_in
from assistant.kept.conversations import now
from assistant.kept.record import KeptTurn
from index.options import add_scope, scope_of
from index.settings import Settings
from index.terminal import run, say

ANSWERED, UNANSWERED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    return run(lambda: _ask(options))


def _ask(options: argparse.Namespace) -> int:
    settings = Settings.from_env(store=options.store)
    from assistant.ask import Assistant  # keeps `--help` light

    answer = Assistant(settings).ask(options.question, scope=scope_of(options))
    if options.form:
        sys.stdout.buffer.write(
            written(options.form, answer.question, [KeptTurn(answer.question, now(), answer)])
        )
        sys.stdout.buffer.flush()
    elif options.json:
        say(json.dumps(asdict(answer), ensure_ascii=False, indent=2))
    else:
        told = _told(answer)
        say(told, list(answers_in(told, answer.citations)))
    return ANSWERED if answer.answered else UNANSWERED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant",
        description="Ask your documents.",
        epilog="Exit status: 0 answered; 1 the documents don't say; 2 could not do it.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    entry = commands.add_parser("ask", help="answer one question with quotes")
    entry.add_argument("question")
    entry.add_argument("--store", metavar="FOLDER", help="where the index is (.pullquote)")
    entry.add_argument("--json", action="store_true", help="print the answer as JSON")
    entry.add_argument(
        "--format", dest="form", choices=FORMS, help="write the answer as a file of this form"
    )
    add_scope(entry)
    return parser


def _told(answer: Answer) -> str:
    if answer.mode == "prose":
        return export(answer).rstrip()
    lines = [answer.text]
    if answer.scope and answer.answered:
        lines += ["", f"Searched the {name_of(answer.scope, answer.documents)}."]
    if answer.notice:
        lines += ["", answer.notice]
    if answer.citations:
        lines += ["", *map(_pointer, answer.citations)]
    if answer.nearest:
        lines += ["", "Nearest, but not an answer:"]
        lines += [f"  “{near.quote}”\n  {_place(near)}" for near in answer.nearest]
    return "\n".join(lines)


def _pointer(citation: Citation) -> str:
    return f"[{citation.number}] {_place(citation)}"


def _place(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    span = f"characters {citation.span.start} to {citation.span.end}"
    hidden = hidden_in(citation.quote)
    flag = f" (hidden characters: {codes_of(hidden)})" if hidden else ""
    said = "".join(f", {fact}" for fact in facts_of(citation))
    return f"{citation.document_id}{page}, {span}: {citation.title}{said}{flag}"
