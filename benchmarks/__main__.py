"""The command line: `python -m benchmarks quality | articles | speed | splitting | …`."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.data import DataError, find_sets

NOT_REPORTED = "train_"
"""Sets whose names begin so are for fitting, and measured only when named."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark and return its exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure quality and speed beside their baselines. See benchmarks/README.md.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_quality(commands.add_parser("quality", help="on public question sets"))
    _add_articles(commands.add_parser("articles", help="on single articles, kind by kind"))
    _add_speed(commands.add_parser("speed", help="of building, starting and asking"))
    _add_page(
        commands.add_parser("page", help="how quick it is, in a browser; and a picture of it")
    )
    _add_splitting(commands.add_parser("splitting", help="how its time grows with the text"))
    _add_reading(commands.add_parser("reading", help="what the reader is trained on, as a file"))
    _add_fit(commands.add_parser("fit", help="the coefficients"))
    _add_claims(commands.add_parser("claims", help="the check of a language model's claims"))
    _add_furniture(commands.add_parser("furniture", help="of web pages, told from articles"))
    _add_documents(commands.add_parser("documents", help="what is read of files, beside theirs"))
    _add_languages(commands.add_parser("languages", help="the same questions in other languages"))
    return parser


def _add_page(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_page)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="only take a picture of an answer, as PNG"
    )


def _page(options: argparse.Namespace) -> int:
    from benchmarks.page import measure_page, picture
    from benchmarks.report import print_table, write_json
    from benchmarks.speed.figures import HEADER, speed_rows

    if options.picture:
        picture(options.picture)
        return 0
    figures = []
    for figure in measure_page():
        figures.append(figure)
        print("  ".join(speed_rows([figure])[0]), file=sys.stderr)
    print_table(HEADER, speed_rows(figures))
    if options.json:
        write_json(options.json, [asdict(figure) for figure in figures])
    return 1 if any(figure.held is False for figure in figures) else 0


def _add_documents(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_documents)
    parser.add_argument("folder", type=Path, help="a folder of documents")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")


def _documents(options: argparse.Namespace) -> int:
    from benchmarks.documents.check import check_folder
    from benchmarks.documents.figures import as_json, tables, unread_lines
    from benchmarks.report import print_table, write_json
    from index.settings import Settings

    outcomes = list(check_folder(Settings.from_env(sources=str(options.folder))))
    for header, rows in tables(outcomes):
        print_table(header, rows)
        print()
    for line in unread_lines(outcomes):
        print(line)
    if options.json:
        write_json(options.json, as_json(outcomes))
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _add_languages(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_languages)
    parser.add_argument(
        "--xquad", type=Path, required=True, metavar="FOLDER", help="XQuAD's files, as published"
    )
    parser.add_argument("--languages", default="en,es,de,zh", metavar="A,B", help="which (these)")
    _add_half(parser)
    parser.add_argument("--limit", type=int, metavar="N", help="ask only a sample of N each")
    _add_cache(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def _languages(options: argparse.Namespace) -> int:
    from benchmarks.languages import HEADER, language_rows, measure_languages
    from benchmarks.report import print_table, write_json

    languages = tuple(code.strip() for code in options.languages.split(","))
    with tempfile.TemporaryDirectory() as temporary:
        cache = options.cache or Path(temporary)
        outcomes = []
        for outcome in measure_languages(
            options.xquad, languages, options.half, options.limit, cache
        ):
            outcomes.append(outcome)
            print("  ".join(language_rows([outcome])[0]), file=sys.stderr)
    rows = language_rows(outcomes)
    print_table(HEADER, rows)
    if options.json:
        write_json(options.json, [dict(zip(HEADER, row, strict=True)) for row in rows])
    return 1 if any(outcome.honesty.faults for outcome in outcomes) else 0


def _add_claims(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_claims)
    _add_data(parser)
    _add_half(parser)
    parser.add_argument("--faults", metavar="KIND", help="list what was judged wrongly of a kind")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")


def _claims(options: argparse.Namespace) -> int:
    from benchmarks.claims import HEADER, chosen, claim_rows, faults_of, measure_claims
    from benchmarks.report import print_table, write_json

    outcomes = list(measure_claims(options.data, options.half))
    rows = claim_rows(outcomes)
    print_table(HEADER, rows)
    if options.half == "fit":
        print(f"\nThe limits chosen by these: {chosen(outcomes)}")
    for line in faults_of(outcomes, options.faults) if options.faults else ():
        print(line)
    if options.json:
        write_json(options.json, [dict(zip(HEADER, row, strict=True)) for row in rows])
    return 0


def _add_quality(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_quality)
    _add_data(parser)
    parser.add_argument("--sets", metavar="A,B", help="which sets (all but those for training)")
    _add_half(parser)
    parser.add_argument("--limit", type=int, metavar="N", help="ask only a sample of N per set")
    parser.add_argument("--embedding", default="default", help="as PULLQUOTE_EMBEDDING (default)")
    _add_cache(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them there, as PNG")
    parser.add_argument(
        "--tables", type=Path, metavar="FILE", help="write README's tables there, as Markdown"
    )
    parser.add_argument(
        "--details", type=Path, metavar="FILE", help="write each question there, as JSONL"
    )


def _add_articles(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_articles)
    parser.add_argument("names", nargs="*", metavar="ARTICLE", help="which articles (all)")
    parser.add_argument("--embedding", default="default", help="as PULLQUOTE_EMBEDDING (default)")
    parser.add_argument("--faults", action="store_true", help="list what went wrong")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every reply there")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_reading)
    _add_data(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="JSON lines")


def _reading(options: argparse.Namespace) -> int:
    from benchmarks.reading import write_reading

    with tempfile.TemporaryDirectory() as temporary:
        counts = write_reading(options.data, Path(temporary), options.out)
    listed = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    print(f"{listed} written to {str(options.out)!r}.")
    return 0


def _add_fit(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_fit)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, metavar="FOLDER", help="folder of question sets")
    source.add_argument(
        "--xquad", type=Path, metavar="FOLDER", help="XQuAD's files, to fit what is not read"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the coefficients there")
    parser.add_argument("--limit", type=int, metavar="N", help="ask only a sample of N per set")
    _add_cache(parser)


def _fit(options: argparse.Namespace) -> int:
    from benchmarks.fit import fit
    from benchmarks.fit_unread import fit_unread

    chosen, folder = (fit_unread, options.xquad) if options.xquad else (fit, options.data)
    with tempfile.TemporaryDirectory() as temporary:
        fitted = chosen(folder, options.cache or Path(temporary), options.limit)
    print(fitted, end="")
    if options.out:
        options.out.write_text(fitted, "utf-8")
    return 0


def _add_speed(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_speed)
    _add_data(parser)
    parser.add_argument(
        "--sentences", type=int, default=50_000, metavar="N", help="in the large store (50000)"
    )
    parser.add_argument(
        "--torch-python",
        type=Path,
        metavar="PATH",
        help="a Python with torch, sentence-transformers and llama-index, to compare with",
    )
    parser.add_argument(
        "--weights", type=Path, metavar="FOLDER", help="all-MiniLM-L6-v2 as published, for that"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def _add_splitting(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_splitting)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")


def _splitting(options: argparse.Namespace) -> int:
    from benchmarks.report import print_table, write_json
    from benchmarks.splitting import HEADER, growth_rows, measure_splitting

    growths = []
    for growth in measure_splitting():
        growths.append(growth)
        print("  ".join(growth_rows([growth])[0]), file=sys.stderr)
        if options.json:
            write_json(options.json, [asdict(g) | {"worst": g.worst} for g in growths])
    print_table(HEADER, growth_rows(growths))
    return 0 if all(growth.held for growth in growths) else 1


def _add_furniture(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_furniture)
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="folder of saved pages"
    )
    parser.add_argument("--half", choices=("fit", "report"), default="report", help="which sites")
    parser.add_argument("--fit", type=Path, metavar="FILE", help="fit anew, and write that there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")


def _furniture(options: argparse.Namespace) -> int:
    from benchmarks.furniture.fit import as_json, fit
    from benchmarks.furniture.measure import HEADER, measure, rows
    from benchmarks.furniture.pages import load_pages
    from benchmarks.report import print_table, write_json

    pages = load_pages(options.data)
    weights = None
    if options.fit:
        weights = fit([page for page in pages if page.is_for_fitting])
        options.fit.write_text(as_json(weights), "utf-8")
    wanted = [page for page in pages if page.is_for_fitting == (options.half == "fit")]
    outcomes = list(measure(wanted, weights))
    print_table(HEADER, rows(outcomes))
    if options.json:
        write_json(options.json, [asdict(one) for one in outcomes])
    return 0


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="folder of question sets"
    )


def _add_half(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--half",
        choices=("fit", "report", "all"),
        default="report",
        help="which questions (report): fit is for choosing, report for reporting",
    )


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", type=Path, metavar="FOLDER", help="keep stores here for next time"
    )


def _quality(options: argparse.Namespace) -> int:
    from benchmarks.product import Embedding
    from benchmarks.quality.measure import measure
    from benchmarks.quality.outcomes import Run
    from benchmarks.report import as_json, print_set, write_json
    from benchmarks.tables import tables

    started = time.monotonic()
    names = _names(options)
    embedding = Embedding(options.embedding)
    reports = []
    with tempfile.TemporaryDirectory() as temporary:
        cache = options.cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        run = Run(options.data, options.half, options.limit, embedding, cache)
        for name in names:
            reports.append(measure(run, name))
            print_set(reports[-1], options.half)
    seconds = time.monotonic() - started
    print(f"\n{seconds:.0f} s")
    if options.json:
        write_json(options.json, as_json(reports, options.half, embedding.fingerprint, seconds))
    if options.plot:
        from benchmarks.plot import plot

        plot(reports, options.half, options.plot)
    if options.tables:
        options.tables.write_text(tables(reports), "utf-8")
    if options.details:
        lines = [json.dumps(row, ensure_ascii=False) for r in reports for row in r.details]
        options.details.write_text("\n".join(lines) + "\n", "utf-8")
    faults = [fault for report in reports for fault in report.faults]
    for fault in faults[:20]:
        print(f"Not what the source says: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _articles(options: argparse.Namespace) -> int:
    from benchmarks.articles import HEADER, article_rows, as_json, ask_articles
    from benchmarks.product import Embedding
    from benchmarks.report import print_table, write_json

    with tempfile.TemporaryDirectory() as temporary:
        asked, honesty = ask_articles(options.names, Embedding(options.embedding), Path(temporary))
    print_table(HEADER, article_rows(asked))
    print(f"\n{honesty.checked} citations, {len(honesty.faults)} not as their source")
    if options.faults:
        for one in asked:
            if one.fault:
                print(f"\n{one.question.id} {one.question.text}\n  {one.fault}: {one.reply.text}")
    if options.json:
        write_json(options.json, as_json(asked))
    return 1 if honesty.faults else 0


def _speed(options: argparse.Namespace) -> int:
    from benchmarks.data import load_set
    from benchmarks.report import print_table, write_json
    from benchmarks.speed.figures import HEADER, speed_rows
    from benchmarks.speed.measure import measure_speed

    sets = [load_set(options.data, name) for name in find_sets(options.data)]
    figures = []
    with tempfile.TemporaryDirectory() as temporary:
        for figure in measure_speed(
            sets,
            options.sentences,
            Path(temporary),
            peer_python=options.torch_python,
            weights=options.weights,
        ):
            figures.append(figure)
            print("  ".join(cell for cell in speed_rows([figure])[0] if cell), file=sys.stderr)
            if options.json:
                write_json(options.json, [asdict(f) | {"ratio": f.ratio} for f in figures])
    print_table(HEADER, speed_rows(figures))
    return 0


def _names(options: argparse.Namespace) -> list[str]:
    from benchmarks.quality.alone import OWN_TEXTS

    known = [*find_sets(options.data), OWN_TEXTS]
    if not options.sets:
        return [name for name in known if not name.startswith(NOT_REPORTED)]
    names = [name.strip() for name in options.sets.split(",")]
    for name in names:
        if name not in known:
            raise DataError(f"No set {name!r} in {str(options.data)!r}, but {', '.join(known)}.")
    return names


if __name__ == "__main__":
    sys.exit(main())
