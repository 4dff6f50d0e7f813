"""Writes docs/reference/postman.json (v2.1) from the OpenAPI: `python -m tools.generate.postman`.

A stale collection fails tests/handlers/test_postman.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from functions.gateway.calls import DESCRIPTION
from payment_adapters.http.signatures import COMPONENTS_WITH_BODY, COMPONENTS_WITHOUT_BODY, TAG

COLLECTION: Final = Path(__file__).parents[2] / "docs" / "reference" / "postman.json"
SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
NUMBER_OF_THE_SALE: Final = "{{business_date}}-{{sequence}}"
VARIABLES: Final = {
    "api": "http://127.0.0.1:3000",
    "terminal": "1001.10010001.1",
    "terminal_key": "",
    "business_date": "",
    "sequence": "1",
    "sale_id": "",
}
LIVE: Final = {"business_date": "{{business_date}}", "sequence": "@sequence", "sale_id": "{{sale_id}}"}
ABOUT: Final = """\
Set `api` to the base address, `terminal` to merchant.terminal.epoch, `terminal_key` to its key in hex.
The script before each request sets today's date in Korea, spells the Idempotency-Key
and signs (RFC 9421, hmac-sha256).
Raise `sequence` for a new sale; leave it, and the relay repeats its stored answer.
"""
SIGN: Final = f"""\
const key = CryptoJS.enc.Hex.parse(pm.variables.get("terminal_key"));
const [merchant, terminal, epoch] = pm.variables.get("terminal").split(".");
const korea = new Date(Date.now() + 9 * 3600 * 1000).toISOString();
pm.collectionVariables.set("business_date", korea.slice(0, 10).replace(/-/g, ""));
const numbers = (words) => (words.revision ? [words.revision, words.part] : [words.sequence]);
const own = (words) => [merchant, terminal, epoch, words.business_date, ...numbers(words)].join("-");
const spelt = (words) => words.sale_id || (words.business_date ? own(words) : pm.variables.get("terminal"));

const body = pm.variables.replaceIn((pm.request.body && pm.request.body.raw) || "");
const path = "/" + pm.request.url.path.map((part) => pm.variables.replaceIn(part)).join("/");
const query = "?" + pm.variables.replaceIn(pm.request.url.getQueryString());
let covered = {json.dumps(COMPONENTS_WITHOUT_BODY)};
const values = {{ "@method": pm.request.method, "@path": path, "@query": query }};
if (query.length > 1) covered = [...covered, "@query"];
if (body) {{
  covered = {json.dumps(COMPONENTS_WITH_BODY)};
  const words = JSON.parse(body);
  values["content-digest"] = "sha-256=:" + CryptoJS.enc.Base64.stringify(CryptoJS.SHA256(body)) + ":";
  values["idempotency-key"] = spelt(words);
  if (words.card) pm.collectionVariables.set("sale_id", spelt(words));
  pm.request.body.raw = body;
  pm.request.headers.upsert({{ key: "Content-Digest", value: values["content-digest"] }});
  pm.request.headers.upsert({{ key: "Idempotency-Key", value: values["idempotency-key"] }});
}}
const nonce = CryptoJS.enc.Hex.stringify(CryptoJS.lib.WordArray.random(16));
const said = "(" + covered.map((name) => JSON.stringify(name)).join(" ") + ")" +
  ";created=" + Math.floor(Date.now() / 1000) + ';keyid="' + pm.variables.get("terminal") + '"' +
  ';nonce="' + nonce + '";tag="{TAG}"';
const text = covered.map((name) => JSON.stringify(name) + ": " + values[name])
  .concat('"@signature-params": ' + said).join("\\n");
const signature = CryptoJS.enc.Base64.stringify(CryptoJS.HmacSHA256(text, key));
pm.request.headers.upsert({{ key: "Signature-Input", value: "pos=" + said }});
pm.request.headers.upsert({{ key: "Signature", value: "pos=:" + signature + ":" }});
"""


def collection(description: Mapping[str, Any]) -> dict[str, Any]:
    """The collection of one OpenAPI description."""
    return {
        "info": {
            "name": description["info"]["title"],
            "description": f"{description['info']['description']}\n{ABOUT}",
            "version": description["info"]["version"],
            "schema": SCHEMA,
        },
        "variable": [{"key": name, "value": value, "type": "string"} for name, value in VARIABLES.items()],
        "item": [
            _item(path, method.upper(), operation)
            for path, operations in description["paths"].items()
            for method, operation in operations.items()
        ],
    }


def text() -> str:
    """The collection as its file holds it."""
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return json.dumps(collection(description), indent=2, ensure_ascii=False) + "\n"


def _item(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    parts = [re.sub(r"^\{(\w+)\}$", r"{{\1}}", part) for part in path.strip("/").split("/")]
    request: dict[str, Any] = {
        "method": method,
        "description": operation["summary"],
        "header": [{"key": "Accept-Language", "value": "ko"}],
        "url": {"raw": "{{api}}/" + "/".join(parts), "host": ["{{api}}"], "path": parts},
    }
    asked = [one["name"] for one in operation["parameters"] if one["in"] == "query"]
    if asked:
        request["url"]["query"] = [{"key": name, "value": NUMBER_OF_THE_SALE} for name in asked]
        request["url"]["raw"] += "?" + "&".join(f"{name}={NUMBER_OF_THE_SALE}" for name in asked)
    if "requestBody" in operation:
        (media_type, content), *_ = operation["requestBody"]["content"].items()
        request["header"].append({"key": "Content-Type", "value": media_type})
        words = {name: LIVE.get(name, said) for name, said in content["example"].items()}
        raw = json.dumps(words, indent=2, ensure_ascii=False).replace('"@sequence"', "{{sequence}}")
        request["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    item: dict[str, Any] = {"name": operation["operationId"], "request": request, "response": []}
    if "security" in operation:
        script = {"type": "text/javascript", "exec": SIGN.splitlines()}
        item["event"] = [{"listen": "prerequest", "script": script}]
    return item


def main() -> None:
    """Write the collection."""
    COLLECTION.write_text(text(), encoding="utf-8")
    print(COLLECTION.name)


if __name__ == "__main__":
    main()
