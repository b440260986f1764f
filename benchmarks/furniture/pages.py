"""Saved pages of public test corpora, with what people say is the article.

The folder holds clones of three repositories: `mozilla/readability`,
`scrapinghub/article-extraction-benchmark` and `adbar/trafilatura`, each under its own name.
"""

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.data import DataError
from index.formats.html.body import parts_of
from index.formats.html.charset import decode
from index.formats.html.parse import parse
from index.formats.html.part import Part

_WORD = re.compile(r"[^\W_]+")
_RUN = 5
"""Words in a row that are looked for in the article."""

_ALIKE = 0.6
"""Share of a paragraph's runs that stand in the article if it belongs to it."""

_SHARED = frozenset({"co", "com", "org", "gov", "ac", "net", "edu"})
_ADDRESS = re.compile(rb'(?:og:url"[^>]*content="|rel="canonical" href=")(https?://[^"]+)')


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and which of its paragraphs are furniture."""

    corpus: str
    site: str
    """Its domain: what stands on one site is never both fitted on and reported."""

    parts: tuple[Part, ...]
    labels: tuple[bool | None, ...]
    """None where nobody said."""

    @property
    def is_for_fitting(self) -> bool:
        """Whether its site is one of those that are fitted on."""
        return hashlib.sha256(self.site.encode()).digest()[0] % 2 == 0


def load_pages(folder: Path) -> list[Page]:
    """Load what there is of the three.

    Raises:
        DataError: There is none.
    """
    pages = [*_scrapinghub(folder), *_mozilla(folder), *_trafilatura(folder)]
    if not pages:
        raise DataError(f"No saved pages in {str(folder)!r}. See benchmarks/README.md.")
    return pages


def _scrapinghub(folder: Path) -> Iterator[Page]:
    root = folder / "article-extraction-benchmark"
    for name, said in _json(root / "ground-truth.json").items():
        parts = _parts(gzip.decompress((root / "html" / f"{name}.html.gz").read_bytes()))
        labels = _labels(parts, said["articleBody"])
        if any(label is False for label in labels):
            yield Page("article-extraction-benchmark", _site(said["url"]), parts, labels)


def _mozilla(folder: Path) -> Iterator[Page]:
    for source in sorted(folder.glob("readability/test/test-pages/*/source.html")):
        content = source.read_bytes()
        article = _parts(source.with_name("expected.html").read_bytes())
        cells = (cell for one in article if one.kind == "row" for cell in one.text.split(" | "))
        labels = _labels(parts := _parts(content), "\n".join([*(p.text for p in article), *cells]))
        address = _ADDRESS.search(content)
        site = _site(address[1].decode("utf-8", "replace")) if address else source.parent.name
        if any(label is False for label in labels):
            yield Page("readability", site, parts, labels)


def _trafilatura(folder: Path) -> Iterator[Page]:
    root = folder / "trafilatura" / "tests"
    for url, said in _json(root / "evaldata.json").items():
        files = [root / place / said["file"] for place in ("eval", "cache")]
        if file := next((one for one in files if one.is_file()), None):
            parts = _parts(file.read_bytes())
            wanted, unwanted = (
                [f" {plain} " for text in said.get(key, ()) if (plain := _plain(text))]
                for key in ("with", "without")
            )
            yield Page(
                "trafilatura",
                _site(url),
                parts,
                tuple(_named(f" {_plain(part.text)} ", wanted, unwanted) for part in parts),
            )


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


def _named(text: str, wanted: Sequence[str], unwanted: Sequence[str]) -> bool | None:
    is_wanted = any(one in text for one in wanted)
    is_unwanted = any(one in text for one in unwanted)
    return None if is_wanted == is_unwanted else is_unwanted


def _site(url: str) -> str:
    names = (urlsplit(url).hostname or url).lower().split(".")
    return ".".join(names[-3:] if len(names) > 2 and names[-2] in _SHARED else names[-2:])


def _parts(content: bytes) -> tuple[Part, ...]:
    body = parse("page", decode("page", content)).body
    return tuple(parts_of(body)) if body else ()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _labels(parts: Sequence[Part], article: str) -> tuple[bool | None, ...]:
    """What stands in the article is no furniture; headlines and captions are neither.

    A paragraph of few words is of the article if it is a line of it, and stands where the longer
    ones do; if its words only occur in a line there, it isn't known.
    """
    lines = Counter(filter(None, map(_plain, article.split("\n"))))
    whole = " ".join(lines)
    runs = set(_runs(whole.split()))
    texts = [_plain(part.text) for part in parts]
    long = [
        number
        for number, text in enumerate(texts)
        if (own := _runs(text.split()))
        and sum(run in runs for run in own) >= _ALIKE * len(own)
        and parts[number].kind != "caption"
    ]
    kept = set(long)
    labels: list[bool | None] = []
    for number, (part, text) in enumerate(zip(parts, texts, strict=True)):
        near = bool(long) and long[0] - 3 <= number <= long[-1] + 2
        if number in kept:
            labels.append(False)
        elif not text or part.kind == "caption" or (part.kind == "heading" and part.level == 1):
            labels.append(None)
        elif _runs(text.split()) or not near:
            labels.append(True)
        else:
            labels.append(False if text in lines else None if f" {text} " in whole else True)
    return tuple(labels)


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN)]
