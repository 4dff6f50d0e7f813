"""CloudFormation's YAML, read with `!Ref x` and its kin in long form (`{"Ref": "x"}`), and written back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION: Final = "AWS::Serverless::Function"
LAYER: Final = "AWS::Serverless::LayerVersion"
STATE_MACHINE: Final = "AWS::Serverless::StateMachine"
UNPREFIXED: Final = ("Ref", "Condition")


class _Reader(yaml.CSafeLoader):
    """A safe loader of its own, so that the tags below are not taught to every other user of yaml."""


class _Writer(yaml.CSafeDumper):
    """A safe dumper that writes shared values out instead of naming them with anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """CloudFormation refuses YAML anchors."""
        del data
        return True


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in UNPREFIXED else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = str(loader.construct_scalar(node))
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise yaml.constructor.ConstructorError(None, None, f"!{suffix} takes text or a list", node.start_mark)


_Reader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> dict[str, Any]:
    """Read a template; the order of its keys is kept."""
    template: dict[str, Any] = yaml.load(path.read_text(), Loader=_Reader)  # noqa: S506 - _Reader is a safe loader
    return template


def dump(template: dict[str, Any]) -> str:
    """Write a template in long form."""
    return yaml.dump(template, Dumper=_Writer, sort_keys=False, allow_unicode=True)


def resources(template: dict[str, Any], kind: str = "") -> dict[str, dict[str, Any]]:
    """Return the resources of one type (all without a type): logical id → resource."""
    return {
        name: resource
        for name, resource in template.get("Resources", {}).items()
        if kind in ("", resource["Type"])
    }


def with_globals(template: dict[str, Any], resource: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a resource as SAM has them: a function's own win, its layers come last."""
    properties: dict[str, Any] = resource.get("Properties", {})
    if resource["Type"] != FUNCTION:
        return properties
    inherited: dict[str, Any] = template.get("Globals", {}).get("Function", {})
    layers = [*inherited.get("Layers", []), *properties.get("Layers", [])]
    return {**inherited, **properties, "Layers": layers}
