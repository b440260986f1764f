"""The command line: `python -m index build | rebuild | add | status | verify | search`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.dates import date_in_words
from index.errors import PullquoteError
from index.formats import known_suffixes
from index.invocation import index_command, index_program
from index.names import count
from index.options import add_scope, scope_of
from index.settings import Settings
from index.terminal import FAILED, harmless, run, say

if TYPE_CHECKING:
    from typing import NoReturn

    import numpy as np
    from numpy.typing import NDArray
    from tqdm import tqdm  # type: ignore[import-untyped]

    from index.build import BuildReport
    from index.changes import Progress
    from index.store import Store

DONE, INCOMPLETE = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    return run(lambda: _do(options), "Interrupted: the index is what it was before.")


def _do(options: argparse.Namespace) -> int:
    settings = Settings.from_env(sources=options.sources, store=options.store)
    command: Callable[[Settings, argparse.Namespace], int] = options.command
    return command(settings, options)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--sources", metavar="FOLDER", help="where the documents are (seeds)")
    shared.add_argument("--store", metavar="FOLDER", help="where the index is (.pullquote)")
    shared.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser = argparse.ArgumentParser(
        prog=index_program(),
        description="Build, check and search the index of your documents.",
        epilog="Exit status: 0 done; 1 done, but some documents failed or have changed; "
        "2 could not do it.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, text in (
        ("build", _build, "bring the index in step with the documents; only what changed is read"),
        ("rebuild", _rebuild, "build from scratch; the old index serves until the new one is done"),
        ("add", _add, "fetch documents from the web into the sources folder, then build"),
        ("status", _status, "say what is indexed and whether the documents have changed since"),
        ("verify", _verify, "re-read the documents and check every text, span, vector and count"),
        ("search", _search, "print the sentences that go best with a question, with their scores"),
    ):
        entry = commands.add_parser(name, parents=[shared], help=text, description=f"{text}.")
        entry.set_defaults(command=command)
        if name == "search":
            entry.add_argument("question")
            entry.add_argument("-k", type=_positive, default=5, help="how many sentences (5)")
            add_scope(entry)
        elif name == "add":
            entry.add_argument("url", nargs="+", help="http:// or https://, of a public machine")
    return parser


def _positive(value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 1, not {value!r}")
    return number


def _build(
    settings: Settings,
    options: argparse.Namespace,
    *,
    from_scratch: bool = False,
    fetched: dict[str, object] | None = None,
) -> int:
    from index.build import build

    with _Bar() as bar:
        report = build(settings, from_scratch=from_scratch, on_progress=bar.show)
    if options.json:
        _print_json(asdict(report) | {"failures": dict(report.failures)} | (fetched or {}))
    else:
        for _, reason in report.failures:
            print(harmless(reason), file=sys.stderr)
        say(_told(report, settings))
    return INCOMPLETE if report.failures else DONE


def _rebuild(settings: Settings, options: argparse.Namespace) -> int:
    return _build(settings, options, from_scratch=True)


def _add(settings: Settings, options: argparse.Namespace) -> int:
    from index.web.refusal import WebError
    from index.web.snapshots import add

    kept, failures = [], {}
    for outcome in add(settings, options.url):
        if isinstance(outcome, WebError):
            failures[outcome.url] = str(outcome)
            print(harmless(str(outcome)), file=sys.stderr)
            continue
        kept.append(asdict(outcome))
        if not options.json:
            done = f"Stored {outcome.url} as" if outcome.is_new else f"{outcome.url} is still"
            say(f"{done} {outcome.name!r}.")
    if not kept:
        return FAILED
    fetched: dict[str, object] = {"snapshots": kept, "not_fetched": failures}
    return max(INCOMPLETE if failures else DONE, _build(settings, options, fetched=fetched))


def _told(report: "BuildReport", settings: Settings) -> str:
    if not report.documents:
        return (
            f"No documents in {str(settings.sources)!r}: put some there "
            f"({', '.join(known_suffixes())}), then build again."
        )
    changes = [
        f"{len(names)} {what}"
        for what, names in (
            ("added", report.added),
            ("changed", report.changed),
            ("removed", report.removed),
            ("renamed", report.renamed),
        )
        if names
    ]
    failed = f", {count(len(report.failures), 'file')} failed" if report.failures else ""
    return (
        f"{count(report.documents, 'document')} ({', '.join(changes) or 'nothing changed'}), "
        f"{count(report.sentences, 'sentence')}{failed}; {report.seconds:.1f} s."
    )


def _status(settings: Settings, options: argparse.Namespace) -> int:
    from index.store import Store

    with closing(Store.open(settings.store)) as store:
        return _print_status(store, settings, options)


def _print_status(store: "Store", settings: Settings, options: argparse.Namespace) -> int:
    from index.changes import changed_sources

    manifest = store.manifest
    changed = changed_sources(store, settings)
    if options.json:
        outcome = {
            "built_at": manifest.built_at,
            "embedding": manifest.embedding,
            "documents": [asdict(document) for document in store.documents()],
            "failures": {name: failure.reason for name, failure in manifest.failures.items()},
            "changed": changed,
            "chunks": manifest.chunks,
            "sentences": manifest.sentences,
            "version": store.name,
        }
        _print_json(outcome)
    else:
        for document in store.documents():
            author, published = (document.metadata.get(k, "") for k in ("author", "published"))
            known = [author, date_in_words(published), count(document.sentences, "sentence")]
            facts = ", ".join(fact for fact in known if fact)
            say(f"{document.source}: “{document.title}”, {facts}")
        for failure in manifest.failures.values():
            say(failure.reason)
        for name in changed:
            say(f"{name!r} was added, changed or removed since.")
        say(
            f"{count(manifest.documents, 'document')}, built {manifest.built_at} with "
            f"{manifest.embedding}."
        )
        if changed:
            say(f"Bring the index in step with {index_command('build')}.")
    return INCOMPLETE if changed or manifest.failures else DONE


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    from index.verify import verify

    outcome = verify(settings)
    if options.json:
        _print_json(asdict(outcome))
    else:
        for fault in outcome.faults:
            say(f"Fault: {fault}.")
        for name in outcome.changed:
            say(f"{name!r} was added, changed or removed since the index was built.")
        checked = (
            f"{count(outcome.documents, 'document')}, {count(outcome.sentences, 'sentence')} and "
            f"{count(outcome.vectors, 'vector')} checked"
        )
        if outcome.faults:
            say(f"{checked}: the index is unsound. Run {index_command('rebuild')}.")
        elif outcome.changed:
            say(f"{checked}: sound. Run {index_command('build')} to take in the changes.")
        else:
            say(f"{checked}: sound.")
    if outcome.faults:
        return FAILED
    return INCOMPLETE if outcome.changed else DONE


def _search(settings: Settings, options: argparse.Namespace) -> int:
    from index.embed import embed_question, fingerprint, load_embedding
    from index.scope import part_of
    from index.store import Store

    if not options.question.strip():
        raise PullquoteError("The question is empty. Ask one in words.")
    scope = scope_of(options)
    embedding = load_embedding(settings.embedding)
    with closing(Store.open(settings.store, fingerprint(embedding))) as store:
        vector = embed_question(embedding, options.question)
        found = _found(part_of(store, scope), options.question, vector, options.k)
    if options.json:
        _print_json(found)
        return DONE
    for row in found:
        say(f"{row['score']:.3f}  {row['sentence']}")
        say(f"       {row['document_id']}, characters {row['start']} to {row['end']}")
    if not found:
        such = "such " if scope else ""
        say(f"Nothing found: there are no {such}documents in the index.")
    return DONE


def _found(
    store: "Store", question: str, vector: "NDArray[np.float32]", k: int
) -> list[dict[str, Any]]:
    from index.search import search

    rows = [
        {
            "score": round(hit.score, 4),
            **{name: round(value, 4) for name, value in asdict(hit.signals).items()},
            "document_id": chunk.chunk.document_id,
            "start": hit.sentence.span.start,
            "end": hit.sentence.span.end,
            "sentence": hit.sentence.span.of(store.document(chunk.chunk.document_id).text),
        }
        for chunk in search(store, question, vector, k)
        for hit in chunk.hits
    ]
    return sorted(rows, key=lambda row: row["score"], reverse=True)[:k]


class _Bar:
    """Shows progress: a bar on a terminal, a line per stage elsewhere."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, progress: "Progress") -> None:
        """Show how far the build is."""
        from tqdm import tqdm

        if progress.stage != self._stage:
            self._stage = progress.stage
            if not sys.stderr.isatty():
                print(f"{progress.stage} ({progress.total})", file=sys.stderr, flush=True)
                return
            self.__exit__()
            self._bar = tqdm(total=progress.total, desc=progress.stage, leave=False)
        if self._bar is not None:
            self._bar.update(progress.done - self._bar.n)


def _print_json(outcome: object) -> None:
    say(json.dumps(outcome, ensure_ascii=False, indent=2))
