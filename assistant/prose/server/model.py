"""The language model that may write answers: one adapter, over llama-index's interface.

Nothing is imported, opened or sent before the first question. A model that the settings name is
reached with llama-index's `OpenAILike`; any other llama-index LLM can be passed in. Whatever goes
wrong becomes a `ModelError`, one sentence for the reader.
"""

import queue
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.hidden import without_hidden
from assistant.prose.check.quotation import settle
from assistant.prose.reply.thoughts import ThinkingHabit
from assistant.prose.server.call import HEARTBEAT, Call, End, Message, Opener
from assistant.prose.server.failure import ModelError, explain
from assistant.prose.server.quirks import ServerQuirks
from index.errors import SettingsError
from index.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


MOST_REPLY = 8192
"""Tokens of a reply, unless the settings ask for more: a quarter of the context up to here."""

LEAST_PROMPT = 768
"""Tokens of the context that a reply must leave."""

_LONGEST_REFUSAL = 200


class Model:
    """A language model, used by any number of threads."""

    def __init__(
        self, host: str, settings: Settings, opener: Opener, *, context: int | None = None
    ) -> None:
        self.host = host
        """Where passages are sent, as the reader should see it."""

        self.context = context or settings.llm_context
        """How many tokens prompt and reply may have together."""

        self.habit = ThinkingHabit()
        """How it thinks aloud, as far as that is known."""

        self._settings = settings
        self._opener = opener

    @property
    def reply_tokens(self) -> int:
        """How many of the context's tokens are kept for the reply."""
        asked = self._settings.llm_reply or min(MOST_REPLY, self.context // 4)
        return min(asked, self.context - LEAST_PROMPT)

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Ask, and pass on the reply's text as it comes.

        Yields:
            Pieces of the reply; the empty string now and then while waiting. Closing the iterator
            ends the request.

        Raises:
            ModelError: There is no reply, or no more of it.
        """
        call = Call(self._opener, messages)
        begun = False
        call.start()
        try:
            while True:
                left = self._left(call, begun=begun)
                if left <= 0:
                    raise self._too_slow(begun=begun)
                try:
                    piece = call.pieces.get(timeout=min(left, HEARTBEAT))
                except queue.Empty:
                    yield ""
                    continue
                if isinstance(piece, End):
                    break
                begun = True
                yield piece
        finally:
            call.stop()
        if problem := self._problem(piece, begun=begun):
            raise problem

    def _problem(self, end: "End", *, begun: bool) -> ModelError | None:
        """Why a reply ended, unless it was finished."""
        if end.error is not None:
            key = self._settings.llm_api_key
            return explain(end.error, self.host, self._settings.llm_model, key, begun=begun)
        if refusal := " ".join(without_hidden(end.refusal).split())[:_LONGEST_REFUSAL].rstrip("."):
            told = settle(refusal, []).text  # it quotes nobody
            return ModelError(f"The model refused to answer: {told}.")
        if end.finish == "length":
            return ModelError(
                f"The model’s reply was cut off because it became too long; raise "
                f"PULLQUOTE_LLM_REPLY above {self.reply_tokens} tokens if the model takes more."
            )
        if end.finish == "content_filter":
            return ModelError(f"{self.host} withheld the rest of the reply.")
        if end.finish is None and end.told_finish:
            return ModelError("The model’s reply was cut off in the middle.")
        return None

    def _left(self, call: "Call", *, begun: bool) -> float:
        """Seconds to wait yet, counted from when the request is made."""
        seconds = self._settings.llm_seconds
        if not begun:
            seconds = min(seconds, self._settings.llm_first_token_seconds)
        now = time.monotonic()
        return (call.asked_at or now) + seconds - now

    def _too_slow(self, *, begun: bool) -> ModelError:
        if begun:
            seconds = f"{self._settings.llm_seconds:g} seconds"
            return ModelError(f"The model had not finished after {seconds}.")
        seconds = f"{min(self._settings.llm_first_token_seconds, self._settings.llm_seconds):g}"
        return ModelError(f"The model at {self.host} had not begun to answer after {seconds} s.")


def model_of(settings: Settings) -> Model | None:
    """Make the model that the settings name; None if they name none.

    Raises:
        SettingsError: They name it only in part, or by an address that can't be used.
    """
    if not settings.llm_base_url and not settings.llm_model:
        return None
    if not settings.llm_base_url or not settings.llm_model:
        missing = "MODEL" if settings.llm_base_url else "BASE_URL"
        present = "BASE_URL" if settings.llm_base_url else "MODEL"
        raise SettingsError(
            f"PULLQUOTE_LLM_{present} is set, but PULLQUOTE_LLM_{missing} is not. "
            "Set both, or neither to get quotes only."
        )
    if settings.llm_reply > settings.llm_context - LEAST_PROMPT:
        raise SettingsError(
            f"PULLQUOTE_LLM_REPLY is {settings.llm_reply}, but must leave {LEAST_PROMPT} of the "
            f"{settings.llm_context} tokens of PULLQUOTE_LLM_CONTEXT for the passages."
        )

    def opener(call: Call, opened: ExitStack) -> "LLM":
        from assistant.prose.server.wire import client_for  # takes seconds to import

        return client_for(settings, model.reply_tokens, quirks, call, opened)

    quirks = ServerQuirks()
    model = Model(_host(settings.llm_base_url), settings, opener)
    return model


def model_from(llm: "LLM", settings: Settings) -> Model:
    """Use a llama-index LLM object."""
    address = getattr(llm, "api_base", None) or getattr(llm, "base_url", None)
    host = urlsplit(str(address)).netloc.rpartition("@")[2] if address else ""
    window = llm.metadata.context_window
    context = min(settings.llm_context, window) if window > 0 else settings.llm_context
    return Model(host or llm.class_name(), settings, lambda *_: llm, context=context)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            "PULLQUOTE_LLM_BASE_URL must be an address such as 'http://localhost:11434/v1'."
        )
    if "@" in parts.netloc or parts.query:
        raise SettingsError(
            "PULLQUOTE_LLM_BASE_URL must not hold a name, password or key. "
            "Set the key as PULLQUOTE_LLM_API_KEY."
        )
    return parts.netloc
