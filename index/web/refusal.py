"""Why an address is not fetched."""

from index.errors import PullquoteError
from index.names import showable

_LONGEST = 200


class Refusal(Exception):  # noqa: N818 - becomes a `WebError` where the address is known
    """What is wrong, and what to do about it."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


class WebError(PullquoteError):
    """A document could not be fetched; nothing was stored."""

    def __init__(self, url: str, reason: str, advice: str) -> None:
        super().__init__(f"Cannot add {shown(url)}: {reason}. {advice}")
        self.url = url
        self.reason = reason


def shown(said: str) -> str:
    """What an address or a server says, in quotation marks on one line."""
    line = showable(said)
    return repr(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
