"""Values made from the API's own schemas: what fits them, and what nearly does."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final

# A value that no schema of ours allows, of every kind a parser tells apart.
STRANGE: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, -0, 2**31, 2**63, -(2**63), 10**18, 10**30, 0.1, 11_000.0, 1e300),
    *(
        "",
        " ",
        "0",
        "-1",
        "1e3",
        "0x10",
        "\uff11\uff12\uff13",
        "1_000",
        "\u0661\u0662",
        "\x00",
        "\x7f",
        "\ud800",
        "💳",
        "null",
    ),
    *("' OR 1=1 --", "<script>", "../../etc/passwd", "${jndi:ldap://x}", "%00", "A" * 300, "9" * 5_000),
    *([], {}, [[]], {"": ""}, ["4"], {"number": "4"}),
)


class Shapes:
    """Values for the schemas of one OpenAPI description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Take the description; references are looked up in it."""
        self._schemas = description["components"]["schemas"]

    def fitting(self, chance: Random, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- JSON
        """A value that the schema allows, as far as it says; the rules beyond it are the relay's."""
        schema = self.resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self.fitting(chance, chance.choice(schema[several]))
        match schema.get("type"):
            case "object":
                return self._object(chance, schema)
            case "array":
                return [self.fitting(chance, schema["items"]) for _ in range(chance.choice([0, 1, 3]))]
            case "integer":
                return _integer(chance, schema)
            case "string":
                return _text(chance, schema)
            case _:
                return None

    def bent(self, chance: Random, schema: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401 -- JSON
        """The value with one thing wrong, somewhere in it."""
        schema = self.resolved(schema)
        if isinstance(value, list) and value and chance.random() < 1 / 2:
            place = chance.randrange(len(value))
            return [
                *value[:place],
                self.bent(chance, schema.get("items", {}), value[place]),
                *value[place + 1 :],
            ]
        if not isinstance(value, dict) or not value or chance.random() < 1 / 20:
            return chance.choice([*STRANGE, *_just_outside(schema)])
        bent = dict(value)
        name = chance.choice(list(bent))
        match chance.randrange(6):
            case 0:
                del bent[name]
            case 1:
                bent[chance.choice(["loyalty", "__proto__", name + "_", name.upper(), "", "9" * 16])] = 1
            case _:
                bent[name] = self.bent(chance, schema.get("properties", {}).get(name, {}), bent[name])
        return bent

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself, where it was only named."""
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def _object(self, chance: Random, schema: Mapping[str, Any]) -> dict[str, Any]:
        required = schema.get("required", ())
        return {
            name: self.fitting(chance, one)
            for name, one in schema["properties"].items()
            if name in required or chance.random() < 1 / 2
        }


def _integer(chance: Random, schema: Mapping[str, Any]) -> int:
    lowest, highest = int(schema.get("minimum", 0)), int(schema.get("maximum", 10**9))
    return chance.choice(
        [lowest, highest, chance.randint(lowest, highest), chance.randint(lowest, min(highest, 10**5))]
    )


def _text(chance: Random, schema: Mapping[str, Any]) -> str:
    length = chance.randint(schema.get("minLength", 0), schema.get("maxLength", 20))
    return "".join(chance.choices("0123456789", k=length))


def _just_outside(schema: Mapping[str, Any]) -> list[Any]:
    """One less than the least, one more than the most, one character too few and too many."""
    outside: list[Any] = []
    outside += [schema["minimum"] - 1] if "minimum" in schema else []
    outside += [schema["maximum"] + 1] if "maximum" in schema else []
    outside += ["1" * max(0, schema["minLength"] - 1)] if "minLength" in schema else []
    outside += ["1" * (schema["maxLength"] + 1)] if "maxLength" in schema else []
    return outside
