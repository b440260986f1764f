"""What runs apart while a language model is asked: a thread, and the queue that it fills.

A client may block for as long as it likes: who reads the queue can always stop waiting.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import httpx
    from llama_index.core.llms import LLM

HEARTBEAT = 0.25
"""Seconds after which a waiting reader gets the chance to stop."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the prompt."""

    role: Literal["system", "user"]
    text: str


Opener = Callable[["Call", ExitStack], "LLM"]


@dataclass(frozen=True, slots=True)
class End:
    """The last thing that a call puts into its queue."""

    error: BaseException | None = None
    finish: str | None = None
    told_finish: bool = False
    """Whether this kind of model says why it ends, unless it says that it is done."""

    refusal: str = ""


class Call:
    """One request, from its start until it ended or was stopped."""

    def __init__(self, opener: Opener, messages: Sequence[Message]) -> None:
        self.pieces: queue.Queue[str | End] = queue.Queue(maxsize=256)
        self.asked_at: float | None = None
        """When the request was made, after what had to be imported for it."""

        self.is_done = False
        """Whether the server said that nothing more comes."""

        self.refusal = ""
        """What the model said instead of a reply."""

        self._opener = opener
        self._messages = messages
        self._stopped = threading.Event()
        self._sockets: list[Any] = []
        # A daemon, because a model passed in from outside may not let itself be interrupted.
        self._thread = threading.Thread(target=self._run, name="pullquote-model", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the request now, even while it waits for the server."""
        self._stopped.set()
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(2)

    def watch(self, request: "httpx.Request") -> None:
        """Learn of the connection that a request is made on."""
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self._stopped.is_set():
                raise _Stopped

    def _run(self) -> None:
        end = End()
        try:
            with ExitStack() as opened:
                end = self._pass_on(self._opener(self, opened))
        except Exception as error:  # noqa: BLE001 - any code of the user's can stand behind a model
            end = End(error=error)
        self._put(end)

    def _pass_on(self, llm: "LLM") -> End:
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role=one.role, content=one.text) for one in self._messages]
        finish = None
        self.asked_at = time.monotonic()
        with closing(llm.stream_chat(messages)) as replies:
            for reply in replies:
                finish = _finish(reply.raw) or finish
                thinking = reply.additional_kwargs.get("thinking_delta")
                if reply.delta or thinking:
                    self._put(reply.delta or "")
                if self._stopped.is_set():
                    break
        told_finish = llm.class_name() == "OpenAILike" and not self.is_done
        return End(finish=finish, told_finish=told_finish, refusal=self.refusal)

    def _put(self, piece: str | End) -> None:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self.pieces.put(piece, timeout=HEARTBEAT)
                return


class _Stopped(Exception):  # noqa: N818 - not an error: it ends a request that nobody waits for
    """Raised inside a request that was stopped before it was sent."""


def _finish(raw: object) -> str | None:
    """Why the model ended, as OpenAI's interface says it."""
    choices = getattr(raw, "choices", None) or (None,)
    found = getattr(choices[0], "finish_reason", None)
    return found if isinstance(found, str) else None
