"""The default embedding's files, and what names them. Light to import, unlike `index.embed`."""

import hashlib
from functools import lru_cache
from pathlib import Path

NAME = "all-MiniLM-L6-v2"

FOLDER = Path(__file__).parent / NAME
"""Where `model.onnx` and `tokenizer.json` of the default embedding are."""


@lru_cache(maxsize=2)
def fingerprint_of(folder: Path) -> str:
    """Name a folder's model by what is in it.

    Raises:
        OSError: There is no model in the folder.
    """
    with (folder / "model.onnx").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{NAME} int8 {digest[:8]}"
