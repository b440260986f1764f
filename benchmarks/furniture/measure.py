"""Compare what is told with what people say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.quotes.furniture import look_at
from benchmarks.furniture.pages import Page
from index.formats.html.furniture import Weights, mark_furniture

FEW = 5
"""Words below which a line is left out of the second rows: nobody would quote it."""

HEADER = ("", "sites", "furniture", "told", "by its look", "article", "kept", "by its look")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is told of the lines of a corpus."""

    corpus: str
    fewest: int
    sites: int
    furniture: int
    told: int
    told_by_look: int
    article: int
    kept: int
    kept_by_look: int


def measure(pages: Iterable[Page], weights: Weights | None = None) -> Iterator[Outcome]:
    """Measure on pages, corpus by corpus."""
    counts: Counter[tuple[str, int, bool, str]] = Counter()
    sites: dict[str, set[str]] = {}
    for page in pages:
        sites.setdefault(page.corpus, set()).add(page.site)
        marked = mark_furniture(page.parts, weights)
        for part, label, one in zip(page.parts, page.labels, marked, strict=True):
            if label is not None:
                by_look = look_at(part.text).is_boilerplate
                for fewest in (0, FEW) if len(part.text.split()) >= FEW else (0,):
                    key = (page.corpus, fewest, label)
                    counts[*key, "all"] += 1
                    counts[*key, "marked"] += one.kind == "furniture"
                    counts[*key, "look"] += by_look
    for corpus in sorted(sites):
        for fewest in (0, FEW):
            furniture, article = ((corpus, fewest, label) for label in (True, False))
            yield Outcome(
                corpus,
                fewest,
                len(sites[corpus]),
                counts[*furniture, "all"],
                counts[*furniture, "marked"],
                counts[*furniture, "look"],
                counts[*article, "all"],
                counts[*article, "all"] - counts[*article, "marked"],
                counts[*article, "all"] - counts[*article, "look"],
            )


def rows(outcomes: Iterable[Outcome]) -> list[list[str]]:
    """As a table."""
    return [
        [
            f"{one.corpus}{f', {one.fewest} words or more' if one.fewest else ''}",
            f"{one.sites:,}",
            f"{one.furniture:,}",
            _share(one.told, one.furniture),
            _share(one.told_by_look, one.furniture),
            f"{one.article:,}",
            _share(one.kept, one.article),
            _share(one.kept_by_look, one.article),
        ]
        for one in outcomes
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / max(1, whole):.1%}"
