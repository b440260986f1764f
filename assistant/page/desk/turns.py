"""A conversation's turns as HTML. Knows no Gradio."""

from assistant.answer import Answer
from assistant.export import export
from assistant.page.article.article import Highlights
from assistant.page.desk.reading import cited_by
from assistant.page.session import Session, Turn
from assistant.page.talk.parcel import take_html
from assistant.page.talk.render import answer_html, escape, seen, told
from assistant.query.question import shortened


def conversation_html(session: Session, welcome: str) -> str:
    """The turns so far, or `welcome` when there are none."""
    if not session.turns:
        return (
            f'<div class="pq-conversation" data-session="{session.key}" data-turns="0" '
            f'data-kept="">{welcome}</div>'
        )
    last = len(session.turns) - 1
    turns = "".join(
        _turn_html(turn, number, is_last=number == last)
        for number, turn in enumerate(session.turns)
    )
    return (
        f'<div class="pq-conversation" data-session="{session.key}" '
        f'data-turns="{len(session.turns)}" data-kept="{session.kept}" '
        f'data-announce="{escape(_announcement(session.turns[last]))}" '
        f'aria-busy="{str(session.busy).lower()}">'
        f'<div class="pq-bar">{take_html("data-conversation", "Take this conversation away")}'
        '<button type="button" data-act="clear">New conversation</button></div>'
        f'<ol class="pq-turns">{turns}</ol></div>'
    )


def _announcement(turn: Turn) -> str:
    if turn.problem or turn.stopped:
        return turn.problem or "Stopped."
    if not turn.finished or turn.answer is None:
        return "Searching the documents."
    if not turn.answer.answered:
        return turn.answer.reason
    return f"Answered. {shortened(turn.answer.text)}"


def _turn_html(turn: Turn, number: int, *, is_last: bool) -> str:
    edit = (
        f'<button type="button" data-act="edit" data-turn="{number}" '
        'aria-label="Edit this question">Edit</button>'
    )
    cited = Highlights(number, cited_by(turn.answer)).key
    return (
        f'<li class="pq-turn" data-turn="{number}" data-of="{cited}"><div class="pq-question">'
        f'<h2 dir="auto">{seen(shortened(turn.question))}</h2>{edit}</div>'
        f'<div class="pq-answer">{_outcome(turn, number)}{turn.around}</div>'
        f"{_actions(turn, number, is_last=is_last)}{_next(turn) if is_last else ''}</li>"
    )


def _next(turn: Turn) -> str:
    buttons = "".join(
        f'<li><button type="button" data-act="example" data-number="{number}">'
        f"<bdi>{seen(question)}</bdi></button></li>"
        for number, question in enumerate(turn.suggestions)
    )
    named = 'class="pq-examples pq-next" aria-label="Questions to go on with"'
    return f"<ul {named}>{buttons}</ul>" if buttons else ""


def _outcome(turn: Turn, number: int) -> str:
    parts = [answer_html(turn.answer, number)] if turn.answer else []
    parts += [f'<p class="pq-notice">{told(remark)}</p>' for remark in turn.remarks]
    if turn.problem:
        parts.append(f'<p class="pq-problem">{told(turn.problem)}</p>')
    if turn.stopped:
        parts.append('<p class="pq-stopped">Stopped.</p>')
    elif not turn.finished:
        parts.append(f'<p class="pq-working"><span></span>{_doing(turn.answer)}</p>')
    return "".join(parts)


def _doing(answer: Answer | None) -> str:
    if answer is None or not answer.text:
        return "Searching the documents …"
    if answer.growing and answer.mode == "quotes":
        return "The language model is writing; until then, these are the documents’ own words …"
    return "Writing …"


def _actions(turn: Turn, number: int, *, is_last: bool) -> str:
    if not turn.is_over:
        return ""
    buttons = []
    if turn.answer is not None and (turn.answer.text or not turn.answer.answered):
        words = escape(export(turn.answer))
        buttons.append(
            f'<button type="button" data-act="copy" data-export="{words}">'
            "Copy with citations</button>"
        )
        buttons.append(take_html(f'data-turn="{number}"', "Take this answer away"))
    if turn.answer is not None and turn.answer.citations:
        buttons.append(
            f'<button type="button" data-act="pin" data-turn="{number}">Pin quotes</button>'
        )
    if is_last and turn.answer is not None and turn.answer.elsewhere:
        buttons.append(
            f'<button type="button" data-act="askall" data-turn="{number}">'
            "Ask all documents</button>"
        )
    if is_last:
        buttons.append(
            f'<button type="button" data-act="retry" data-turn="{number}">Try again</button>'
        )
    return f'<div class="pq-actions">{"".join(buttons)}</div>' if buttons else ""
