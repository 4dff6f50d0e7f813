"""Turn our words into a destination's telegram, as its file says; a MAC goes on last.

Which rows and telegrams a file may name is for the paper to say, so it is checked here, before the first
telegram.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from payment_adapters.contract_file import ContractFileError
from payment_adapters.destinations import Destination, Purpose, TelegramPlan
from payment_adapters.networks.words import Words
from payment_core.kernel.frozen import dataclass
from telegram_codec import EncodeError
from telegram_codec.telegram import Telegram

Mac = Callable[[bytes], bytes]  # the bytes to be vouched for → at least as many bytes as the row takes

SPECS: Final = "telegram_codec.specs"


def software_mac(key: bytes) -> Mac:
    """Work MACs out in software (HMAC-SHA256, cut by the row); an HSM stands behind the same signature."""
    return lambda covered: hmac.digest(key, covered, "sha256")


class CannotFillError(Exception):
    """A value of this sale has no place in the destination's telegram; nothing can be sent."""


@cache
def paper_of(destination: Destination) -> ModuleType:
    """The spec module of a destination; compared with its file once.

    Raises:
        ContractFileError: there is none, or it lacks a telegram or a row that the file names.
    """
    file = f"{destination.profile.name}.toml"
    try:
        paper = import_module(f"{SPECS}.{destination.spec}")
    except ModuleNotFoundError as missing:
        raise ContractFileError(
            file, "spec", f"is {destination.spec}, but there is no such module in {SPECS}"
        ) from missing
    for place, purpose, plan in destination.plans():
        sealed = {destination.authentication} - {""} if purpose is not Purpose.ECHO else set()
        for key, telegram, rows in (
            ("request", plan.request, sealed.union(plan.fields)),
            ("answer", plan.answer, sealed.union(plan.correlation)),
        ):
            made = getattr(paper, telegram, None)
            if made is None:
                raise ContractFileError(
                    file, f"telegrams.{place}.{key}", f"is {telegram}, which the paper lacks"
                )
            for row in rows - rows_of(made):
                raise ContractFileError(
                    file, f"telegrams.{place}.{key}", f"has no row {row}, which the file names"
                )
    return paper


@cache
def rows_of(telegram: type[Telegram]) -> frozenset[str]:
    """The names of a telegram's rows."""
    return frozenset(row.name for row in telegram.layout.rows)


@cache
def optional_rows_of(telegram: type[Telegram]) -> frozenset[str]:
    """The names of the rows that may be absent."""
    return frozenset(row.name for row in telegram.layout.rows if getattr(row, "optional", False))


@dataclass(frozen=True)
class Filling:
    """Fills and seals the telegrams of one destination."""

    destination: Destination
    paper: ModuleType
    mac: Mac | None

    def request(self, plan: TelegramPlan, words: Words) -> tuple[Telegram, bytes]:
        """The telegram that says these words, and its bytes.

        Raises:
            CannotFillError: a word has no letter, a value no place, or there is no key for the MAC.
        """
        telegram: type[Telegram] = getattr(self.paper, plan.request)
        optional = optional_rows_of(telegram)
        unsaid = set(plan.fields.values()) - set(words)
        if unsaid:  # who a receipt was for, where nobody kept it
            raise CannotFillError(f"nobody says {', '.join(sorted(unsaid))}")
        values = {field: self.letter(word, words[word]) for field, word in plan.fields.items()}
        told: dict[str, Any] = {
            field: value for field, value in values.items() if value != "" or field not in optional
        }
        row = self._sealed_row(telegram)
        if row:
            told[row] = bytes(telegram.layout.row(row).size)
        try:
            request = telegram(**told)
            if row:
                request = replace(request, **{row: self._mac_of(request, request.encode())})
            return request, request.encode()
        except EncodeError as error:
            raise CannotFillError(str(error)) from error

    def letter(self, word: str, value: object) -> object:
        """What the destination calls a value of ours.

        Raises:
            CannotFillError: its file has letters for this word, and none for this value.
        """
        letters = self.destination.letters.get(word)
        if letters is None:
            return value
        if str(value) not in letters:
            raise CannotFillError(f"the contract has no letter for {word} {value}")
        return letters[str(value)]

    def is_vouched_for(self, answer: Telegram, frame: bytes) -> bool:
        """Whether the answer's MAC is right; always, where the paper has none."""
        row = self._sealed_row(type(answer))
        return not row or hmac.compare_digest(getattr(answer, row), self._mac_of(answer, frame))

    def _sealed_row(self, telegram: type[Telegram]) -> str:
        """The row of the MAC; empty where the paper has none, and in an echo, which is not about money."""
        row = self.destination.authentication
        return row if row in rows_of(telegram) else ""

    def _mac_of(self, telegram: Telegram, wire: bytes) -> bytes:
        if self.mac is None:
            raise CannotFillError("there is no key for the MAC")
        row = self.destination.authentication
        names = [one.name for one in telegram.layout.rows]
        start, end = telegram.spans(wire)[names.index(row)]
        return self.mac(wire[:start])[: end - start]
