"""The way by which a file comes to the page: one request with its bytes, and nothing else in it.

Gradio's own uploads stay closed. `assistant.page.guard` has looked at the request before.
"""

import asyncio
from typing import TYPE_CHECKING

from assistant.page.documents.arriving import Arriving
from assistant.page.documents.keeper import READ_ONLY, Keeper, NotBroughtError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PATH = "/documents"
"""`PUT /documents?name=notes.md`."""


class Uploads:
    """Takes files for a keeper; without one it takes none."""

    def __init__(self, keeper: Keeper | None) -> None:
        self.keeper = keeper

    async def put(self, request: "Request") -> "Response":
        """Take one file: 201 and its name, or a sentence about why not."""
        from starlette.requests import ClientDisconnect
        from starlette.responses import PlainTextResponse

        try:
            name = await self._taken(request)
        except NotBroughtError as error:
            return PlainTextResponse(str(error), error.status)
        except ClientDisconnect:  # nobody is there to be told
            return PlainTextResponse("", 400)
        return PlainTextResponse(name, 201)

    async def _taken(self, request: "Request") -> str:
        given = request.query_params.get("name", "")
        if self.keeper is None:
            raise NotBroughtError(given, "was not taken", READ_ONLY, status=403)
        declared = request.headers.get("content-length")
        size = int(declared) if declared and declared.isdecimal() else None
        with Arriving(self.keeper, given, size) as arriving:
            async for piece in request.stream():
                arriving.write(piece)
            return await asyncio.to_thread(arriving.finish)
