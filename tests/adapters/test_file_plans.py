"""What files a counterparty sends is data; what no contract can say is refused: file, key and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from payment_adapters.contract_file import ContractFileError
from payment_adapters.files.plan import plan_of, plans, settled
from payment_adapters.files.plan_file import read_plans, read_settled
from payment_core.settlement.model import FileKind
from tests.house.repository import ROOT

NAMSAN = (ROOT / "destinations" / "namsan.toml").read_text(encoding="utf-8")
FILES = NAMSAN[NAMSAN.index("[files]") :]
SETTLED = """
[settlement]
business_number = "1208100001"
name = "한강분식"
bank = "gaon"
account = "7012-****-1001"
"""


def saved(folder: Path, text: str, name: str = "invented") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(line: str, to: str, text: str = FILES) -> str:
    """The text with one line, which is found by its beginning, written anew."""
    made, count = re.subn(rf"^{re.escape(line)}.*$", to, text, count=1, flags=re.MULTILINE)
    assert count == 1, line
    return made


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (changed("encoding", 'encoding = "UTF-8"'), "files.encoding", "must be one of EUC-KR"),
        (changed("layout", 'layout = "returns"'), "files.transactions.layout", "must be one of transactions"),
        (changed("layout", ""), "files.transactions.layout", "is missing"),
        (changed("name", 'name = "LIST-{date}"'), "files.transactions.name", "must hold {merchant} once"),
        (changed("name", 'name = "{merchant}"'), "files.transactions.name", "must hold {date} once"),
        (changed("name", 'name = "../{merchant}{date}"'), "files.transactions.name", "must be letters"),
        (changed("by", 'by = "25:00"'), "files.transactions.by", "must be a time HH:MM"),
        (changed("days", "days = 11"), "files.deposit.days", "must be 0 to 10"),
        (changed("counts", 'counts = "SOMETIMES"'), "files.transactions.counts", "must be one of"),
        (changed("counts", 'count = "BUSINESS"'), "files.transactions.count", "means nothing here"),
        (changed("haneul", 'haneul = "031"'), "files.card_companies.haneul", "without zeros in front"),
        (changed("bada", 'bada = "31"'), "files.card_companies.bada", "has the code 31 of haneul"),
        (changed("[files.deposit]", "[files.receipt]"), "files.receipt", "means nothing here"),
        (FILES[: FILES.index("[files.deposit]")], "files.claim", "has no answer"),
        (changed("[files.claim]", "[files.bank]"), "files.bank.layout", "must be one of statements"),
    ],
)
def test_what_no_contract_can_say_of_files_is_refused(
    tmp_path: Path, text: str, key: str, reason: str
) -> None:
    with pytest.raises(ContractFileError) as refused:
        read_plans(saved(tmp_path, text))

    assert (refused.value.file, refused.value.key) == ("invented.toml", key)
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("name", "text", "key", "reason"),
    [
        ("default", SETTLED, "settlement.name", "1 to 5 digits"),
        ("100001", SETTLED, "settlement.name", "1 to 5 digits"),
        (
            "1001",
            changed("business", 'business_number = "12"', SETTLED),
            "settlement.business_number",
            "ten digits",
        ),
        ("1001", changed("account", 'account = "7012"', SETTLED), "settlement.account", "masked"),
        ("1001", changed("bank", "", SETTLED), "settlement.bank", "is missing"),
        ("1001", SETTLED + "fee = 1", "settlement.fee", "means nothing here"),
        (
            "1001",
            SETTLED + '[[settlement.preferential]]\nsince = "20270229"\nannual_sales_won = 1',
            "settlement.preferential",
            "days YYYYMMDD",
        ),
    ],
)
def test_what_cannot_be_agreed_about_settlement_is_refused(
    tmp_path: Path, name: str, text: str, key: str, reason: str
) -> None:
    with pytest.raises(ContractFileError) as refused:
        read_settled(saved(tmp_path, text, name))

    assert refused.value.key == key
    assert reason in refused.value.reason


def test_who_says_nothing_about_files_sends_none(tmp_path: Path) -> None:
    assert read_plans(saved(tmp_path, 'kind = "van"')) == ()
    assert read_settled(saved(tmp_path, "")) is None


def test_every_destination_lists_its_sales_takes_claims_and_answers_them() -> None:
    of_destinations = {path.stem for path in ROOT.glob("destinations/*.toml")}
    kinds = {name: {plan.kind for plan in plans() if plan.counterparty == name} for name in of_destinations}

    for name, found in kinds.items():
        assert {FileKind.TRANSACTIONS, FileKind.CLAIM} <= found, name
        assert len(found & {FileKind.RETURN, FileKind.DEPOSIT}) == 1, name


def test_every_family_of_returns_is_in_use_and_every_settled_merchants_bank_is_known() -> None:
    assert {plan.layout for plan in plans()} == {
        *("transactions", "claims", "returns", "deposits", "outcomes", "statements"),
    }
    assert all(plan_of(one.bank, FileKind.BANK) for one in settled())


def test_a_name_tells_merchant_and_day_and_nothing_else_is_taken_for_one() -> None:
    plan = plan_of("hangang", FileKind.RETURN)
    assert plan is not None

    assert plan.name("1001", "20261120") == "RET1-01001-261120.dat"
    assert plan.told_by("RET1-01001-261120.dat") == ("1001", "20261120")
    for other in ("RET1-01001-261320.dat", "RET1-1001-261120.dat", "RET1-01001-261120xdat", "x"):
        assert plan.told_by(other) is None


def test_a_file_is_due_by_the_clock_in_korea_on_the_days_that_its_contract_counts() -> None:
    returned, listed = plan_of("hangang", FileKind.RETURN), plan_of("hangang", FileKind.TRANSACTIONS)
    assert returned is not None
    assert listed is not None

    friday = "20261120"
    tuesday_at_ten, saturday_at_nine = 1_795_482_000_000, 1_795_219_200_000
    assert returned.due_ms(friday, ()) == tuesday_at_ten
    assert returned.due_ms(friday, {"20261124"}) == tuesday_at_ten + 86_400_000
    assert listed.due_ms(friday, ()) == saturday_at_nine
