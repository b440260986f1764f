"""What all of it is made of: forms, words, places in a text."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Form(BaseModel):
    """What all of these have in common: their docstrings are told."""

    model_config = ConfigDict(use_attribute_docstrings=True, from_attributes=True)


def _in_unicode(words: str) -> str:
    if not words.isascii() and words != words.encode("utf-8", "replace").decode("utf-8"):
        raise ValueError("half a surrogate pair stands in it, which is no character")
    return words


Words: TypeAlias = Annotated[str, AfterValidator(_in_unicode)]
"""What JSON can hold on its way back too."""


class Span(Form):
    """A place in a text, in characters from 0: from `start` to the one before `end`."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
