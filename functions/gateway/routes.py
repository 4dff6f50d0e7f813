"""Every address of the API, once: the handler serves this table, and openapi.json is generated from it.

A new address is one entry here, its call in calls.py and its event in template.yaml.
"""

from __future__ import annotations

from typing import Any, Final

from functions.gateway import calls
from functions.gateway.words import ApprovalWords, CancelAnswer, CancelWords, HealthAnswer, SaleAnswer
from payment_adapters.http.routes import Route, Told

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
            *("business-date-out-of-range", "parts-exceed-the-amount", "instalments-not-allowed"),
            *("card-expired", "card-number-mistyped", "key-reused-for-another-sale", "sale-in-progress"),
            "store-unavailable",
        ),
        words=ApprovalWords,
    ),
    Route(
        "GET",
        "/v1/approvals/{sale_id}",
        "look",
        "See how a sale stands now",
        calls.look_at,
        {200: Told("The sale as it stands now.", SaleAnswer)},
        refusals=("sale-not-found", "store-unavailable"),
    ),
    Route(
        "POST",
        "/v1/approvals/{sale_id}/cancels",
        "cancel",
        "Cancel all or part of an approved sale",
        calls.cancel,
        {
            201: Told(
                "The destination gave a definite answer: `cancel.state` is DONE or REFUSED.", CancelAnswer
            ),
            202: Told(
                "Still on its way: the relay goes on. Repeat the request to hear the end.", CancelAnswer
            ),
        },
        refusals=(
            *("sale-not-found", "idempotency-key-is-not-the-sale", "business-date-out-of-range"),
            *("key-reused-for-another-cancel", "sale-not-cancellable", "cancel-amount-out-of-range"),
            "store-unavailable",
        ),
        words=CancelWords,
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
