"""The settings, read from the environment in one place."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from index.errors import SettingsError

PREFIX = "PULLQUOTE_"

LEAST_CONTEXT = 1024
"""Tokens below which no passage fits beside what the language model is told."""

LEAST_REPLY = 64
"""Tokens below which a reply says nothing; 0 leaves its length to the context."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be configured; nothing else is. The README's table describes each."""

    sources: Path = Path("seeds")
    store: Path = Path(".pullquote")
    embedding: str = "default"
    """`default`, or `module:factory` of a llama-index `BaseEmbedding`."""

    max_file_mb: float = 20.0
    """Source files above this many megabytes (of 1,000,000 bytes) are refused."""

    host: str = "127.0.0.1"
    port: int = 7860

    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: str = field(default="", repr=False)
    llm_context: int = 4096
    """How many tokens the language model takes, its reply included."""

    llm_reply: int = 0
    """How many of them its reply may have, thoughts included; 0 lets it grow with the context."""

    llm_first_token_seconds: float = 60.0
    """How long to wait for the language model to begin, and with `llm_seconds` to finish."""

    llm_seconds: float = 180.0

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **overrides: str | None) -> Self:
        """Read the settings from `PULLQUOTE_…` variables, and from `.env` in the working folder.

        Args:
            environ: Used instead of the process's environment and `.env`, which together are the
                default; of those two the environment wins.
            overrides: Values by field name that win over both, None for "not given": the command
                line's options.

        Raises:
            SettingsError: A value cannot be used.
        """
        if environ is None:
            environ = _from_file() | dict(os.environ)
        given: dict[str, Any] = {}
        for name in cls.__dataclass_fields__:
            value = overrides.get(name)
            variable = PREFIX + name.upper()
            if value is None:
                value = environ.get(variable, "").strip() or None
            if value is not None:
                given[name] = _parsed(name, variable, value)
        return cls(**given)


def _from_file() -> dict[str, str]:
    from dotenv import dotenv_values

    try:
        return {name: value for name, value in dotenv_values(".env").items() if value is not None}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The file '.env' in {str(Path.cwd())!r} cannot be read ({error}). Save it as UTF-8 "
            "text, or move it away."
        ) from error


def _parsed(name: str, variable: str, value: str) -> object:
    match name:
        case "sources" | "store":
            return _folder(variable, value)
        case "port":
            port = _number(value)
            if port not in range(1, 65536):
                raise SettingsError(f"{variable} is {value!r}, but must be a port from 1 to 65535.")
            return int(port)
        case "llm_context" | "llm_reply":
            return _tokens(variable, value, LEAST_REPLY if name == "llm_reply" else LEAST_CONTEXT)
        case "llm_api_key":
            return _key(variable, value)
        case "max_file_mb" | "llm_first_token_seconds" | "llm_seconds":
            size = _number(value)
            if not 0 < size < math.inf:
                raise SettingsError(f"{variable} is {value!r}, but must be a number above 0.")
            return size
        case _:
            return value


def _key(variable: str, value: str) -> str:
    # The value stays out of the message, and so out of logs.
    if not (value.isascii() and value.isprintable()):
        raise SettingsError(f"{variable} holds a character that no key can have.")
    return value


def _tokens(variable: str, value: str, least: int) -> int:
    tokens = _number(value)
    if least == LEAST_REPLY and not tokens:
        return 0
    if tokens < least or not tokens.is_integer():
        raise SettingsError(
            f"{variable} is {value!r}, but must be a number of tokens from {least} on."
        )
    return int(tokens)


def _folder(variable: str, value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise SettingsError(
            f"{variable} is {value!r}, but there is no such home folder. Write the path in full."
        ) from None


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan
