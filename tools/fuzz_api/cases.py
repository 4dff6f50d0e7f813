"""Cases: one event of API Gateway each, made from a seed, with what is known about it beforehand."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from payment_adapters.http.signatures import WINDOW
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from tools.fuzz_api.hostile import BODIES, FORMS, Headers, Words
from tools.fuzz_api.relay import MASTER
from tools.fuzz_api.shapes import Shapes
from tools.fuzz_api.signatures import LIES, Event, signed

TODAY: Final = "20261120"  # of the relay's clock
TERMINALS: Final = (Terminal("1001", "10010001", 1), Terminal("1002", "10020001", 1))
SPELLABLE: Final = re.compile(r"[!-~]{1,99}")  # as a header can carry it
TABLES: Final = {"cash_receipt": "receipt", "points": "points", "barcode": "barcode"}  # others: card
SALES: Final = 30  # few enough that keys come back
CARDS: Final = (
    "4111111111111111",
    "5555555555554444",
    "4000000000000002",
    "378282246310005",
    "6200000000000005",
)
CLOCK_SKEWS_SECONDS: Final = (-86_400, -1, 1, 86_400)  # beyond the window
SELLS: Final = "/v1/approvals"
ADDRESSES: Final = (
    "/",
    "/v1",
    "/v2/approvals",
    "/v1/approvals/x/y/z",
    "/v1/docs/../health",
)
READ: Final = "read what is public"  # its examples show test cards
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
IDS: Final = (
    "x",
    "-",
    "1-1-1-1-1",
    "1001-10010001-1-20261120-" + "9" * 4_000,
    "1001-10010001-1-20261120-1%20",
)
UNSIGNABLE_IDS: Final = ("²-1-1-1-1", "\x00", "a b", "[", "?a=1")


@dataclass(frozen=True)
class Case:
    """One request.

    Attributes:
        kind: What is special about it, for the table.
        route: Method and path template; ``None`` for an address that does not exist.
        may_act: Whether its signature holds: only then may anything change.
    """

    kind: str
    route: tuple[str, str] | None
    event: Event = field(repr=False)
    may_act: bool


class Maker:
    """Makes cases from the API's description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Take the description; every operation in it gets its share."""
        self._shapes = Shapes(description)
        self._posts = {
            path: operations["post"]["requestBody"]["content"]["application/json"]
            for path, operations in description["paths"].items()
            if "post" in operations
        }
        self._gets: list[str] = [
            path for path, operations in description["paths"].items() if "get" in operations
        ]
        self._sold: list[Case] = []

    def case(self, chance: Random) -> Case:
        """One case of any kind."""
        made = chance.choices(
            [
                *(self._as_it_should_be, self._again, self._bent, self._hostile),
                *(self._form, self._lie, self._skewed, self._get),
            ],
            weights=[18, 4, 28, 25, 5, 12, 3, 5],
        )[0]
        return made(chance)

    def every_hand_made(self, chance: Random) -> list[Case]:
        """Each hostile body, form and lie once, against each address that it fits."""
        bodies = [
            self._post(chance, path, kind=f"body: {name}", body=make(chance, self._words(chance, path)))
            for name, make in BODIES.items()
            for path in self._posts
        ]
        forms = [
            self._post(
                chance,
                path,
                kind=f"form: {name}",
                body=make(chance, self._words(chance, path)),
                headers=headers,
            )
            for name, (headers, make) in FORMS.items()
            for path in self._posts
        ]
        lies = [
            self._told_a_lie(chance, name, path, method)
            for name in LIES
            for path, method in [*((one, "POST") for one in self._posts), (self._signed_get, "GET")]
        ]
        return [*bodies, *forms, *lies]

    @property
    def _signed_get(self) -> str:
        return next(path for path in self._gets if "{" in path)

    def _as_it_should_be(self, chance: Random) -> Case:
        path = chance.choice([SELLS, *self._posts])  # sales twice as often: the others are about them
        case = self._post(chance, path, kind="as it should be")
        if case.route and "{" not in case.route[1]:
            self._sold.append(case)
        return case

    def _again(self, chance: Random) -> Case:
        """A sale that was asked for before, signature and nonce and all: nothing may happen twice."""
        if not self._sold:
            return self._as_it_should_be(chance)
        case = chance.choice(self._sold)
        return Case("replayed", case.route, case.event, may_act=False)

    def _bent(self, chance: Random) -> Case:
        path = chance.choice(list(self._posts))
        words: Any = self._words(chance, path)
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            words = self._shapes.bent(chance, self._posts[path]["schema"], words)
        body = json.dumps(words, ensure_ascii=chance.random() < 1 / 2).encode(errors="surrogatepass")
        return self._post(chance, path, kind="one word bent", body=body)

    def _hostile(self, chance: Random) -> Case:
        path, name = chance.choice(list(self._posts)), chance.choice(list(BODIES))
        body = BODIES[name](chance, self._words(chance, path))
        return self._post(chance, path, kind=f"body: {name}", body=body)

    def _form(self, chance: Random) -> Case:
        path, name = chance.choice(list(self._posts)), chance.choice(list(FORMS))
        headers, make = FORMS[name]
        body = make(chance, self._words(chance, path))
        return self._post(chance, path, kind=f"form: {name}", body=body, headers=headers)

    def _lie(self, chance: Random) -> Case:
        path, method = chance.choice([*((one, "POST") for one in self._posts), (self._signed_get, "GET")])
        return self._told_a_lie(chance, chance.choice(list(LIES)), path, method)

    def _told_a_lie(self, chance: Random, name: str, path: str, method: str) -> Case:
        honest = self._post(chance, path, kind="") if method == "POST" else self._look(chance, path)
        event = LIES[name](chance, honest.event)
        moved = (event["httpMethod"], event["path"]) != (honest.event["httpMethod"], honest.event["path"])
        route = self._route_of(event) if moved else honest.route
        return Case(f"lie: {name}", route, event, may_act=False)

    def _skewed(self, chance: Random) -> Case:
        skew = chance.choice(CLOCK_SKEWS_SECONDS)
        beyond = skew + (int(WINDOW.total_seconds()) + 5) * (1 if skew > 0 else -1)
        case = self._post(chance, chance.choice(list(self._posts)), kind="clock skew", skew_seconds=beyond)
        return Case(case.kind, case.route, case.event, may_act=False)

    def _get(self, chance: Random) -> Case:
        if chance.random() < 1 / 4:
            method, path = chance.choice(METHODS), chance.choice(ADDRESSES)
            return Case("no address", None, _event(method, path, {}, b""), may_act=False)
        path = chance.choice(self._gets)
        if "{" in path:
            return self._look(chance, path)
        return Case(READ, ("GET", path), _event("GET", path, {}, b""), may_act=False)

    def _look(self, chance: Random, path: str) -> Case:
        signer = TERMINALS[0] if chance.random() < 9 / 10 else TERMINALS[1]
        sale_id = str(_sale_id(chance)) if chance.random() < 3 / 4 else chance.choice(IDS)
        asked = path.replace("{sale_id}", sale_id)
        headers = _signed(chance, "GET", asked, b"", "", signer=signer)
        if chance.random() < 1 / 10:
            asked = path.replace("{sale_id}", chance.choice(UNSIGNABLE_IDS))
        event = _event("GET", asked, headers, b"")
        return Case("look", self._route_of(event), event, may_act=False)

    def _post(
        self,
        chance: Random,
        path: str,
        *,
        kind: str,
        body: bytes | None = None,
        headers: Headers | None = None,
        skew_seconds: int = 0,
    ) -> Case:
        sale_id = _sale_id(chance)
        words = self._words(chance, path, sale_id)
        said = json.dumps(words).encode() if body is None else body
        key = _key(said, sale_id)
        asked = path.replace("{sale_id}", str(sale_id))
        signer = TERMINALS[0] if chance.random() < 19 / 20 else TERMINALS[1]
        under = _signed(chance, "POST", asked, said, key, signer=signer, skew_seconds=skew_seconds)
        event = _event("POST", asked, {**under, **(headers or {})}, said)
        return Case(kind, ("POST", path), event, may_act=True)

    def _words(self, chance: Random, path: str, sale_id: SaleId | None = None) -> Words:
        """Words that fit the schema, and mostly the rules beyond it as well."""
        sale_id = sale_id or _sale_id(chance)
        words: Words = self._shapes.fitting(chance, self._posts[path]["schema"])
        if "revision" in words:
            sale = {"sale_id": str(sale_id)}
            rows = [{**row, **(sale if row["what"] == "cancel" else {})} for row in words["rows"]]
            return {**words, "business_date": TODAY, "part": 1, "rows": rows}
        if "issued_on" in words:
            kind, amount_won = chance.choice([("13", 100_000), ("14", 300_000), ("13", 500_000)])
            issued_on = chance.choice(["20250303", TODAY, "20261231", "20250230"])
            return {**words, "kind": kind, "amount_won": amount_won, "issued_on": issued_on}
        own = {"business_date": TODAY, "sequence": sale_id.sequence}
        if "tender" in words:
            me = {"merchant": sale_id.merchant, "terminal": sale_id.terminal, "terminal_epoch": 1}
            money = {
                "amount_won": chance.choice([100, 11_000, 49_999, 50_000, 1_000_000_000]),
                "vat_won": chance.choice([0, 9, None]),
                "service_won": chance.choice([0, 0, 10]),
                "tax_free_won": chance.choice([0, 0, 10]),
                "installment_months": chance.choice([0, 0, 0, 1, 2, 36]),
            }
            rest = {name: said for name, said in words.items() if name not in {*TABLES.values(), "card"}}
            return {**rest, **own, **me, **money, **self._paid_with(chance, path)}
        part = {"amount_won": chance.choice([1, 100, 11_000])} if "amount_won" in words else {}
        return {**words, **own, **part, "vat_won": None}

    def _paid_with(self, chance: Random, path: str) -> Words:
        """A tender, mostly a card, with the one table that goes with it."""
        shapes = self._shapes.resolved(self._posts[path]["schema"])["properties"]
        tender = chance.choice(["card", "card", self._shapes.fitting(chance, shapes["tender"])])
        table = TABLES.get(tender, "card")
        paid: Words = self._shapes.fitting(chance, shapes[table]["anyOf"][0])
        if table == "card":
            paid |= {"number": chance.choice(CARDS), "expiry": "1230"}
        return {"tender": tender, table: paid}

    def _route_of(self, event: Event) -> tuple[str, str] | None:
        """The address that API Gateway would choose."""
        parts = event["path"].split("/")
        for path in self._posts if event["httpMethod"] == "POST" else self._gets:
            wanted = path.split("/")
            same = len(parts) == len(wanted) and all(
                one == other or (one.startswith("{") and other)
                for one, other in zip(wanted, parts, strict=True)
            )
            if same:
                return event["httpMethod"], path
        return None


def _signed(
    chance: Random, method: str, path: str, body: bytes, key: str, *, signer: Terminal, skew_seconds: int = 0
) -> Headers:
    created_at, nonce = int(time.time()) + skew_seconds, chance.randbytes(12).hex()
    return signed(method, path, body, key, signer=signer, master=MASTER, created_at=created_at, nonce=nonce)


def _sale_id(chance: Random) -> SaleId:
    return SaleId("1001", "10010001", 1, TODAY, chance.randint(1, SALES))


def _key(body: bytes, sale_id: SaleId) -> str:
    """The key that the body spells, where it can be read; any key otherwise."""
    try:
        words = json.loads(body)
        numbers = ("revision", "part") if "revision" in words else ("sequence",)
        key = "-".join(
            map(str, ("1001-10010001-1", words["business_date"], *(words[one] for one in numbers)))
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return str(sale_id)
    return key if SPELLABLE.fullmatch(key) else str(sale_id)


def _event(method: str, path: str, headers: Headers, body: bytes) -> Event:
    """An event as API Gateway makes it: bytes that are no text come in base64."""
    try:
        said, encoded = body.decode(), False
    except UnicodeDecodeError:
        said, encoded = base64.b64encode(body).decode(), True
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "stage": "live",
            "requestId": "fuzz",
            "path": f"/live{path}",
            "httpMethod": method,
        },
        "body": said or None,
        "isBase64Encoded": encoded,
    }
