"""The settings, read from the environment in one place."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, Self

from index.errors import SettingsError

PREFIX = "PULLQUOTE_"

LEAST_CONTEXT = 1024
"""Tokens below which no passage fits beside what the language model is told."""

LEAST_TOKEN = 16
"""Characters of the shortest access token: too many to be found by trying."""

NO_TOKEN = "off"  # noqa: S105 - a word, no secret
"""In place of an access token: whoever reaches the page may read every document."""

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

    max_pages: int = 5_000
    max_unpacked_mb: float = 200.0
    """Most that a file may come to when it is unpacked or decoded, all together."""

    max_ratio: float = 200.0
    """Most bytes that one byte of a packed file may come to."""

    max_nesting: int = 4
    """How many archives or messages a document may lie in, one in the other."""

    max_members: int = 100_000
    """Most documents in an archive or table."""

    max_seconds: float = 60.0
    """How long a document may take to be read."""

    max_memory_mb: float = 2_000.0
    """How much memory it may take, where the system can limit that."""

    text_columns: tuple[str, ...] = ("text", "body", "content", "article", "abstract")
    """Names of the column that holds a document's text, in a table of documents; the first that
    there is. Likewise the others."""

    title_columns: tuple[str, ...] = ("title", "headline", "subject", "name")
    date_columns: tuple[str, ...] = ("published", "date", "published_at", "created_at")
    url_columns: tuple[str, ...] = ("url", "link", "permalink")
    author_columns: tuple[str, ...] = ("author", "authors", "byline", "by")

    web: str = "off"
    """`on` lets `python -m index add` fetch documents from the web; nothing else ever does."""

    web_seconds: float = 60.0
    """How long a document may take to come."""

    keep: str = "on"
    """`on` or `off`: whether conversations on the page are kept, in a file beside the store."""

    host: str = "127.0.0.1"
    port: int = 7860
    hosts: tuple[str, ...] = ()
    """Names that the page may be asked for by, besides this machine's own loopback names and
    `host`; `https://name` for one that a proxy serves over TLS."""

    token: str = field(default="", repr=False)
    """The secret that the page asks for; `off` when others may reach it without one."""

    read_only: str = "auto"
    """Whether the page leaves the documents as they are: `yes`, `no`, or `auto` for "when others
    can reach it"."""

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
        known = {PREFIX + name.upper(): name for name in cls.__dataclass_fields__}
        _check_names(environ, known)
        given: dict[str, Any] = {}
        for variable, name in known.items():
            value = overrides.get(name)
            if value is not None:
                variable = f"--{name.replace('_', '-')}"  # noqa: PLW2901 - what the user wrote
            else:
                value = environ.get(variable, "").strip() or None
            if value is not None:
                parse = _PARSERS.get(name)
                given[name] = parse(variable, value) if parse else value
        return cls(**given)


def _from_file() -> dict[str, str]:
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    file = Path(".env")
    try:
        text = file.read_text("utf-8") if file.is_file() else ""
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The file '.env' in {str(Path.cwd())!r} cannot be read ({error}). Save it as UTF-8 "
            "text, or move it away."
        ) from error
    for line in parse_stream(StringIO(text)):
        if line.error:
            raise SettingsError(
                f"Line {line.original.line} of the file '.env' in {str(Path.cwd())!r} is no "
                "setting. Write it as NAME=value, or put # before it."
            )
    values = dotenv_values(stream=StringIO(text))
    return {name: value for name, value in values.items() if value is not None}


def _check_names(environ: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Refuse a setting that there is none of: one that is misspelt would be as if it were not."""
    for variable in environ:
        if variable.upper().startswith(PREFIX) and variable not in known:
            meant = get_close_matches(variable.upper(), known, 1, 0.0)[0]
            raise SettingsError(f"{variable} is no setting of Pullquote. Did you mean {meant}?")


def _port(variable: str, value: str) -> int:
    port = _number(value)
    if port not in range(1, 65536):
        raise SettingsError(f"{variable} is {value!r}, but must be a port from 1 to 65535.")
    return int(port)


def _size(variable: str, value: str) -> float:
    size = _number(value)
    if not 0 < size < math.inf:
        raise SettingsError(f"{variable} is {value!r}, but must be a number above 0.")
    return size


def _whole(variable: str, value: str) -> int:
    number = _number(value)
    if not number >= 1 or not number.is_integer():
        raise SettingsError(f"{variable} is {value!r}, but must be a whole number from 1 on.")
    return int(number)


def _switch(variable: str, value: str) -> str:
    if value.lower() not in {"on", "off"}:
        raise SettingsError(f"{variable} is {value!r}, but must be 'on' or 'off'.")
    return value.lower()


def _yes(variable: str, value: str) -> str:
    if value.lower() not in {"yes", "no", "auto"}:
        raise SettingsError(f"{variable} is {value!r}, but must be 'yes', 'no' or 'auto'.")
    return value.lower()


def _names(_: str, value: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip().lower() for name in value.split(","))))


def _key(variable: str, value: str) -> str:
    # The value stays out of the message, and so out of logs.
    if not (value.isascii() and value.isprintable()):
        raise SettingsError(f"{variable} holds a character that no key can have.")
    return value


def _hosts(variable: str, value: str) -> tuple[str, ...]:
    hosts = tuple(value.lower().replace(",", " ").split())
    for host in hosts:
        if not re.fullmatch(r"(?:https?://)?(?:[a-z0-9_.-]+|[0-9a-f:]*:[0-9a-f:.]*)", host):
            raise SettingsError(
                f"{variable} names {host!r}, but must be names or addresses without a port, such "
                "as 'archive.local, 192.168.1.5, https://notes.example.org'."
            )
    return hosts


def _token(variable: str, value: str) -> str:
    # The value stays out of the message, and so out of logs.
    if value != NO_TOKEN and not re.fullmatch(rf"[A-Za-z0-9._~-]{{{LEAST_TOKEN},}}", value):
        raise SettingsError(
            f"{variable} must be {LEAST_TOKEN} or more of the letters A to Z and a to z, the "
            f"digits and . _ ~ -, which an address can hold, or {NO_TOKEN!r}."
        )
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


_PARSERS: Mapping[str, Callable[[str, str], object]] = {
    "sources": _folder,
    "store": _folder,
    "max_file_mb": _size,
    "max_pages": _whole,
    "max_unpacked_mb": _size,
    "max_ratio": _size,
    "max_nesting": _whole,
    "max_members": _whole,
    "max_seconds": _size,
    "max_memory_mb": _size,
    "text_columns": _names,
    "title_columns": _names,
    "date_columns": _names,
    "url_columns": _names,
    "author_columns": _names,
    "web": _switch,
    "web_seconds": _size,
    "keep": _switch,
    "port": _port,
    "hosts": _hosts,
    "token": _token,
    "read_only": _yes,
    "llm_api_key": _key,
    "llm_context": lambda variable, value: _tokens(variable, value, LEAST_CONTEXT),
    "llm_reply": lambda variable, value: _tokens(variable, value, LEAST_REPLY),
    "llm_first_token_seconds": _size,
    "llm_seconds": _size,
}
"""How a value that is not just words is read; takes the variable's name, for messages."""
