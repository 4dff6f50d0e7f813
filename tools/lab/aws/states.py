"""Workflow files, read once into states: the part of Amazon States Language that the workflows speak.

Anything else is refused when a file is read, not passed over when it runs. What a path does not find ends an
execution with ``States.Runtime``, which no ``Catch`` catches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tools.lab.aws.calls import NotProvidedError

Json = Any
Data = dict[str, Any]
Path = tuple[str, ...]
Made = Callable[[Json], Json]  # makes a value of a state's input

UNCAUGHT: Final = ("States.Runtime", "States.DataLimitExceeded")
COMPARISONS: Final[Mapping[str, type]] = {"StringEquals": str, "BooleanEquals": bool}
KNOWN_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "Task": frozenset(
        {
            "Resource",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "TimeoutSeconds",
            "Retry",
            "Catch",
            "Next",
            "End",
        }
    ),
    "Choice": frozenset({"Choices", "Default"}),
    "Pass": frozenset({"Parameters", "ResultPath", "Next", "End"}),
    "Wait": frozenset({"Seconds", "SecondsPath", "Next", "End"}),
    "Fail": frozenset({"Error", "Cause"}),
    "Succeed": frozenset(),
}


class PathNotFoundError(Exception):
    """A path leads nowhere in what a state was given."""


@dataclass(frozen=True)
class Retrier:
    """Which errors are tried again, and after how long.

    Attributes:
        delays: Seconds before each further try; with jitter, at most so many.
    """

    errors: tuple[str, ...]
    delays: tuple[float, ...]


@dataclass(frozen=True)
class Catcher:
    """Where an error leads, and where it is put in the state's input."""

    errors: tuple[str, ...]
    put: Callable[[Json, Json], Json]
    then: str


@dataclass(frozen=True)
class Task:
    """Run a function."""

    function: str
    payload: Made
    select: Made
    put: Callable[[Json, Json], Json]
    timeout_seconds: int
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    then: str


@dataclass(frozen=True)
class Choice:
    """Go where the first rule that holds leads; ``default`` is empty if there is none."""

    rules: tuple[tuple[Callable[[Json], bool], str], ...]
    default: str


@dataclass(frozen=True)
class Pass:
    """Make the next state's input."""

    made: Made
    put: Callable[[Json, Json], Json]
    then: str


@dataclass(frozen=True)
class Wait:
    """Let time go by."""

    seconds: Made
    then: str


@dataclass(frozen=True)
class Fail:
    """End in an error."""

    error: str
    cause: str


@dataclass(frozen=True)
class Succeed:
    """End, with what it was given."""


State = Task | Choice | Pass | Wait | Fail | Succeed


@dataclass(frozen=True)
class Definition:
    """A workflow; a state that leads to the empty name is the last."""

    start: str
    states: Mapping[str, State]


def catches(errors: tuple[str, ...], error: str) -> bool:
    """Whether a list of names means an error."""
    return error in errors or ("States.ALL" in errors and error not in UNCAUGHT)


@cache
def definition(text: str) -> Definition:
    """Read a workflow's text.

    Raises:
        NotProvidedError: it says something that no workflow here says.
    """
    words = json.loads(text)
    if odd := sorted(words.keys() - {"Comment", "StartAt", "States"}):
        raise NotProvidedError(f"the words {', '.join(odd)} of a workflow")
    return Definition(words["StartAt"], {name: _state(name, one) for name, one in words["States"].items()})


def _state(name: str, words: Data) -> State:
    kind = words["Type"]
    if kind not in KNOWN_WORDS:
        raise NotProvidedError(f"a state of type {kind}")
    if odd := sorted(words.keys() - KNOWN_WORDS[kind] - {"Type", "Comment"}):
        raise NotProvidedError(f"the words {', '.join(odd)} of {kind} {name}")
    then = words.get("Next", "")
    match kind:
        case "Task":
            return _task(words, then)
        case "Choice":
            rules = tuple((_rule(one), one["Next"]) for one in words["Choices"])
            return Choice(rules, words.get("Default", ""))
        case "Pass":
            return Pass(_template(words.get("Parameters")), _put(words.get("ResultPath", "$")), then)
        case "Wait":
            if "SecondsPath" in words:
                return Wait(_reference(words["SecondsPath"]), then)
            seconds = words["Seconds"]
            return Wait(lambda _given: seconds, then)
        case "Fail":
            return Fail(words.get("Error", ""), words.get("Cause", ""))
        case _:
            return Succeed()


def _task(words: Data, then: str) -> Task:
    catchers = [
        Catcher(tuple(one["ErrorEquals"]), _put(one.get("ResultPath", "$")), one["Next"])
        for one in words.get("Catch", ())
    ]
    return Task(
        function=words["Resource"],
        payload=_template(words.get("Parameters")),
        select=_template(words.get("ResultSelector")),
        put=_put(words.get("ResultPath", "$")),
        timeout_seconds=words["TimeoutSeconds"],
        retriers=tuple(_retrier(one) for one in words.get("Retry", ())),
        catchers=tuple(catchers),
        then=then,
    )


def _retrier(words: Data) -> Retrier:
    first, rate = words.get("IntervalSeconds", 1), words.get("BackoffRate", 2.0)
    most = words.get("MaxDelaySeconds", float("inf"))
    delays = tuple(min(first * rate**place, most) for place in range(words.get("MaxAttempts", 3)))
    return Retrier(tuple(words["ErrorEquals"]), delays)


def _rule(words: Data) -> Callable[[Json], bool]:
    (comparison,) = words.keys() - {"Variable", "Next", "Comment"}
    if comparison not in COMPARISONS:
        raise NotProvidedError(f"the comparison {comparison}")
    found, wanted, kind = _reference(words["Variable"]), words[comparison], COMPARISONS[comparison]

    def holds(given: Json) -> bool:
        value = found(given)
        return isinstance(value, kind) and value == wanted

    return holds


def _path(text: str) -> Path:
    root, *parts = text.split(".")
    if root != "$" or not all(part.replace("_", "a").isalnum() for part in parts):
        raise NotProvidedError(f"the path {text}")
    return tuple(parts)


def _reference(text: str) -> Made:
    path = _path(text)

    def found(given: Json) -> Json:
        value = given
        for part in path:
            if not isinstance(value, dict) or part not in value:
                raise PathNotFoundError(f"The path '{text}' could not be found in the input")
            value = value[part]
        return value

    return found


def _template(words: Json) -> Made:
    """What a payload template makes; without one, what was given."""
    if words is None:
        return lambda given: given
    literal = {name: value for name, value in words.items() if not name.endswith(".$")}
    if any(isinstance(value, (dict, list)) for value in literal.values()):
        raise NotProvidedError(f"a template inside a template: {words}")
    found = [(name[:-2], _reference(value)) for name, value in words.items() if name.endswith(".$")]
    return lambda given: {**literal, **{name: reference(given) for name, reference in found}}


def _put(text: str | None) -> Callable[[Json, Json], Json]:
    """What becomes of an input and a result: the result, the input, or the input with the result in it."""
    if text is None:
        return lambda given, _result: given
    path = _path(text)
    if not path:
        return lambda _given, result: result
    if len(path) > 1:
        raise NotProvidedError(f"a result at {text}")
    (name,) = path
    return lambda given, result: {**given, name: result}
