"""What a model's server does not take of a request, learned from how it refuses one.

OpenAI's interface has grown, and servers took over different parts of it: some know no
`max_tokens`, some no `temperature` but their own, and some models' templates no system role.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Change: TypeAlias = Literal["renamed limit", "no limit", "no temperature", "no system role"]
Body: TypeAlias = dict[str, Any]

_LIMITS = ("max_tokens", "max_completion_tokens")
_RULES = ("system", "developer")
_NO_SYSTEM_ROLE = re.compile(
    r"(?:system|developer)\W{0,3}(?:role|message|prompt|instruction)|"
    r"\broles?\W{1,12}(?:system|developer)|\broles? must alternate|only user and assistant",
    re.IGNORECASE,
)
_REFUSED = frozenset((400, 422))
_FAILED = 500
"""What some servers answer when a template fails."""


@dataclass(slots=True)
class ServerQuirks:
    """What one server is known to want otherwise than OpenAI's."""

    changes: frozenset[Change] = frozenset()


def fitted(body: Body, changes: frozenset[Change]) -> Body:
    """A request as the server takes it."""
    made = dict(body)
    if "no limit" in changes:
        for name in _LIMITS:
            made.pop(name, None)
    if "renamed limit" in changes and "max_tokens" in made:
        made["max_completion_tokens"] = made.pop("max_tokens")
    if "no temperature" in changes:
        made.pop("temperature", None)
    if "no system role" in changes:
        made["messages"] = _as_one(made.get("messages", []))
    return made


def wanted(body: Body, status: int, said: str) -> frozenset[Change]:
    """What to change in a request that was refused; nothing when that would not help.

    Args:
        body: What was sent.
        status: Of the refusal.
        said: The refusal's own words.
    """
    found: set[Change] = set()
    if status in _REFUSED:
        if "temperature" in body and "temperature" in said:
            found.add("no temperature")
        for limit in _LIMITS:
            if limit in body and re.search(rf"\b{limit}\b", said):
                is_renamed = limit != _LIMITS[1] and _LIMITS[1] in said and "large" not in said
                found.add("renamed limit" if is_renamed else "no limit")
    has_rules = any(_is_rule(one) for one in body.get("messages", []))
    if (status in _REFUSED or status == _FAILED) and has_rules and _NO_SYSTEM_ROLE.search(said):
        found.add("no system role")
    return frozenset(found)


def _is_rule(message: Mapping[str, Any]) -> bool:
    return message.get("role") in _RULES


def _as_one(messages: list[Body]) -> list[Body]:
    """The rules within the message that they are for."""
    rules = [message["content"] for message in messages if _is_rule(message)]
    others = [message for message in messages if not _is_rule(message)]
    if not rules or not others:
        return messages
    first = {**others[0], "content": "\n\n".join([*rules, others[0]["content"]])}
    return [first, *others[1:]]
