"""Names of files, fit to be stored and to be shown on one line; and how many there are."""

import re
import unicodedata
from pathlib import PurePosixPath

from index.characters import DIRECTION_MARKS, STEERING, TURNING

_UNFIT = re.compile(f"[\t\n{STEERING}{TURNING}{DIRECTION_MARKS}]+")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# What Windows takes for a device, whatever stands after the first full stop.
_DEVICE = re.compile(r"(?i:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)")
_LONGEST_NAME = 180
"""Bytes that are left of a file's name: systems take 255, and a number may have to go in."""


def showable(text: str) -> str:
    """Make a name fit for one line: control and direction marks go, spaces are joined."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_UNFIT.sub(" ", printable).split())


def called(name: str) -> str:
    """What a document without a title is called: as its file is, and a row by its number too."""
    path = PurePosixPath(name)
    return showable(path.stem if path.suffix else f"{path.parent.stem} {path.name}")


def fit_for_a_file(given: str) -> str:
    """Make of what somebody calls a file a name that is one on every system, and not a path.

    Letters of all scripts stay. Folders before it go, and so does what would hide it, steer a
    terminal or mean something to a system; a name of which nothing is left becomes `document`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = _FORBIDDEN.sub("_", showable(last)).lstrip(". ").rstrip(". ")
    path = PurePosixPath(name or "document")
    room = _LONGEST_NAME - len(path.suffix.encode()[:_LONGEST_NAME])
    stem = path.stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    fit = stem + path.suffix.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"_{fit}" if _DEVICE.match(fit) else fit


def numbered(name: str, number: int) -> str:
    """What the second of two files of a name is called: `notes (2).md`; the first is as it was."""
    path = PurePosixPath(name)
    return name if number == 1 else str(path.with_name(f"{path.stem} ({number}){path.suffix}"))


def storable(name: str) -> str:
    """Make a file's name valid Unicode, as nearly every name is, by escaping what is not."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def count(number: int, noun: str) -> str:
    """`1 document`, `2,000 documents`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
