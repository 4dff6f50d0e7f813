"""The SAM transform sees the stack's parameters.

Stock: the transform runs with no parameter values, so a template whose `AutoPublishCodeSha256` is a `!Ref` is
    refused ("must be a string").
Wanted: the values of the request, as on AWS, where the transform resolves references to parameters.
Hook: `_apply_transforms`, by the name under which handlers and change sets call it, and samtranslator's
    `transform`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

from contextvars import ContextVar
from importlib import import_module
from typing import Any

from tools.world.engine import stock

Parameters = dict[str, Any]

_values: ContextVar[Parameters] = ContextVar("stack_parameters")


def apply() -> None:
    """Install the patch in the running engine."""
    transform_module: Any = import_module("samtranslator.translator.transform")
    engine = stock.cloudformation_engine
    apply_stock, transform_stock = engine._apply_transforms, transform_module.transform

    def transform(template: Parameters, _no_values: Parameters, policies: object) -> Parameters:
        translated: Parameters = transform_stock(template, _values.get(), policies)
        return translated

    def apply_transforms(
        template: Parameters, provided: list[Parameters] | None = None, previous: Parameters | None = None
    ) -> Parameters:
        _values.set(engine._transform_parameters(template, provided, previous))
        applied: Parameters = apply_stock(template, provided, previous)
        return applied

    transform_module.transform = transform
    stock.cloudformation_handlers._apply_transforms = apply_transforms
    stock.cloudformation_changesets._apply_transforms = apply_transforms
