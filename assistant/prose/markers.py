"""Markers such as `[1]` in a sentence, where its labels stood."""


def with_markers(text: str, markers: list[tuple[int, list[int]]]) -> str:
    """Put `[1]` where labels stood; labels without a number leave nothing behind."""
    ends = [*(place for place, _ in markers), len(text)][1:]
    shown = before = text[: markers[0][0]] if markers else text
    used: set[int] = set()
    for (place, group), end in zip(markers, ends, strict=True):
        part = text[place:end]
        # Side by side, each number once: the model may have written [3][3].
        used = used if not before.strip() else set()
        fresh = [number for number in dict.fromkeys(group) if number not in used]
        used |= set(fresh)
        if fresh:
            shown = shown.rstrip() + (
                " " if shown.strip() and not shown.rstrip().endswith("]") else ""
            )
            shown += "".join(f"[{number}]" for number in fresh)
            shown += " " if part[:1].isalnum() else ""
        elif part[:1] in ".,;:!?":
            shown = shown.rstrip()
        shown += part
        before = part
    return shown.strip()
