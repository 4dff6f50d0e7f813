"""`payrelay van files` puts a day's files where payrelay looks for them; a folder needs no world."""

from __future__ import annotations

from pathlib import Path

import pytest

from payment_adapters.files.intake import addressee_of
from payment_adapters.files.store import Arrived
from tools.cli.van_files import send
from tools.simulators.settlement.answers import Mood
from tools.world.places import NoWorldError


def test_every_file_lies_where_its_contract_says(tmp_path: Path) -> None:
    told = list(send(tmp_path / "state", tmp_path, "1001", "20261120", None, "hangang", Mood()))

    put = [path for path in (tmp_path / "inbox").rglob("*.*") if path.is_file()]
    assert len(put) == len(told) == 9  # seven lists, the shop's own, the bank's statement
    for path in put:
        addressee = addressee_of(Arrived(path.parent.name, path.name, 0, 0))
        assert addressee is not None, path
        assert (addressee.merchant.merchant, addressee.business_date) == ("1001", "20261120")


def test_a_merchant_that_payrelay_does_not_settle_for_has_no_files(tmp_path: Path) -> None:
    with pytest.raises(NoWorldError, match="does not settle for 4711"):
        list(send(tmp_path, tmp_path, "4711", "20261120", None, "hangang", Mood()))
