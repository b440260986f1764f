"""Asking, and a turn that grows while the answer comes. Knows no Gradio."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.page.session import Session, Turn
from index.errors import PullquoteError
from index.scope import Scope

if TYPE_CHECKING:
    from assistant.ask import Assistant


def converse(
    session: Session, assistant: "Assistant", question: str, *, as_typed: bool = False
) -> Iterator[Turn]:
    """Ask, and let a new turn grow; yields it whenever there is more to show."""
    turn = Turn(question, as_typed=as_typed)
    history = session.history()
    session.turns.append(turn)
    try:
        yield turn
        open_id, scope = session.document_id, Scope(documents=session.chosen)
        for answer in assistant.stream(
            question, history, document_id=open_id, scope=scope, as_typed=as_typed
        ):
            if turn.stopped:
                break
            turn.answer = answer
            yield turn
    except PullquoteError as error:
        turn.problem = str(error)
    except GeneratorExit:
        turn.stopped = True
        raise
    finally:
        turn.finished = not turn.stopped
