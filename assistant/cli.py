"""The command line: `python -m assistant page | ask | retrieve | mentions | serve | mcp`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.among import name_of
from assistant.answer import Answer, Citation, Passage
from assistant.export.plain import answers_in, export, facts_of
from assistant.hidden import codes_of, hidden_in
from index import cli as index_cli
from index.invocation import COMMAND, assistant_program
from index.names import count
from index.options import add_scope, scope_of
from index.settings import Settings
from index.terminal import run, say

if TYPE_CHECKING:
    from assistant.whole.mentioned import Mentioned

ANSWERED, UNANSWERED = 0, 1

_FORMS = ("md", "html", "docx", "json")
"""Those of `assistant.export.forms`, which is slow to import."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["index"]:
        return index_cli.main(given[1:])
    options = _parser().parse_args(given)
    return run(lambda: int(options.command(options)))


def _page(options: argparse.Namespace) -> int:
    from assistant.page.serve import serve  # slow to import, as are the others

    return serve(_settings(options))


def _ask(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from assistant.ask import Assistant

    answer = Assistant(settings).ask(options.question, scope=scope_of(options))
    if options.form:
        from assistant.export.forms import written
        from assistant.kept.conversations import now
        from assistant.kept.record import KeptTurn

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


def _retrieve(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from assistant.ask import Assistant

    passages = Assistant(settings).retrieve(options.question, k=options.k, scope=scope_of(options))
    if options.json:
        say(json.dumps([asdict(one) for one in passages], ensure_ascii=False, indent=2))
    else:
        say("\n\n".join(map(_passage, passages)) or "Nothing was found.")
    return ANSWERED if passages else UNANSWERED


def _mentions(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from assistant.ask import Assistant

    scope = scope_of(options)
    found = Assistant(settings).mentions(options.words, most=options.k, scope=scope)
    if options.json:
        say(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    elif found.documents:
        total = f"{count(found.sentences, 'sentence')} in {count(found.documents, 'document')}"
        rest = found.documents - len(found.listed)
        more = [f"{count(rest, 'more document')} not listed; see -k."] if rest else []
        say("\n\n".join([f"{total}.", *map(_mentioned, found.listed), *more]))
    elif found.too_common:
        say("That is too common to look for: add a word that tells more.")
    else:
        say("No document holds that.")
    return ANSWERED if found.documents else UNANSWERED


def _serve(options: argparse.Namespace) -> int:
    from assistant.api.serve import serve_api

    return serve_api(_settings(options))


def _mcp(options: argparse.Namespace) -> int:
    from assistant.mcp import serve_mcp

    return serve_mcp(_settings(options))


def _settings(options: argparse.Namespace) -> Settings:
    named = ("sources", "store", "host", "port")
    return Settings.from_env(**{name: getattr(options, name, None) for name in named})


def _parser() -> argparse.ArgumentParser:
    program = assistant_program()
    alone = f"; `{program}` alone serves the page" if program == COMMAND else ""
    parser = argparse.ArgumentParser(
        prog=program,
        description=f"Ask your documents{alone}.",
        epilog="Exit status: 0 answered; 1 the documents don't say; 2 could not do it. Every "
        "option can also be set as PULLQUOTE_SOURCES, PULLQUOTE_STORE and so on.",
    )
    store = argparse.ArgumentParser(add_help=False)
    store.add_argument("--store", metavar="FOLDER", help="where the index is (.pullquote)")
    both = argparse.ArgumentParser(add_help=False, parents=[store])
    both.add_argument("--sources", metavar="FOLDER", help="where the documents are (seeds)")
    reach = argparse.ArgumentParser(add_help=False)
    reach.add_argument(
        "--host", help="address to listen on (127.0.0.1); others need PULLQUOTE_TOKEN"
    )
    reach.add_argument("--port", help="port to listen on (7860)")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--json", action="store_true", help="print the outcome as JSON")
    asked = argparse.ArgumentParser(add_help=False, parents=[data])
    asked.add_argument("question")
    sought = argparse.ArgumentParser(add_help=False, parents=[data])
    sought.add_argument("words", help='in any form; "between these", one after another')
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("index", help="build, check and search the index of the documents")
    for name, command, parents, text in (
        ("page", _page, [both, reach], "serve the page, at http://127.0.0.1:7860"),
        ("ask", _ask, [asked, store], "answer one question with quotes"),
        ("retrieve", _retrieve, [asked, store], "print the passages that likely answer a question"),
        ("mentions", _mentions, [sought, store], "list the documents that hold some words"),
        ("serve", _serve, [both, reach], "answer programs over HTTP, in JSON"),
        ("mcp", _mcp, [both], "answer a language model's program over standard input and output"),
    ):
        entry = commands.add_parser(name, parents=parents, help=text, description=f"{text}.")
        entry.set_defaults(command=command)
        if asked in parents or sought in parents:
            add_scope(entry)
        if name == "retrieve":
            entry.add_argument("-k", type=_positive, default=5, help="how many passages (5)")
        if name == "mentions":
            entry.add_argument("-k", type=_positive, default=20, help="how many documents (20)")
        if name == "ask":
            entry.add_argument(
                "--format",
                dest="form",
                choices=_FORMS,
                help="write the answer as such a file",
            )
    return parser


def _positive(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 1, not {value!r}")
    return int(value)


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


def _passage(passage: Passage) -> str:
    span = f"characters {passage.span.start} to {passage.span.end}"
    place = f"{passage.document_id}, {span}: {passage.title}"
    return f"{passage.score:.3f}  “{passage.text}”\n       {place}"


def _mentioned(one: "Mentioned") -> str:
    quotes = (f"  “{said.quote}”\n  {_place(said)}" for said in one.citations)
    return "\n".join([f"{one.title} ({count(one.sentences, 'sentence')})", *quotes])


def _pointer(citation: Citation) -> str:
    return f"[{citation.number}] {_place(citation)}"


def _place(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    span = f"characters {citation.span.start} to {citation.span.end}"
    hidden = hidden_in(citation.quote)
    flag = f" (hidden characters: {codes_of(hidden)})" if hidden else ""
    said = "".join(f", {fact}" for fact in facts_of(citation))
    return f"{citation.document_id}{page}, {span}: {citation.title}{said}{flag}"
