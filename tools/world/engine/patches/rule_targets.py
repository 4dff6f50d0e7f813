"""A function that a rule or a topic calls is called again when it fails, as every asynchronous call on AWS.

Stock: EventBridge and SNS call a function once; one slow start on a busy machine, and the event is lost for
    good.
Wanted: two more tries, then the function's failure destination. S3 and alarms are served so already.
Hook: `_dispatch_to_lambda` of EventBridge, `_deliver_to_lambda` of SNS.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import json
import logging
from typing import Any

from tools.world.engine import stock

_LOGGER = logging.getLogger("payrelay.rule_targets")


def apply() -> None:
    """Install the patch in the running engine."""
    functions = stock.lambda_service

    def call(arn: str, event: dict[str, Any]) -> None:
        function, config, name = functions._get_func_record_for_ref(arn)
        if function is None or config is None:
            _LOGGER.warning("a rule or a topic names function %s, which does not exist", name)
            return
        functions.invoke_async_with_retry(functions._execution_record_for_config(function, config), event)

    def deliver(arn: str, envelope: str, _topic: str, subscription: str, *_words: object) -> None:
        record = {"EventVersion": "1.0", "EventSubscriptionArn": subscription, "EventSource": "aws:sns"}
        call(arn, {"Records": [{**record, "Sns": json.loads(envelope)}]})

    stock.eventbridge._dispatch_to_lambda = lambda arn, payload: call(arn, json.loads(payload))
    stock.sns._deliver_to_lambda = deliver
