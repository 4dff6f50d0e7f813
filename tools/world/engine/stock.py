"""The ministack modules our patches reach into, imported once and in one place.

ministack ships no types, so every module is `Any` here and nowhere else.
`guard.HOOKED_SOURCES` holds the checksum of each of them; a test keeps the two lists equal.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

app: Any = import_module("ministack.app")
concurrency: Any = import_module("ministack.core.concurrency")
lambda_runtime: Any = import_module("ministack.core.lambda_runtime")
persistence: Any = import_module("ministack.core.persistence")
responses: Any = import_module("ministack.core.responses")
apigateway_v1: Any = import_module("ministack.services.apigateway_v1")
cloudformation: Any = import_module("ministack.services.cloudformation")
cloudformation_changesets: Any = import_module("ministack.services.cloudformation.changesets")
cloudformation_engine: Any = import_module("ministack.services.cloudformation.engine")
cloudformation_handlers: Any = import_module("ministack.services.cloudformation.handlers")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
cloudwatch: Any = import_module("ministack.services.cloudwatch")
cloudwatch_logs: Any = import_module("ministack.services.cloudwatch_logs")
cognito: Any = import_module("ministack.services.cognito")
dynamodb: Any = import_module("ministack.services.dynamodb")
eventbridge: Any = import_module("ministack.services.eventbridge")
kinesis: Any = import_module("ministack.services.kinesis")
lambda_service: Any = import_module("ministack.services.lambda_svc")
sns: Any = import_module("ministack.services.sns")
sqs: Any = import_module("ministack.services.sqs")
step_functions: Any = import_module("ministack.services.stepfunctions")
