"""The notes as HTML: pinned quotes, which nobody can write to, and words between them."""

from collections.abc import Mapping, Sequence

from assistant.export.links import on_the_page
from assistant.export.plain import note_as_text
from assistant.kept.notes import LONGEST, Note
from assistant.page.talk.parcel import take_html
from assistant.page.talk.render import escape, label, pinned_html, told
from index.names import count


def notebook_html(notes: Sequence[Note], remarks: Mapping[int, str], problem: str = "") -> str:
    """All notes.

    Args:
        notes: In their order.
        remarks: What a reader should know of some of them, by their keys.
        problem: Why they can't be shown, in a sentence.
    """
    items = "".join(
        _item(
            note, remarks.get(note.key, ""), is_first=not number, is_last=number == len(notes) - 1
        )
        for number, note in enumerate(notes)
    )
    told_problem = f'<p class="pq-problem">{told(problem)}</p>' if problem else ""
    nothing = "" if notes or problem else f"<p>{_NOTHING}</p>"
    return (
        '<section class="pq-library pq-notebook" aria-label="Notes">'
        f'<header class="pq-head"><h2>Notes</h2><p>{_told(notes)}</p></header>'
        f"{told_problem}{_tools(notes)}{nothing}"
        f'<ol class="pq-notes">{items}</ol></section>'
    )


_NOTHING = (
    "None yet. “Pin” keeps a quote, an answer’s quotes, or words that you have selected in a "
    "document; between them you can write."
)


def _told(notes: Sequence[Note]) -> str:
    quotes = sum(1 for note in notes if note.quote)
    kept = "Kept, as you write, on the machine that Pullquote runs on."
    own = f", {count(len(notes) - quotes, 'note')} of yours" if len(notes) > quotes else ""
    return f"{count(quotes, 'quote')}, word for word{own}. {kept}" if notes else kept


def _tools(notes: Sequence[Note]) -> str:
    write = '<button type="button" data-act="jot">Write a note</button>'
    if not notes:
        return f'<div class="pq-note-tools">{write}</div>'
    return (
        f'<div class="pq-note-tools">{write}'
        '<button type="button" data-act="copynotes">Copy all with sources</button>'
        '<button type="button" data-act="mailnotes">Mail</button>'
        f"{take_html('data-notes', 'Take the notes away')}</div>"
    )


def _item(note: Note, remark: str, *, is_first: bool, is_last: bool) -> str:
    if note.quote:
        name = label(f"the quote from {note.quote.title}")
        body = pinned_html(note.quote, on_the_page(note.quote))
        body += f'<p class="pq-notice">{told(remark)}</p>' if remark else ""
    else:
        name = "this note"
        rows = min(12, 1 + note.words.count("\n") + len(note.words) // 70)
        body = (
            f'<textarea class="pq-jotted" data-key="{note.key}" maxlength="{LONGEST}" dir="auto" '
            f'rows="{rows}" aria-label="Your words" placeholder="Your words">'
            f"\n{escape(note.words)}</textarea>"
        )
    acts = "".join(
        f'<button type="button" data-act="{act}" data-key="{note.key}"{more} '
        f'aria-label="{words} {name}"{" disabled" if is_off else ""}>{shown}</button>'
        for act, more, words, shown, is_off in (
            ("shift", ' data-step="-1"', "Move up", "↑", is_first),
            ("shift", ' data-step="1"', "Move down", "↓", is_last),
            ("jot", "", "Write below", "Write below", False),
            ("unpin", "", "Remove", "Remove", False),
        )
    )
    text = escape(note_as_text(note))
    return (
        f'<li data-key="{note.key}" data-export="{text}">{body}'
        f'<div class="pq-note-acts">{acts}</div></li>'
    )
