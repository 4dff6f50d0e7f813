"""How a workflow reaches the functions and the time: both are the laboratory's."""

from __future__ import annotations

import json
from typing import Any, Final, Protocol

from tools.lab.aws.calls import NotProvidedError

TIMED_OUT: Final = "States.Timeout"


class Invoke(Protocol):
    """Runs a function, and comes back when it ended or when the task's time is over, whichever is first."""

    def __call__(self, function: str, payload: dict[str, Any], timeout_seconds: int) -> Any:  # noqa: ANN401 -- JSON
        """Run it.

        Args:
            function: Its logical id in template.yaml.
            payload: A copy that the function may keep.
            timeout_seconds: Of the task, not of the function: on AWS the function runs on after it.

        Returns:
            What the function answered, to be written as JSON.

        Raises:
            TaskFailedError: it failed, was throttled, or its time is over.
        """
        ...


class Wait(Protocol):
    """Lets time go by."""

    def __call__(self, seconds: float) -> None:
        """Wait; of a retry with jitter these are the most seconds it waits on AWS, the least are none."""
        ...


class TaskFailedError(Exception):
    """A task ended in an error, by the name that ``Catch`` and ``Retry`` know it by."""

    def __init__(self, error: str, cause: str = "") -> None:
        self.error = error
        self.cause = cause
        super().__init__(f"{error}: {cause}")


def nobody_runs(function: str, payload: dict[str, Any], timeout_seconds: int) -> Any:  # noqa: ANN401, ARG001 -- as Invoke
    """Stand for ``Invoke`` where no workflow moves."""
    raise NotProvidedError(f"a run of {function} in this account")


def nobody_waits(seconds: float) -> None:
    """Stand for ``Wait`` where no workflow moves."""
    raise NotProvidedError(f"{seconds} seconds to wait in this account")


def timed_out() -> TaskFailedError:
    """The task's ``TimeoutSeconds`` are over."""
    return TaskFailedError(TIMED_OUT)


def throttled() -> TaskFailedError:
    """No room for one more run of the function: it never ran."""
    return TaskFailedError("Lambda.TooManyRequestsException", "Rate Exceeded.")


def crashed() -> TaskFailedError:
    """The sandbox died, or was stopped at the function's own timeout."""
    return TaskFailedError("Lambda.Unknown", "The cause could not be determined because Lambda did not say.")


def raised(exception: BaseException) -> TaskFailedError:
    """The function raised: the error is the exception's class, as the runtime tells it."""
    told = {"errorMessage": str(exception), "errorType": type(exception).__name__, "stackTrace": []}
    return TaskFailedError(type(exception).__name__, json.dumps(told, ensure_ascii=False))
