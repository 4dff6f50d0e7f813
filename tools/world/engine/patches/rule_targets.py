"""A rule's function is called again when it fails, as every asynchronous call on AWS.

Stock: EventBridge calls a function once; one slow start on a busy machine, and the event is lost for good.
Wanted: two more tries, then the function's failure destination. S3, SNS and alarms are served so already.
Hook: `_dispatch_to_lambda`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import json
import logging

from tools.world.engine import stock

_LOGGER = logging.getLogger("payrelay.rule_targets")


def apply() -> None:
    """Install the patch in the running engine."""
    functions = stock.lambda_service

    def dispatch(arn: str, payload: str) -> None:
        function, config, name = functions._get_func_record_for_ref(arn)
        if function is None or config is None:
            _LOGGER.warning("a rule names function %s, which does not exist", name)
            return
        functions.invoke_async_with_retry(
            functions._execution_record_for_config(function, config), json.loads(payload)
        )

    stock.eventbridge._dispatch_to_lambda = dispatch
