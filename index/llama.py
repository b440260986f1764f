"""Files that llama-index-core brings along and that work without a network."""

import importlib.util
from functools import cache
from pathlib import Path


@cache
def static_folder() -> Path | None:
    """Its folder of such files, found without importing it."""
    package = importlib.util.find_spec("llama_index.core")
    return Path(package.origin).parent / "_static" if package and package.origin else None
