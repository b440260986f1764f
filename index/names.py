"""Names of files: fit to be stored, and fit to be shown on one line."""

import re

_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def showable(text: str) -> str:
    """Make a name fit for one line: control and direction marks go, spaces are joined."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_UNSHOWABLE.sub(" ", printable).split())


def storable(name: str) -> str:
    """Make a file's name valid Unicode, as nearly every name is, by escaping what is not."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
