"""Names of files, fit to be stored and to be shown on one line; and how many there are."""

import re
from pathlib import PurePosixPath

from index.characters import DIRECTION_MARKS, STEERING, TURNING

_UNFIT = re.compile(f"[\t\n{STEERING}{TURNING}{DIRECTION_MARKS}]+")


def showable(text: str) -> str:
    """Make a name fit for one line: control and direction marks go, spaces are joined."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_UNFIT.sub(" ", printable).split())


def called(name: str) -> str:
    """What a document without a title is called: as its file is, and a row by its number too."""
    path = PurePosixPath(name)
    return showable(path.stem if path.suffix else f"{path.parent.stem} {path.name}")


def storable(name: str) -> str:
    """Make a file's name valid Unicode, as nearly every name is, by escaping what is not."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def count(number: int, noun: str) -> str:
    """`1 document`, `2,000 documents`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
