"""What the reader learns from, as rows of tokens: questions with passages, claims with quotes.

Part of `make_reader.py`, which trains on them.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

CLS, SEP = 101, 102
WINDOW, QUESTION_TOKENS, TITLE_TOKENS, CLAIM_TOKENS, QUOTE_TOKENS = 320, 60, 24, 96, 120
"""As `assistant/reader/model.py` reads."""

SHOWN = 3
"""Passages that are shown for a question beside the one that answers, at the most."""

GOLD_REMOVED, OTHERWISE_NAMED, ELSEWHERE = 0.08, 0.08, 0.04
"""Shares of answerable questions that are made unanswerable, by way of making them so."""

_NAME = re.compile(r"\b[A-Z][\w'-]+(?:\s+(?:of\s+|de\s+)?[A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")


@dataclass(frozen=True, slots=True)
class Row:
    """What the model reads at once, and what it is to say."""

    group: int
    """The question of the step that it belongs to."""

    tokens: list[int]
    second: int
    """Where what stands behind the question begins."""

    sentences: list[tuple[int, int]]
    gold: list[bool]
    answer: tuple[int, int] | None
    """First and last token of the words that answer; (0, 0) if there are none, None if unknown."""


class Texts:
    """Tokens of passages, questions and claims, and what is made of them."""

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.passages = _lines(folder / "passages.jsonl")
        self.questions = _lines(folder / "questions.jsonl")
        self.claims = _lines(folder / "claims.jsonl")
        named = (_NAME.search(one["question"], 1) for one in self.questions)
        self._names = [found.group() for found in named if found]

    def ids(self, text: str) -> list[int]:
        """Tokens of a text."""
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def rows(self, group: int, asked: dict) -> list[Row]:
        """Choose passages for a question, one that answers and some that don't, or only such."""
        question, shown = self._chosen(asked)
        titled = random.random() < 0.5
        made = [self._row(group, question, one, titled) for one in shown]
        return [row for row in made if row.sentences]

    def _chosen(self, asked: dict) -> tuple[str, list[dict]]:
        question = asked["question"]
        right = [one for one in asked["found"] if one["gold"]]
        own = [one for one in asked["found"] if one["own"] and not one["gold"]]
        others = [one for one in asked["found"] if not one["own"] and not one["gold"]]
        if not asked["answerable"]:
            return question, [*own[:2], *_nearest(others, SHOWN - 1)]
        if not right:
            return question, []
        one, way = random.choice(right), random.random()
        shown = [one]
        if way < GOLD_REMOVED:
            shown = [{**one, "gold": [], "without": one["gold"], "answer": None}]
        elif way < GOLD_REMOVED + OTHERWISE_NAMED and one["answer"]:
            if other := self._named_otherwise(question, one):
                question, shown = other, [{**one, "gold": [], "answer": None}]
        elif way < GOLD_REMOVED + OTHERWISE_NAMED + ELSEWHERE and others:
            shown = []
        beside = [random.choice(own[:4])] if own and random.random() < 0.6 else []
        return question, [*shown, *beside, *_nearest(others, SHOWN - len(beside))]

    def _named_otherwise(self, question: str, one: dict) -> str:
        """Put another name or number into a question; empty if there is none to replace."""
        sentences = self.passages[one["passage"]]["sentences"]
        number, first, last = one["answer"]
        return self.otherwise(question, " ".join(sentences), sentences[number][first:last])

    def otherwise(self, said: str, text: str, kept: str) -> str:
        """Put another name or number into what is said: one of the text, or of anywhere."""
        names, numbers = list(_NAME.finditer(said, 1)), list(_NUMBER.finditer(said))
        if numbers and (not names or random.random() < 0.4):
            found = random.choice(numbers)
            new = _other_number(found.group(), text, kept)
        elif names:
            found = random.choice(names)
            near = [name for name in _NAME.findall(text) if name not in kept]
            new = random.choice(near if near and random.random() < 0.5 else self._names)
            if any(word in said for word in new.split()):
                return ""
        else:
            return ""
        return said[: found.start()] + new + said[found.end() :]

    def _row(self, group: int, question: str, one: dict, titled: bool) -> Row:
        passage = self.passages[one["passage"]]
        tokens = [CLS, *self.ids(question)[:QUESTION_TOKENS], SEP]
        second = len(tokens)
        if titled and passage["title"]:
            tokens += [*self.ids(passage["title"])[:TITLE_TOKENS], SEP]
        sentences, gold = [], []
        answer = None if one["gold"] else (0, 0)
        for number, sentence in enumerate(passage["sentences"]):
            encoded = self._tokenizer.encode(sentence, add_special_tokens=False)
            room = min(len(encoded.ids), WINDOW - 1 - len(tokens))
            if number in one.get("without", ()) or not encoded.ids:
                continue
            if room < min(8, len(encoded.ids)):
                break
            if one["answer"] and one["answer"][0] == number:
                answer = _tokens_of(one["answer"], encoded.offsets[:room], len(tokens)) or answer
            sentences.append((len(tokens), len(tokens) + room))
            gold.append(number in one["gold"])
            tokens += encoded.ids[:room]
        is_cut = bool(one["gold"]) and not any(gold)
        return Row(group, [*tokens, SEP], second, [] if is_cut else sentences, gold, answer)

    def claim(self, one: dict) -> tuple[list[int], int, bool]:
        """Tokens of a claim and its quotes, where the quotes begin, and whether it is sound."""
        said, quotes, is_sound, way = (
            one["claim"],
            [*one["quotes"]],
            one["supported"],
            random.random(),
        )
        others = one["others"]
        if is_sound and way < 0.1 and others:
            quotes, is_sound = random.sample(others, min(len(others), len(quotes))), False
        elif is_sound and way < 0.22:
            if other := self.otherwise(said, " ".join([*quotes, *others]), ""):
                said, is_sound = other, False
        elif others and way < 0.45:
            quotes.insert(random.randrange(len(quotes) + 1), random.choice(others))
        tokens = [CLS, *self.ids(said)[:CLAIM_TOKENS], SEP]
        read = [token for quote in quotes for token in self.ids(quote)[:QUOTE_TOKENS]]
        return [*[*tokens, *read][: WINDOW - 1], SEP], len(tokens), is_sound


def _lines(file: Path) -> list[dict]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _tokens_of(
    answer: Sequence[int], offsets: Sequence[tuple[int, int]], start: int
) -> tuple[int, int] | None:
    _, first, last = answer
    inside = [n for n, (begin, end) in enumerate(offsets) if begin < last and end > first]
    return (start + inside[0], start + inside[-1]) if inside else None


def _nearest(passages: Sequence[dict], count: int) -> list[dict]:
    """Draw passages, those that were found first more often."""
    left, drawn = list(passages), []
    while left and len(drawn) < count:
        drawn.append(left.pop(min(int(random.expovariate(0.5)), len(left) - 1)))
    return drawn


def _other_number(old: str, text: str, kept: str) -> str:
    near = [n for n in _NUMBER.findall(text) if n != old and n not in kept and len(n) == len(old)]
    if near and random.random() < 0.5:
        return random.choice(near)
    digits = [place for place, char in enumerate(old) if char.isdigit()]
    place = digits[-1] if random.random() < 0.7 else digits[-min(2, len(digits))]
    return old[:place] + random.choice("0123456789".replace(old[place], "")) + old[place + 1 :]
