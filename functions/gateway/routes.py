"""Every address of the API, once: the handler serves this table, and openapi.json is generated from it.

A new address is one entry here, its call in calls.py and its event in template.yaml.
"""

from __future__ import annotations

from typing import Any, Final

from functions.gateway import calls
from functions.gateway.presented import ChequeWords
from functions.gateway.words import (
    TERMINAL_SEQUENCE,
    TERMINAL_SEQUENCE_FORM,
    ApprovalWords,
    CancelAnswer,
    CancelWords,
    ChequeInquiryAnswer,
    HealthAnswer,
    JournalAnswer,
    JournalWords,
    NetCancelWords,
    SaleAnswer,
)
from payment_adapters.http.routes import Route, Told
from payment_adapters.terminals.words import (
    IntegrityAnswer,
    IntegrityWords,
    KeyAnswer,
    KeysAnswer,
    KeyWords,
)

ROUTES: Final[tuple[Route[Any], ...]] = (
    Route(
        "POST",
        "/v1/approvals",
        "approve",
        "Have a card payment approved",
        calls.approve,
        {
            201: Told("Decided: approved, or declined in the words of the destination.", SaleAnswer),
            202: Told(
                "Not approved: no clear answer came, and whatever is behind it is being undone.", SaleAnswer
            ),
        },
        refusals=(
            *("sale-not-found", "idempotency-key-is-not-the-sale"),
            *("business-date-out-of-range", "parts-exceed-the-amount", "tender-not-in-instalments"),
            *("instalments-not-allowed", "card-is-not-unionpay", "fallback-incomplete"),
            "receipt-customer-does-not-fit",
            *(
                "tender-not-taken",
                "card-expired",
                "card-number-mistyped",
                "key-reused-for-another-sale",
                "sale-in-progress",
            ),
            *("card-busy", "suspected-duplicate"),
        ),
        words=ApprovalWords,
        spends_nonce=False,  # the claim spends it, together with the sale and the card
    ),
    Route(
        "GET",
        "/v1/approvals/{sale_id}",
        "look",
        "See how a sale stands now",
        calls.look_at,
        {200: Told("The sale as it stands now.", SaleAnswer)},
        refusals=("sale-not-found",),
    ),
    Route(
        "GET",
        "/v1/approvals",
        "inquire",
        "Ask for a sale by the terminal's own number",
        calls.inquire,
        {200: Told("The sale as it stands now.", SaleAnswer)},
        refusals=("sale-not-found",),
        query=(TERMINAL_SEQUENCE, TERMINAL_SEQUENCE_FORM),
    ),
    Route(
        "POST",
        "/v1/net-cancels",
        "net_cancel",
        "Undo a sale whose answer never came",
        calls.net_cancel,
        {
            200: Told(
                "Noted: the sale is not approved, now or ever, also where it never arrived. "
                "`BEING_REVERSED`: the relay goes on until the destination confirms.",
                SaleAnswer,
            )
        },
        refusals=(
            *("sale-not-found", "idempotency-key-is-not-the-sale", "business-date-out-of-range"),
            "net-cancel-not-possible",
        ),
        words=NetCancelWords,
    ),
    Route(
        "POST",
        "/v1/approvals/{sale_id}/cancels",
        "cancel",
        "Cancel all or part of an approved sale",
        calls.cancel,
        {
            201: Told(
                "Definite: `cancel.state` is DONE or REFUSED by the destination, or REFUND: "
                "the sale was claimed for settlement, so the next settlement file gives it back.",
                CancelAnswer,
            ),
            202: Told(
                "Still on its way: the relay goes on. Repeat the request to hear the end.", CancelAnswer
            ),
        },
        refusals=(
            *("sale-not-found", "idempotency-key-is-not-the-sale", "business-date-out-of-range"),
            *("key-reused-for-another-cancel", "receipt-words-do-not-fit", "receipt-customer-differs"),
            *("receipt-cancel-too-late", "sale-not-cancellable", "cancel-amount-out-of-range"),
        ),
        words=CancelWords,
    ),
    Route(
        "POST",
        "/v1/cheque-inquiries",
        "inquire_cheque",
        "Ask whether a cashier's cheque is good",
        calls.inquire_cheque,
        {200: Told("The bank has answered: take the cheque, or not.", ChequeInquiryAnswer)},
        refusals=("cheque-does-not-fit", "cheques-not-taken", "cheque-not-known"),
        words=ChequeWords,
    ),
    Route(
        "POST",
        "/v1/journals",
        "deliver_journal",
        "Deliver your own journal of a business date",
        calls.deliver_journal,
        {201: Told("Kept. Said again in the same words, it is kept once.", JournalAnswer)},
        refusals=(
            *("sale-not-found", "idempotency-key-is-not-the-sale"),
            *("journal-date-out-of-range", "key-reused-for-another-journal"),
        ),
        words=JournalWords,
    ),
    Route(
        "POST",
        "/v1/terminals/keys",
        "give_terminal_key",
        "Take the next key, or register one of your own",
        calls.give_terminal_key,
        {
            201: Told(
                "A P-256 key was sent: the next key, wrapped to it. An Ed25519 key: registered.", KeyAnswer
            )
        },
        refusals=("terminal-key-already-taken", "terminal-keys-full"),
        words=KeyWords,
    ),
    Route(
        "GET",
        "/v1/terminals/keys",
        "tell_terminal_keys",
        "See your keys, and payrelay's own",
        calls.tell_terminal_keys,
        {200: Told("Key ids with their ends, and a JWKS for encrypted bodies.", KeysAnswer)},
    ),
    Route(
        "POST",
        "/v1/terminals/integrity",
        "check_terminal",
        "Have your software checked",
        calls.check_terminal,
        {200: Told("Passed, and when the next check is due.", IntegrityAnswer)},
        refusals=("terminal-integrity-failed",),
        words=IntegrityWords,
    ),
    Route(
        "GET",
        "/v1/health",
        "health",
        "Ask whether this door is open",
        calls.health,
        {200: Told("It is.", HealthAnswer)},
        signed=False,
    ),
    Route(
        "GET",
        "/v1/openapi.json",
        "describe",
        "This description",
        calls.describe,
        {200: Told("OpenAPI 3.1.", dict[str, object])},
        signed=False,
    ),
    Route(
        "GET",
        "/v1/docs",
        "show",
        "This description as a page",
        calls.show,
        {200: Told("A page for people.", media_type="text/html")},
        signed=False,
    ),
    Route(
        "GET",
        "/v1/docs/{asset}",
        "asset",
        "Scripts and styles of that page",
        calls.asset,
        {200: Told("A script or a style.", media_type="text/javascript")},
        signed=False,
        listed=False,
    ),
)
