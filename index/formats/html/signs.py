"""What speaks for and against a paragraph's being part of the article, as signs to be weighed."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from index.formats.html.part import Element, Part

_NAMES = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।:;][\"'”’»)\]]*$")
_LANDMARKS = frozenset(
    """
    a address article aside blockquote button details dialog dl dt figure footer form header label
    li main nav pre search section summary table time
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_NEAR = 3
"""Elements around a paragraph whose names count apart from those of the ones further out."""

_AROUND = 12
"""Elements around it that are looked at."""

_MAX_NAMES = 12
"""Names in one attribute of an element that are looked at."""

_LONG = 20
"""Words from which on a paragraph is long."""

_BESIDE = (-3, -2, -1, 1, 2, 3)


class _Measure:
    """What a paragraph is by its size."""

    def __init__(self, part: Part) -> None:
        text = part.text
        self.words = max(text.count(" ") + 1, len(text) // 12)  # some scripts have no spaces
        self.linked = part.linked / len(text)
        """Share of its characters that are links."""

        self.ends = bool(_SENTENCE_END.search(text[-20:]))
        self.is_running = self.words >= _LONG and self.linked < 0.3 and self.ends  # noqa: PLR2004
        """Whether it is running text."""

        size = "long" if self.words >= _LONG else "short" if self.words > 4 else "tiny"  # noqa: PLR2004
        links = "links" if self.linked > 0.6 else "text"  # noqa: PLR2004
        ends = " ends" if self.ends else ""
        self.look = "running" if self.is_running else f"{size} {links}{ends}"


class _Page:
    """What is known of a page as a whole."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.measures = [_Measure(part) for part in parts]
        self.running = [n for n, one in enumerate(self.measures) if one.is_running]
        self.words = sum(self.measures[number].words for number in self.running)
        """Of running text."""

        self.inside: Counter[int] = Counter()
        """By element, how many of them stand in it."""

        for number in self.running:
            for element in _around(parts[number].element):
                self.inside[id(element)] += self.measures[number].words
        self.main = self._main()
        self.around_main = {id(one) for one in _around(self.main)} if self.main else set()
        self.kin = self._kin()
        self.names: dict[int, frozenset[str]] = {}
        self._of_elements: dict[int, frozenset[str]] = {}

    def of_element(self, element: Element) -> frozenset[str]:
        """The signs of all paragraphs that stand in an element."""
        if id(element) not in self._of_elements:
            self._of_elements[id(element)] = frozenset(
                (
                    *_named(element, self),
                    *_in_the_page(element, self),
                    self.kin[_path(element)],
                )
            )
        return self._of_elements[id(element)]

    def _main(self) -> Element | None:
        """The innermost element that holds more than half of the running text."""
        best, deepest = None, 0
        for number in self.running:
            around = list(_around(self.parts[number].element))
            for steps, element in enumerate(around):
                depth = len(around) - steps
                if 2 * self.inside[id(element)] > self.words and depth > deepest:
                    best, deepest = element, depth
        return best

    def _kin(self) -> dict[str, str]:
        """By path, what the paragraphs are like that stand in elements of the same names."""
        found: dict[str, list[_Measure]] = defaultdict(list)
        for part, measure in zip(self.parts, self.measures, strict=True):
            found[_path(part.element)].append(measure)
        return {path: _looks(kin) for path, kin in found.items()}


def signs_of(parts: Sequence[Part]) -> Iterator[set[str]]:
    """The signs of each paragraph of a page."""
    page = _Page(parts)
    for number, part in enumerate(parts):
        yield {
            *_own(part, page.measures[number]),
            *page.of_element(part.element),
            *_beside(page.measures, number),
            *_placed(number, page),
        }


def _bucket(value: float, *borders: float) -> int:
    return sum(value >= border for border in borders)


def _own(part: Part, measure: _Measure) -> Iterator[str]:
    size = _bucket(measure.words, 2, 3, 5, 8, 12, 20, 40, 80)
    linked = _bucket(measure.linked, 0.01, 0.2, 0.5, 0.9)
    commas = _bucket(part.text.count(",") / measure.words, 0.01, 0.1, 0.3)
    tag = part.element.tag
    yield f"size {size}"
    yield f"links {linked}"
    yield f"size {size} links {linked}"
    yield f"ends {measure.ends} size {min(size, 5)}"
    yield f"commas {commas}"
    yield f"tag {tag}"
    yield f"tag {tag} links {linked}"
    yield f"kind {part.kind} size {size}"
    yield f"kind {part.kind} {part.level if part.kind == 'heading' else min(part.level, 2)}"
    if part.text[:1].islower():
        yield "lower"
    if part.text.isupper():
        yield "capitals"


def _around(element: Element) -> Iterator[Element]:
    """It and the elements around it, from the inside out."""
    one: Element | None = element
    for _ in range(_AROUND):
        if one is None or one.tag == "body":
            return
        yield one
        one = one.parent


def _named(element: Element, page: _Page) -> Iterator[str]:
    """What the elements around a paragraph are, and the names that the page gives them."""
    for steps, one in enumerate(_around(element)):
        if id(one) not in page.names:
            page.names[id(one)] = frozenset(_names(one))
        where = "near" if steps < _NEAR else "far"
        for name in page.names[id(one)]:
            yield f"{where} {name}"
        if one.tag in _LANDMARKS:
            yield f"in {one.tag}"
        if steps < 2:  # noqa: PLR2004
            yield f"under {one.tag}"


def _names(element: Element) -> Iterator[str]:
    attributes = element.attributes
    for key in ("class", "id", "role", "itemprop"):
        if value := attributes.get(key):
            for name in _NAMES.findall(value[:200])[:_MAX_NAMES]:
                yield name.lower()


def _path(element: Element) -> str:
    return "/".join(
        f"{one.tag}.{(one.attributes.get('class') or '')[:60]}"
        for one, _ in zip(_around(element), range(_NEAR), strict=False)
    )


def _beside(measures: Sequence[_Measure], number: int) -> Iterator[str]:
    for offset in _BESIDE:
        other = number + offset
        look = measures[other].look if 0 <= other < len(measures) else "none"
        yield f"beside {offset} {look}"


def _looks(kin: Sequence[_Measure]) -> str:
    number = _bucket(len(kin), 2, 4, 10, 30)
    words = _bucket(sum(one.words for one in kin) / len(kin), 3, 6, 12, 25)
    linked = _bucket(sum(one.linked for one in kin) / len(kin), 0.05, 0.3, 0.7)
    return f"kin {number} {words} {linked}"


def _in_the_page(element: Element, page: _Page) -> Iterator[str]:
    around = list(_around(element))
    for steps in (1, 2, 3):
        words = page.inside[id(around[steps])] if len(around) > steps else 0
        share = words / max(1, page.words)
        yield f"share {steps} {_bucket(share, 0.001, 0.1, 0.3, 0.6, 0.9)}"
    if page.main in around:
        yield f"main {min(around.index(page.main), 5)}"
    else:
        shared = (n for n, one in enumerate(around) if id(one) in page.around_main)
        yield f"aside {min(next(shared, 6), 6)}"


def _placed(number: int, page: _Page) -> Iterator[str]:
    if not page.running:
        yield "no running"
        return
    first, last = page.running[0], page.running[-1]
    yield f"tenth {10 * number // len(page.parts)}"
    if number < first:
        yield f"before {_bucket(first - number, 2, 4, 8, 16)}"
    elif number > last:
        yield f"after {_bucket(number - last, 2, 4, 8, 16)}"
