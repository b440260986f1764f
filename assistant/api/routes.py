"""The routes: what can be asked for, and in which form it comes."""

import logging
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from assistant.kept.conversations import Conversations as Kept
from assistant.schema.answers import Answer, ChangedMeanwhileError, Mentions, Passages
from assistant.schema.asked import MENTIONED, Count, Question, Scope, Sought, Turns, history_of
from assistant.schema.conversations import (
    Conversation,
    Conversations,
    UnknownConversationError,
)
from assistant.schema.documents import Documents, Text
from assistant.schema.form import Words
from index.errors import PullquoteError, ScopeError, UnknownDocumentError

if TYPE_CHECKING:
    from assistant.ask import Assistant

PREFIX = "/api/v1"
DESCRIPTION = f"{PREFIX}/openapi.json"
"""Where OpenAPI's description of all of it is."""

ROUTES: Mapping[str, tuple[str, ...]] = {
    "GET": (
        rf"{PREFIX}/openapi\.json",
        rf"{PREFIX}/mentions",
        rf"{PREFIX}/documents(?:/.+)?",
        rf"{PREFIX}/conversations(?:/[0-9a-f]+)?",
    ),
    "POST": (rf"{PREFIX}/(?:ask|ask/stream|retrieve)",),
}
"""All that is open, by method, for the guard."""

LISTED = 1000
"""Documents that are listed at once, unless more are asked for."""

LINES = "application/x-ndjson"
UNEXPECTED = "Something went wrong here. Try again; the details are in Pullquote's log."

_ABOUT = """Ask your documents; every answer is made of verbatim quotes.

Positions are counted in characters (Unicode code points) of a document's text, as `documents/{id}`
has it; every quote is compared with its place before it leaves. An error is an object whose
`error` says in a sentence what to do. Where an access token is set, each request carries it:
`Authorization: Bearer …`. Browsers of other origins are refused.
"""

_log = logging.getLogger(__name__)


class Body(BaseModel):
    """What all requests have in common: a name that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    question: Question
    history: Turns = []
    scope: Scope = Scope()


class Asked(Body):
    """A question."""

    document_id: Words | None = None
    """The document that the reader has open, which "this article" means."""


class Retrieved(Body):
    """A question whose passages are wanted."""

    k: Count = 5


class DocumentId(PathConvertor):
    """All that follows in the path, line breaks too: file names may have them."""

    regex = "(?s:.*)"


register_url_convertor("document", DocumentId())


class Problem(BaseModel):
    """Why a request was not answered."""

    error: str
    """In one sentence or two, for a person."""


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "The request is not as described here."},
    "default": {"model": Problem, "description": "It could not be done; `error` says why."},
}


def api_of(assistant: "Assistant", kept: Kept | None = None) -> FastAPI:
    """The application, without its guard.

    Args:
        assistant: Answers the questions and knows the documents.
        kept: Where conversations are kept, if they are.
    """
    api = FastAPI(
        title="Pullquote",
        version="1",
        description=_ABOUT,
        openapi_url=DESCRIPTION,
        docs_url=None,  # they load what is not here
        redoc_url=None,
        responses=_PROBLEMS,
        exception_handlers=_HANDLERS,
        separate_input_output_schemas=False,
    )

    @api.post(f"{PREFIX}/ask", operation_id="ask")
    def ask(asked: Asked) -> Answer:
        """Answer a question with quotes, or say that the documents do not."""
        history = history_of(asked.history)
        scope = asked.scope.meant()
        answer = assistant.ask(asked.question, history, document_id=asked.document_id, scope=scope)
        return Answer.checked(answer, assistant.document)

    @api.post(
        f"{PREFIX}/ask/stream",
        operation_id="ask_stream",
        response_class=StreamingResponse,
        responses={200: {"description": "Lines of JSON.", "content": {LINES: _LINE}}},
    )
    def ask_stream(asked: Asked) -> StreamingResponse:
        """Answer like `ask`, in lines of JSON, each an answer that is more complete.

        The last one has `growing` false; or it holds an `error`.
        """
        return Lines(_lines(assistant, asked))

    @api.post(f"{PREFIX}/retrieve", operation_id="retrieve")
    def retrieve(sought: Retrieved) -> Passages:
        """Find the passages that most likely answer a question, best first."""
        found = assistant.retrieve(
            sought.question, history_of(sought.history), k=sought.k, scope=sought.scope.meant()
        )
        return Passages.checked(found, assistant.document)

    @api.get(f"{PREFIX}/mentions", operation_id="find_mentions")
    def find_mentions(
        words: Sought, limit: Annotated[int, Query(ge=1, le=LISTED)] = MENTIONED
    ) -> Mentions:
        """Find the documents that hold some words, with the sentences that do."""
        return Mentions.model_validate(assistant.mentions(words, most=limit))

    @api.get(f"{PREFIX}/documents", operation_id="list_documents")
    def list_documents(
        offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1)] = LISTED
    ) -> Documents:
        """List what can be asked about, by id."""
        return Documents.of(assistant.status(), offset, limit)

    @api.get(f"{PREFIX}/documents/{{document_id:document}}", operation_id="read_document")
    def read_document(document_id: str) -> Text:
        """Read a document with its text; its id may be percent-encoded, slashes included."""
        return Text.model_validate(assistant.document(document_id))

    _serve_kept(api, kept, assistant)
    return api


def _serve_kept(api: FastAPI, kept: Kept | None, assistant: "Assistant") -> None:
    @api.get(f"{PREFIX}/conversations", operation_id="list_conversations")
    def list_conversations(words: Annotated[str, Query(max_length=200)] = "") -> Conversations:
        """List the conversations that the page has kept, or those with some words in them."""
        return Conversations.of(kept.listed(words) if kept else ())

    @api.get(f"{PREFIX}/conversations/{{key}}", operation_id="read_conversation")
    def read_conversation(key: str) -> Conversation:
        """Read a conversation with its answers as they were given."""
        found = kept.read(key) if kept else None
        if found is None:
            raise UnknownConversationError(key)
        return Conversation.of(found, assistant.document)


_LINE = {
    "schema": {"anyOf": [{"$ref": f"#/components/schemas/{n}"} for n in ("Answer", "Problem")]}
}


class Lines(StreamingResponse):
    """Lines as they come; whoever goes away has no more of them made."""

    media_type = LINES

    def __init__(self, lines: Generator[str, None, None]) -> None:
        super().__init__(lines)
        self.lines = lines

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Send them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.lines.close()


def _lines(assistant: "Assistant", asked: Asked) -> Generator[str, None, None]:
    """An answer as it grows; what goes wrong on the way is the last line."""
    try:
        history = history_of(asked.history)
        scope, open_one = asked.scope.meant(), asked.document_id
        for answer in assistant.stream(asked.question, history, document_id=open_one, scope=scope):
            yield f"{Answer.checked(answer, assistant.document).model_dump_json()}\n"
    except PullquoteError as error:
        yield f"{Problem(error=str(error)).model_dump_json()}\n"
    except Exception:  # noqa: BLE001 - it is told, as the last line
        _log.exception("answering failed")
        yield f"{Problem(error=UNEXPECTED).model_dump_json()}\n"


def _problem(status: int, sentence: str) -> JSONResponse:
    return JSONResponse(Problem(error=sentence).model_dump(), status)


def _told(_: Request, error: Exception) -> JSONResponse:
    """A failure of ours that is meant for the person."""
    if isinstance(error, UnknownDocumentError | UnknownConversationError):
        return _problem(404, str(error))
    if isinstance(error, ScopeError):
        return _problem(422, str(error))
    return _problem(409 if isinstance(error, ChangedMeanwhileError) else 503, str(error))


def _misunderstood(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"][1:])) or "the request"
    return _problem(422, f"{where}: {first['msg'].removeprefix('Value error, ')}.")


def _not_there(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _problem(status, f"There is nothing here. What there is stands in {DESCRIPTION}.")


def _unexpected(_: Request, error: Exception) -> JSONResponse:
    _log.error("answering failed", exc_info=error)
    told = _problem(500, UNEXPECTED)
    told.headers["Connection"] = "close"  # as the server does then: nobody is to use it again
    return told


_HANDLERS: dict[Any, Any] = {
    PullquoteError: _told,
    RequestValidationError: _misunderstood,
    HTTPException: _not_there,
    Exception: _unexpected,
}
