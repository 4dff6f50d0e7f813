"""Conformance of `patches/sam_parameters`: a reference to a parameter may stand where SAM wants a text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def test_a_new_code_hash_alone_publishes_a_new_version(cloud: Cloud, word: str, tmp_path: Path) -> None:
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.answer",
            "InlineCode": "def answer(event, context):\n    return context.function_version\n",
            "AutoPublishAlias": "live",
            "AutoPublishCodeSha256": {"Ref": "CodeHash"},
        },
    }
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"CodeHash": {"Type": "String"}},
        "Resources": {"Probe": function},
        "Outputs": {"Version": {"Value": {"Ref": "Probe.Version"}}},
    }
    path = tmp_path / "template.yaml"
    path.write_text(json.dumps(template), encoding="utf-8")

    versions = [
        cloud.deploy(path, f"s{word}", CodeHash=code_hash * 64)["Version"].rsplit(":", 1)[1]
        for code_hash in "aab"
    ]

    assert versions[0] == versions[1] != versions[2]
