"""What only some destinations have: sessions of ENQ, ACK and EOT, MACs, merchant numbers, tombstones."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from payment_adapters.destinations import destination
from payment_adapters.networks.filling import software_mac
from payment_adapters.networks.link import TelegramLink
from payment_adapters.sockets import Address
from payment_core.approval.outcome import Declined, InDoubt, NotFound, NotSent, Undone
from telegram_codec.specs import namsan
from tests.adapters.parties import (
    BRIEF_SECONDS,
    BUDGET_MS,
    WITH_SESSIONS,
    Running,
    an_order,
    approved,
    asked,
    card_of,
    eventually,
    undone,
)
from tools.simulators.faults import Fault
from tools.simulators.parties.bada import MAC_KEY

every_session = pytest.mark.parametrize("party", WITH_SESSIONS, indirect=True)


@every_session
class TestSession:
    """Nothing leaves before ENQ, nothing is decided before EOT."""

    def test_a_destination_that_does_not_invite_was_sent_nothing(self, party: Running) -> None:
        party.script(Fault.NO_ENQ, "authorise")
        before = party.van.telegrams()

        outcome = party.authorise(an_order(), seconds=BRIEF_SECONDS)

        assert isinstance(outcome, NotSent)
        assert "no ENQ came" in outcome.reason
        assert party.van.telegrams() == before

    @pytest.mark.parametrize(("fault", "is_live"), [(Fault.IGNORE_ACK, False), (Fault.DROP_EOT, True)])
    def test_an_approval_without_eot_is_in_doubt_and_keeps_its_number(
        self, party: Running, fault: Fault, *, is_live: bool
    ) -> None:
        order = an_order()
        party.script(fault, "authorise")

        outcome = party.authorise(order, seconds=BRIEF_SECONDS)

        assert isinstance(outcome, InDoubt)
        assert outcome.approval_number.startswith("3")
        assert "no EOT came" in outcome.reason
        assert eventually(lambda: party.live(order) == is_live)
        assert isinstance(undone(party, order), Undone)

    def test_an_answer_that_is_right_when_asked_for_again_counts(self, party: Running) -> None:
        order = an_order()
        party.script(Fault.GARBLE_ONCE, "authorise")

        approved(party, order)

        assert party.live(order)

    def test_a_net_cancel_without_eot_is_repeated(self, party: Running) -> None:
        order = an_order()
        approved(party, order)
        party.script(Fault.DROP_EOT, "net_cancel")

        assert isinstance(undone(party, order, seconds=BRIEF_SECONDS), InDoubt)
        assert isinstance(undone(party, order), Undone)


@pytest.mark.parametrize("party", ["bada"], indirect=True)
class TestMac:
    """Whoever has no key cannot ask, and is not answered."""

    def test_without_a_key_nothing_is_sent(self, party: Running) -> None:
        line = replace(party.line(), mac=None)

        outcome = line.authorise(an_order(), card_of("bada"), BUDGET_MS)

        assert isinstance(outcome, NotSent)
        assert outcome.by_us
        assert "no key for the MAC" in outcome.reason

    def test_a_telegram_with_a_wrong_mac_is_not_answered(self, party: Running) -> None:
        order = an_order()

        outcome = party.line(mac=lambda _: b"8 wrong.").authorise(order, card_of("bada"), BUDGET_MS)

        assert isinstance(outcome, InDoubt)
        assert party.fate(order) == ""

    def test_an_answer_with_a_wrong_mac_is_not_believed(self, party: Running) -> None:
        covered: list[bytes] = []

        def right_for_the_request_alone(wire: bytes) -> bytes:
            covered.append(wire)
            return software_mac(MAC_KEY if len(covered) == 1 else b"of somebody else")(wire)

        line = party.line(seconds=BRIEF_SECONDS, mac=right_for_the_request_alone)
        outcome = line.authorise(an_order(), card_of("bada"), BUDGET_MS)

        assert isinstance(outcome, InDoubt)
        assert "wrong MAC" in outcome.reason


@pytest.mark.parametrize("party", ["bada"], indirect=True)
def test_a_destination_without_an_inquiry_is_not_asked(party: Running) -> None:
    outcome = asked(party, an_order())

    assert isinstance(outcome, NotSent)
    assert outcome.by_us


@pytest.mark.parametrize("party", ["bada", "sol"], indirect=True)
def test_a_merchant_without_a_contract_is_not_sent(party: Running) -> None:
    order = an_order()
    stranger = replace(order, sale_id=replace(order.sale_id, merchant="1999"))

    outcome = party.authorise(stranger)

    assert isinstance(outcome, NotSent)
    assert "no letter for merchant 1999" in outcome.reason


@pytest.mark.parametrize("party", ["sol"], indirect=True)
def test_a_net_cancel_that_came_first_leaves_a_tombstone(party: Running) -> None:
    order = an_order()

    assert isinstance(undone(party, order), NotFound)
    assert isinstance(party.authorise(order), Declined)


def test_noise_instead_of_an_invitation_was_sent_nothing() -> None:
    """A frame that is no telegram comes where ENQ was to come."""
    frame = namsan.FRAMING.wrap(b"noise")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(frame)
                heard.append(connection.recv(4_096))

        heard: list[bytes] = []
        thread = threading.Thread(target=serve)
        thread.start()
        line = TelegramLink(
            destination("namsan"), Address(*listener.getsockname()), lambda: 0, answer_seconds=BRIEF_SECONDS
        )
        outcome = line.authorise(an_order(), card_of("namsan"), BUDGET_MS)
        thread.join()

    assert isinstance(outcome, NotSent)
    assert heard == [b""]
