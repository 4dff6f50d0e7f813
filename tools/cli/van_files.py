"""`payrelay van files`: the day's files of all counterparties, put into a world's bucket or into a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
from botocore.config import Config

from payment_adapters.files.plan import Settled, settled_merchant
from payment_adapters.files.store import FileStore
from tools.simulators.books import Authorisation, Books
from tools.simulators.settlement.answers import Mood
from tools.simulators.settlement.day import Counterparties, parties
from tools.simulators.settlement.mailbox import Bucket, Folder, Mailbox
from tools.simulators.settlement.menu import ANSWER, BANK, LIST, MENU, Difference
from tools.world.places import NoWorldError, Places
from tools.world.running import RunningWorld, client_words

BUCKET_OUTPUT = "FilesBucket"


def send(
    state: Path,
    into: Path | None,
    merchant: str,
    day: str,
    difference: Difference | None,
    struck: str,
    mood: Mood,
) -> Iterator[str]:
    """Put everything that a merchant's day has; one line for each file, or for what has none.

    Raises:
        NoWorldError: no world runs, or payrelay does not settle for this merchant.
        NothingToChangeError: the difference has nothing to strike.
    """
    settled = settled_merchant(merchant)
    if settled is None:
        raise NoWorldError(
            f"payrelay does not settle for {merchant}: merchants/{merchant}.toml says nothing of it."
        )
    places = Places(state.resolve())
    mailbox: Mailbox = Folder(into) if into else _bucket(places)
    world = Counterparties(_books(places), places.state / "settlement", mailbox, mood)
    yield from _sent(world, settled, day, difference, struck)


def _sent(
    world: Counterparties, merchant: Settled, day: str, difference: Difference | None, struck: str
) -> Iterator[str]:
    kinds = MENU[difference].strikes if difference else ()
    for party in parties():
        of_party = difference if party == struck else None
        in_list = of_party if set(kinds) & set(LIST) else None
        in_answer = of_party if set(kinds) & set(ANSWER) else None
        names = world.send_lists(party, merchant, day, in_list)
        answers = world.send_answer(party, merchant, day, in_answer)
        yield f"{party:<11} {', '.join([*names, *(answers or ['no claim to answer'])])}"
    in_own = difference if struck == merchant.merchant and set(kinds) & set(LIST) else None
    if names := world.send_own_list(merchant, day, in_own):
        yield f"{merchant.merchant:<11} {', '.join(names)}"
    in_statement = difference if kinds == BANK else None
    names = world.send_statement(merchant.bank, merchant, day, in_statement)
    yield f"{merchant.bank:<11} {', '.join(names)}"


def _books(places: Places) -> Mapping[str, list[Authorisation]]:
    return {party: list(Books.as_written(places.books(party))) for party in parties()}


def _bucket(places: Places) -> Bucket:
    world = RunningWorld.find(places)
    if BUCKET_OUTPUT not in world.outputs:
        raise NoWorldError("This world has no bucket for settlement files; name a folder with `--into`.")
    words = client_words(world.endpoint)
    path_style = Config(s3={"addressing_style": "path"})
    words["config"] = words["config"].merge(path_style) if "config" in words else path_style
    return Bucket(FileStore(boto3.client("s3", **words), world.outputs[BUCKET_OUTPUT]))
