"""AWS clients with limits that fit inside the time budget of a sale; made once per sandbox.

Made by botocore, which boto3 wraps: what boto3 adds (resources, transfers to S3) nobody here uses, and a
sandbox would load it before its first sale (docs/adr/0036).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

WORKFLOW_ANSWER_SECONDS = 27  # above the workflow's 26 s, below the gateway function's 28 s

# On the path of a sale the SDK does not check words that typed code put together, and that DynamoDB checks
# again: it would take a tenth of a sender's processor time.
_UNCHECKED = Config(parameter_validation=False)
# The table answers in milliseconds or not at all; three tries with jitter stay inside the budget of a step.
_TABLE = _UNCHECKED.merge(
    Config(connect_timeout=0.3, read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 3})
)
# No sale waits for a breaker or a read model: what is not known in half a second is not known.
_ASIDE = _UNCHECKED.merge(
    Config(connect_timeout=0.2, read_timeout=0.3, retries={"mode": "standard", "total_max_attempts": 1})
)
_SERVICE = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
# Whoever starts a sender tries once: a lost answer does not say whether it ran (house rule, tests/house).
_STARTER = Config(
    connect_timeout=1,
    read_timeout=WORKFLOW_ANSWER_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 1},
    inject_host_prefix=False,
)


@cache
def session() -> Session:
    """What all clients share: credentials, and the models of services that were read."""
    return Session()


def client(service_name: str, config: Config) -> Any:  # noqa: ANN401 -- of any service
    """Make the client of one service."""
    return session().create_client(service_name, config=config)


@cache
def dynamodb() -> DynamoDBClient:
    """Client of the tables."""
    made: DynamoDBClient = client("dynamodb", _TABLE)
    return made


@cache
def aside() -> DynamoDBClient:
    """Client of the tables that a sale looks at and never waits for: breakers, read models."""
    made: DynamoDBClient = client("dynamodb", _ASIDE)
    return made


@cache
def unhurried() -> DynamoDBClient:
    """Client of the tables for whoever has minutes, as settlement has: a slow answer is one, too."""
    made: DynamoDBClient = client("dynamodb", _SERVICE)
    return made


@cache
def kms() -> KMSClient:
    """Client of the card key."""
    made: KMSClient = client("kms", _SERVICE)
    return made


@cache
def secrets_manager() -> SecretsManagerClient:
    """Client of the terminal and token keys."""
    made: SecretsManagerClient = client("secretsmanager", _SERVICE)
    return made


@cache
def approval_starter() -> SFNClient:
    """Client that starts an approval and waits for it: one try, ever."""
    made: SFNClient = client("stepfunctions", _STARTER)
    return made


@cache
def cheque_asker() -> LambdaClient:
    """Client that has a cheque asked about and waits for it: one try, since the till asks again itself."""
    made: LambdaClient = client("lambda", _STARTER)
    return made


@cache
def driver_starter() -> SFNClient:
    """Client that starts recovery workflows: their names make a second start harmless."""
    made: SFNClient = client("stepfunctions", _SERVICE)
    return made


@cache
def sqs() -> SQSClient:
    """Client of the watchdog queue."""
    made: SQSClient = client("sqs", _SERVICE)
    return made


@cache
def kinesis() -> KinesisClient:
    """Client of the event stream."""
    made: KinesisClient = client("kinesis", _SERVICE)
    return made


@cache
def s3() -> S3Client:
    """Client of the archive; buckets by their path, since an engine has no name for each."""
    made: S3Client = client("s3", _SERVICE.merge(Config(s3={"addressing_style": "path"})))
    return made


@cache
def event_bridge() -> EventBridgeClient:
    """Client of the event bus."""
    made: EventBridgeClient = client("events", _SERVICE)
    return made


@cache
def sns() -> SNSClient:
    """Client of the topic that people's e-mail subscribes to."""
    made: SNSClient = client("sns", _SERVICE)
    return made


@cache
def cognito() -> CognitoIdentityProviderClient:
    """Client of the user pool of operators."""
    made: CognitoIdentityProviderClient = client("cognito-idp", _SERVICE)
    return made
