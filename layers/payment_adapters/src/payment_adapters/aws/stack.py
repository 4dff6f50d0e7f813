"""Answering CloudFormation, which waits for a resource of our own.

Form: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

ANSWER_SECONDS: Final = 10


def answer_done(event: Mapping[str, Any]) -> None:
    """Tell CloudFormation that the resource is there, or gone.

    Raises:
        OSError: it could not be told; the invocation is repeated.
    """
    told = {
        "Status": "SUCCESS",
        "PhysicalResourceId": event["LogicalResourceId"],
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(  # noqa: S310 -- the address is CloudFormation's own
        event["ResponseURL"], json.dumps(told).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310 -- the same
        pass
