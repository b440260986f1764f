"""Ask single articles the questions written for them, kind by kind."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.data import DataError, SetDocument
from benchmarks.honesty import Honesty
from benchmarks.product import Embedding, Reply, open_product

FOLDER = Path(__file__).parent / "articles"
SEEDS = FOLDER.parent.parent / "seeds"
SAME_WORDS = 0.8
"""Share of gold's words that a quote must have, where neither holds the other whole."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ArticleQuestion:
    """A question about an article, and what answers it."""

    id: str
    text: str
    kind: str
    gold: tuple[str, ...]
    """Words of the article; none when it doesn't say."""

    any: bool
    """Whether one of the gold is enough."""

    history: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it."""

    article: str
    question: ArticleQuestion
    reply: Reply

    @property
    def right(self) -> bool:
        """Answered with the gold, or declined where there is none."""
        if not self.question.gold:
            return not self.reply.answered
        return self.reply.answered and self.found

    @property
    def found(self) -> bool:
        """Whether the gold is among the quotes."""
        enough = any if self.question.any else all
        quoted = [quote.words for quote in self.reply.quotes]
        return enough(any(agree(words, gold) for words in quoted) for gold in self.question.gold)

    @property
    def fault(self) -> str:
        """What is wrong with the reply; empty when it is right."""
        if self.right:
            return ""
        if not self.question.gold:
            return "answered, but the article doesn't say"
        return "gold not quoted" if self.reply.answered else "declined"


def ask_articles(
    names: Sequence[str], embedding: Embedding, cache: Path
) -> tuple[list[Asked], Honesty]:
    """Index each article alone and ask its questions.

    Raises:
        DataError: There is no such article.
    """
    asked: list[Asked] = []
    honesty = Honesty()
    for name in names or find_articles():
        document = _document(name)
        product = open_product(cache, name, [document], embedding)
        for question in load_questions(FOLDER / name / "questions.jsonl"):
            reply = product.ask(question.text, question.history)
            for quote in (*reply.quotes, *reply.nearest):
                source = product.source_of(quote.place)
                honesty.check(source, quote.place.start, quote.place.end, quote.words)
            asked.append(Asked(name, question, reply))
    return asked, honesty


def find_articles() -> list[str]:
    """List the articles that there are questions for."""
    return sorted(path.parent.name for path in FOLDER.glob("*/questions.jsonl"))


def load_questions(path: Path) -> list[ArticleQuestion]:
    """Read the questions of an article.

    Raises:
        DataError: There is no such file.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise DataError(f"Cannot read {str(path)!r}: {error.strerror}.") from error
    return [_question(json.loads(line)) for line in lines if line.strip()]


def agree(quote: str, gold: str) -> bool:
    """Whether a quote is gold: one holds the other, or they share nearly all of gold's words."""
    quoted, wanted = _folded(quote), _folded(gold)
    if wanted in quoted or (quoted in wanted and 2 * len(quoted) >= len(wanted)):
        return True
    words = set(wanted.split())
    return len(words & set(quoted.split())) >= SAME_WORDS * len(words)


def article_rows(asked: Iterable[Asked]) -> list[list[str]]:
    """Rows of a table: per article and kind, how many were asked and what came of them."""
    groups: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        groups.setdefault((one.article, one.question.kind), []).append(one)
        groups.setdefault((one.article, "all"), []).append(one)
    return [
        [
            f"{article}: {kind}",
            str(len(members)),
            str(sum(one.right for one in members)),
            *(
                str(sum(one.fault == fault for one in members))
                for fault in (
                    "gold not quoted",
                    "declined",
                    "answered, but the article doesn't say",
                )
            ),
        ]
        for (article, kind), members in sorted(groups.items())
    ]


HEADER = ("", "questions", "right", "gold not quoted", "wrongly declined", "wrongly answered")


def as_json(asked: Iterable[Asked]) -> list[dict[str, object]]:
    """What `--json` holds: every question with its reply."""
    return [
        {
            "article": one.article,
            "id": one.question.id,
            "kind": one.question.kind,
            "question": one.question.text,
            "searched": one.reply.searched,
            "right": one.right,
            "fault": one.fault,
            "answered": one.reply.answered,
            "reason": one.reply.reason,
            "quotes": [quote.words for quote in one.reply.quotes],
            "gold": list(one.question.gold),
        }
        for one in asked
    ]


def _document(name: str) -> SetDocument:
    """Read an article: beside its questions, or the only one in `seeds`."""
    candidates = [*sorted((FOLDER / name).glob("document.*")), *sorted(SEEDS.glob("*.txt"))]
    if not (FOLDER / name).is_dir() or not candidates:
        raise DataError(f"No article {name!r}, but {', '.join(find_articles())}.")
    return SetDocument(
        name, "", candidates[0].read_bytes().decode("utf-8"), suffix=candidates[0].suffix
    )


def _question(row: Mapping[str, Any]) -> ArticleQuestion:
    return ArticleQuestion(
        id=row["id"],
        text=row["question"],
        kind=row["kind"],
        gold=tuple(row["gold"]),
        any=row["any"],
        history=tuple((question, answer) for question, answer in row.get("history", ())),
    )


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
