"""What went wrong with the language model, in one sentence for the reader."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from assistant.hidden import without_hidden
from index.errors import PullquoteError

_TOO_LONG = re.compile(
    r"context.{0,40}(?:length|window|size|limit|exceed)|(?:exceed|maximum|too (?:long|many|large))"
    r".{0,60}(?:token|context|prompt)|(?:prompt|input).{0,30}too long",
    re.IGNORECASE | re.DOTALL,
)
_CONNECTION = ("ConnectError", "APIConnectionError", "ConnectTimeout", "ConnectionError")
_BROKEN_OFF = ("RemoteProtocolError", "ReadError", "WriteError", "StreamConsumed")
_GARBLED = ("UnicodeDecodeError", "JSONDecodeError", "APIResponseValidationError", "DecodingError")
_LONGEST_DETAIL = 160
_DAY = 86_400


MOST_BYTES = 4 * 2**20
"""Of a refusal, an event of a stream, or a reply that is none."""


class OversizeError(Exception):
    """A server sent more than `MOST_BYTES` where it should have come to an end."""


class ModelError(PullquoteError):
    """The language model gave no reply, or stopped in the middle of it."""


def explain(
    error: BaseException, host: str, model: str, key: str = "", *, begun: bool = False
) -> ModelError:
    """Put an exception of a model's client into a sentence.

    The clients' own classes are told by name and attributes: none of them is imported for it.

    Args:
        error: Whatever was raised.
        host: Where the model is.
        model: What it is called there.
        key: Never to be shown.
        begun: Whether a part of the reply had come.
    """
    status = getattr(error, "status_code", None)
    detail = _detail(error, key)
    if isinstance(status, int):
        told = _by_status(status, error, host, model, detail)
    elif any(isinstance(one, OversizeError) for one in _chain(error)):
        told = (
            f"{host} sent more than {MOST_BYTES // 2**20} MiB where a reply should be; check "
            "PULLQUOTE_LLM_BASE_URL."
        )
    else:
        told = _by_kind(error, host, detail, begun=begun)
    made = ModelError(told)
    made.__cause__ = error
    return made


def _by_status(status: int, error: BaseException, host: str, model: str, detail: str) -> str:
    if status == 413 or _TOO_LONG.search(detail):  # noqa: PLR2004 - content too large
        return _too_long()
    match status:
        case 401 | 403:
            told = f"{host} refused the key ({status}); check PULLQUOTE_LLM_API_KEY."
        case 404:
            told = (
                f"{host} has no model {model!r} under this address (404); check "
                "PULLQUOTE_LLM_MODEL and PULLQUOTE_LLM_BASE_URL."
            )
        case 429:
            told = f"{host} takes no more requests at the moment (429){_when(error)}."
        case _ if status >= 500:  # noqa: PLR2004 - HTTP's server errors
            told = f"The model at {host} failed ({status})."
        case _:
            said = f": {detail}" if detail else ""
            told = f"{host} did not accept the request ({status}){said}."
    return told


def _by_kind(error: BaseException, host: str, detail: str, *, begun: bool) -> str:
    kinds = {kind.__name__ for one in _chain(error) for kind in type(one).__mro__}
    if _TOO_LONG.search(detail):
        return _too_long()
    if kinds & set(_GARBLED):
        return f"What {host} sent could not be read as a reply."
    if kinds & {"ReadTimeout", "APITimeoutError", "TimeoutError", "PoolTimeout"} and not (
        kinds & {"ConnectTimeout"}
    ):
        return f"The model at {host} did not go on answering."
    if begun or kinds & set(_BROKEN_OFF):
        return f"The connection to {host} broke off."
    if kinds & set(_CONNECTION):
        return f"The model at {host} could not be reached; is it running?"
    return f"The model at {host} failed ({type(error).__name__})."


def _too_long() -> str:
    return (
        "The passages were too long for the model; set PULLQUOTE_LLM_CONTEXT to the number of "
        "tokens that it takes."
    )


def _when(error: BaseException) -> str:
    """When to try again, from the server's Retry-After."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after", "") if isinstance(headers, Mapping) else ""
    if not value:
        return ""
    if value.isdecimal():
        seconds = int(value[:9])
    else:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return ""
        seconds = round((moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else 0
    return f"; try again in {seconds} s" if 0 < seconds <= _DAY else ""


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or at.__context__
    return chain


def _detail(error: BaseException, key: str) -> str:
    said = getattr(error, "message", None)
    body = getattr(error, "body", None)
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        said = body["message"]
    text = " ".join(without_hidden(said if isinstance(said, str) else str(error)).split())
    if key:
        text = text.replace(key, "…")
    return text[:_LONGEST_DETAIL].rstrip(". ")
