"""Refusals of people's work on a case: expected, named, with a stable code and the facts as attributes.

In the order in which they are looked for. The console and the command line tell them; no POS meets one.
"""

from __future__ import annotations

from typing import ClassVar

from payment_core.cases.model import Action, State


class CaseRefusal(Exception):  # noqa: N818 -- a refusal is the business saying no, not an error
    """Something that the rules of cases turn down; nothing was written.

    Attributes:
        code: Stable word for programs.
        http_status: What a console answers with.
    """

    code: ClassVar[str]
    http_status: ClassVar[int]


class CaseNotFoundError(CaseRefusal):
    """No case has this id."""

    code: ClassVar[str] = "case-not-found"
    http_status: ClassVar[int] = 404

    def __init__(self, case_id: str) -> None:
        """Name what was looked for."""
        super().__init__(f"there is no case {case_id}")
        self.case_id = case_id


class CaseClosedError(CaseRefusal):
    """Evidence closed the case; there is nothing left to do."""

    code: ClassVar[str] = "case-closed"
    http_status: ClassVar[int] = 409

    def __init__(self, case_id: str) -> None:
        """Name the case."""
        super().__init__(f"{case_id} is closed; there is nothing left to do")
        self.case_id = case_id


class CaseMovedError(CaseRefusal):
    """The case is not as the person saw it: another version stands; look again and decide again."""

    code: ClassVar[str] = "case-moved"
    http_status: ClassVar[int] = 409

    def __init__(self, case_id: str, seen: int, stands: int) -> None:
        """Name both versions; they are equal where somebody wrote at this very moment."""
        super().__init__(f"{case_id} was changed since version {seen}; look at it again")
        self.case_id = case_id
        self.seen = seen
        self.stands = stands


class CaseBusyError(CaseRefusal):
    """The case waits for something else: a proposal for its check, or an approved one for its execution."""

    code: ClassVar[str] = "case-busy"
    http_status: ClassVar[int] = 409

    def __init__(self, case_id: str, state: State) -> None:
        """Name the state it is in."""
        super().__init__(f"{case_id} is {state}: one proposal at a time")
        self.case_id = case_id
        self.state = state


class NothingProposedError(CaseRefusal):
    """There is no proposal to check."""

    code: ClassVar[str] = "nothing-proposed"
    http_status: ClassVar[int] = 409

    def __init__(self, case_id: str, state: State) -> None:
        """Name the state it is in."""
        super().__init__(f"{case_id} is {state}: nothing is proposed")
        self.case_id = case_id
        self.state = state


class SamePersonError(CaseRefusal):
    """Who proposed must not approve: money is moved by two people."""

    code: ClassVar[str] = "same-person"
    http_status: ClassVar[int] = 403

    def __init__(self, person: str) -> None:
        """Name the person."""
        super().__init__(f"{person} proposed it; somebody else must approve")
        self.person = person


class WordsMissingError(CaseRefusal):
    """Something that must be said was not: who, why, what proves it, an account."""

    code: ClassVar[str] = "words-missing"
    http_status: ClassVar[int] = 422

    def __init__(self, missing: str) -> None:
        """Name what is missing."""
        super().__init__(f"{missing} must be given")
        self.missing = missing


class WordsTooLongError(CaseRefusal):
    """A text is longer than a line of history takes."""

    code: ClassVar[str] = "words-too-long"
    http_status: ClassVar[int] = 422

    def __init__(self, what: str, most: int) -> None:
        """Name the text and its limit, in characters."""
        super().__init__(f"{what} has more than {most} characters")
        self.what = what
        self.most = most


class CardNumberSaidError(CaseRefusal):
    """A text seems to hold a card number, which is never stored."""

    code: ClassVar[str] = "card-number-said"
    http_status: ClassVar[int] = 422

    def __init__(self, what: str) -> None:
        """Name the text, not the number."""
        super().__init__(f"{what} seems to hold a card number; name the sale or the trace number instead")
        self.what = what


class ActionNotPossibleError(CaseRefusal):
    """The protocol does not let this be done to what the case is about, as it stands now."""

    code: ClassVar[str] = "action-not-possible"
    http_status: ClassVar[int] = 422

    def __init__(self, action: Action, may: tuple[Action, ...]) -> None:
        """Name the action, and those that are possible."""
        possible = ", ".join(may) or "nothing"
        super().__init__(f"{action} is not possible here; possible: {possible}")
        self.action = action
        self.may = may
