"""Rules over template.yaml: what must be true of the deployed system, whatever is deployed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tests.house.repository import ROOT, Rule, python
from tests.house.watched import MUST_BE_WATCHED
from tools import template as templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOURTEEN_DAYS_SECONDS: Final = 14 * 24 * 3600
READERS_PER_SHARD: Final = 2  # DynamoDB streams, documented limit
FUNCTION: Final = templates.FUNCTION
ALARM: Final = "AWS::CloudWatch::Alarm"
LEADS_TO_A_LAST_STOP: Final = ("RedrivePolicy", "OnFailure", "DeadLetterConfig", "DeadLetterQueue")
STREAM_EVENTS: Final = ("DynamoDB", "Kinesis")
LAYERS: Final = ("RuntimeLayer", "TelegramCodecLayer", "PaymentCoreLayer", "PaymentAdaptersLayer")
LAYER_OF: Final = {"matching": "MatchingLayer"}  # numpy: nobody else carries it
SENDS: Final = ("van_link", "card_direct")
OWN_CONCURRENCY: Final = (*SENDS, "sweeper", "failover", "cheque_inquiry")
OPENS_CARDS_AND_DECIDES: Final = ("gateway", *SENDS, "net_cancel")  # the send path, and nobody else
CARD_KEY: Final = "CardKey"
SPEAKS_OF_ITSELF: Final = ("AWS::KMS::Key",)  # a key policy names the key it sits on by *
HAS_NO_RESOURCE_LEVEL: Final = ("logs:CreateLogDelivery",)  # AWS: log delivery knows only *


@dataclass(frozen=True)
class Resource:
    """One resource of the template, with the Globals it inherits and the template around it."""

    logical_id: str
    kind: str
    properties: dict[str, Any]
    template: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The folder of a function: its word everywhere."""
        return str(self.properties.get("CodeUri", "")).rpartition("/")[2]

    def kind_of(self, reference: object) -> str:
        """Tell the type of the resource that a Ref names; empty for anything else."""
        name = reference.get("Ref") if isinstance(reference, dict) else None
        return str(self.template.get("Resources", {}).get(name, {}).get("Type", ""))

    def says(self, complaint: str) -> str:
        """Put the logical id before a complaint."""
        return f"{self.logical_id}: {complaint}"


@cache
def template() -> dict[str, Any]:
    """Read template.yaml once."""
    return templates.load(ROOT / "template.yaml")


def resources(*kinds: str) -> list[Resource]:
    """List the resources of some kinds; functions come with what Globals gives them."""
    return [
        Resource(name, resource["Type"], templates.with_globals(template(), resource), template())
        for name, resource in template()["Resources"].items()
        if not kinds or resource["Type"] in kinds
    ]


def of(*kinds: str) -> Callable[[], list[Resource]]:
    """Say which kinds a rule looks at."""
    return lambda: resources(*kinds)


def values(node: object, key: str) -> Iterator[Any]:
    """Find every value of a key, at any depth."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from values(value, key)


def statements(node: object) -> Iterator[dict[str, Any]]:
    """Find every policy statement, at any depth."""
    for found in values(node, "Statement"):
        yield from found if isinstance(found, list) else [found]


def listed(value: object) -> list[Any]:
    """See one value or a list of them as a list."""
    return value if isinstance(value, list) else [value]


def events(resource: Resource, *kinds: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """List the event sources of a function."""
    for name, event in resource.properties.get("Events", {}).items():
        if event["Type"] in kinds:
            yield name, event.get("Properties", {})


def alarmed_metrics(within: dict[str, Any], dimension: str) -> str:
    """Collect, as text, what the alarms of a template watch through one dimension."""
    return json.dumps(
        [
            alarm["Properties"]
            for alarm in within.get("Resources", {}).values()
            if alarm["Type"] == ALARM and dimension in json.dumps(alarm)
        ]
    )


def built_by_the_house(resource: Resource) -> Iterator[str]:
    """One word names a function's folder and handler; the four layers and the alias come from Globals."""
    properties = resource.properties
    if not str(properties.get("Handler", "")).startswith(f"functions.{resource.word}.handler."):
        yield resource.says(f"handler {properties.get('Handler')} is not in functions/{resource.word}")
    layers = [*LAYERS, *([LAYER_OF[resource.word]] if resource.word in LAYER_OF else [])]
    if [layer.get("Ref") for layer in properties.get("Layers", [])] != layers:
        yield resource.says(f"layers are not {', '.join(layers)}")
    if properties.get("AutoPublishAlias") is None or "AutoPublishCodeSha256" not in properties:
        yield resource.says("no alias, or no code hash: a layer-only change would not be deployed")
    if properties.get("AutoPublishCodeSha256") != {"Ref": "CodeHash"}:
        yield resource.says("the code hash is not the CodeHash parameter")


def nothing_invokes_latest(resource: Resource) -> Iterator[str]:
    """Callers name an alias; an unqualified ARN is $LATEST, which changes under a running sale."""
    functions = {
        name for name, other in resource.template.get("Resources", {}).items() if other["Type"] == FUNCTION
    }
    called = [resource.properties.get("DefinitionSubstitutions", {}), resource.properties.get("Targets", [])]
    called += [resource.properties.get("Target", {})]
    if "$LATEST" in json.dumps(resource.properties):
        yield resource.says("names $LATEST")
    for name, attribute in (pair for part in called for pair in values(part, "Fn::GetAtt")):
        if name in functions and attribute == "Arn":
            yield resource.says(f"calls {name} without its alias")


def keeps_its_logs(resource: Resource) -> Iterator[str]:
    """Every function writes to a log group of ours; a group that Lambda makes keeps its lines for ever."""
    if not resource.properties.get("LoggingConfig", {}).get("LogGroup"):
        yield resource.says("has no LoggingConfig.LogGroup")


def forgets_logs_in_time(resource: Resource) -> Iterator[str]:
    """Every log group says how long it keeps its lines."""
    if "RetentionInDays" not in resource.properties:
        yield resource.says("has no RetentionInDays")


def guards_its_items(resource: Resource) -> Iterator[str]:
    """A table can be restored to a second, is not deleted by accident, and is encrypted with our key."""
    properties = resource.properties
    recovery = properties.get("PointInTimeRecoverySpecification", {})
    if recovery.get("PointInTimeRecoveryEnabled") is not True:
        yield resource.says("no point-in-time recovery")
    if properties.get("DeletionProtectionEnabled") in (None, False):
        yield resource.says("no deletion protection")
    if "KMSMasterKeyId" not in properties.get("SSESpecification", {}):
        yield resource.says("not encrypted with our key")
    view = properties.get("StreamSpecification", {}).get("StreamViewType", "NEW_AND_OLD_IMAGES")
    if view != "NEW_AND_OLD_IMAGES":
        yield resource.says("a reader of its stream cannot see what changed")


def streams_are_read_safely(resource: Resource) -> Iterator[str]:
    """One poison record neither blocks a shard for a day nor vanishes: bisect, give up in time, keep it."""
    for name, event in events(resource, *STREAM_EVENTS):
        if event.get("BisectBatchOnFunctionError") is not True:
            yield resource.says(f"{name} does not bisect")
        for limit in ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds"):
            if not isinstance(event.get(limit), int) or event[limit] < 0:
                yield resource.says(f"{name} has no finite {limit}")
        if not event.get("DestinationConfig", {}).get("OnFailure"):
            yield resource.says(f"{name} loses what it gives up")
    for name, event in events(resource, *STREAM_EVENTS, "SQS"):
        if "ReportBatchItemFailures" not in event.get("FunctionResponseTypes", []):
            yield resource.says(f"{name} does not report which records failed")


def at_most_two_readers(resource: Resource) -> Iterator[str]:
    """A shard of a table's stream serves two readers; a third slows all of them."""
    readers = [
        name
        for name, function in resource.template.get("Resources", {}).items()
        for event in function.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "DynamoDB" and resource.logical_id in json.dumps(event)
    ]
    if len(readers) > READERS_PER_SHARD:
        yield resource.says(f"is read by {', '.join(readers)}")


def queues_keep_and_tell(resource: Resource) -> Iterator[str]:
    """A queue keeps its messages for 14 days, hands on what fails, and an alarm watches it."""
    if resource.properties.get("MessageRetentionPeriod") != FOURTEEN_DAYS_SECONDS:
        yield resource.says("does not keep messages for 14 days")
    last_stops = json.dumps([list(values(resource.template, key)) for key in LEADS_TO_A_LAST_STOP])
    if "RedrivePolicy" not in resource.properties and f'"{resource.logical_id}"' not in last_stops:
        yield resource.says("has no dead-letter queue, and is none")
    if f'"{resource.logical_id}"' not in alarmed_metrics(resource.template, "QueueName"):
        yield resource.says("has no alarm")


def senders_run_once(resource: Resource) -> Iterator[str]:
    """What Lambda would repeat by itself must be harmless; sending a telegram is not."""
    if resource.word in SENDS:
        attempts = resource.properties.get("EventInvokeConfig", {}).get("MaximumRetryAttempts")
        if attempts != 0:
            yield resource.says("Lambda may send its telegram again: EventInvokeConfig.MaximumRetryAttempts")


def nobody_starves_another(resource: Resource) -> Iterator[str]:
    """A destination that hangs, or a waker that runs wild, uses up only its own concurrency."""
    if resource.word in OWN_CONCURRENCY and "ReservedConcurrentExecutions" not in resource.properties:
        yield resource.says("has no concurrency of its own")


def histories_hold_no_data(resource: Resource) -> Iterator[str]:
    """A workflow is logged without execution data: the sealed card block travels through it."""
    logging = resource.properties.get("Logging", {})
    if logging.get("IncludeExecutionData", False) is not False:
        yield resource.says("is logged with its data")
    if resource.properties.get("Type") == "EXPRESS" and not logging.get("Destinations"):
        yield resource.says("leaves no trace: an Express workflow has no history but its log")


def answers_are_not_cached(resource: Resource) -> Iterator[str]:
    """One terminal's answer never reaches another: no cache, no data trace, no cached authorisation."""
    properties = resource.properties
    for setting in properties.get("MethodSettings", [{}]):
        if setting.get("DataTraceEnabled") is not False:
            yield resource.says("DataTraceEnabled is not false: bodies would be logged")
        if setting.get("CachingEnabled", False) is not False:
            yield resource.says("CachingEnabled: answers would be replayed")
    if properties.get("CacheClusterEnabled", False) is not False:
        yield resource.says("CacheClusterEnabled")
    for lifetime in values(properties.get("Auth", {}), "ReauthorizeEvery"):
        if lifetime != 0:
            yield resource.says("an authorisation outlives its request")
    for part in ("$request.body", "$input", "$context.requestOverride", "authorizer.claims"):
        if part in json.dumps(properties.get("AccessLogSetting", {})):
            yield resource.says(f"the access log holds {part}")


def permissions_name_things(resource: Resource) -> Iterator[str]:
    """No statement allows everything; who needs it is on the list with a reason."""
    if resource.kind in SPEAKS_OF_ITSELF:
        return
    for statement in statements(resource.properties):
        actions = listed(statement.get("Action", []))
        if statement.get("Effect") != "Allow" or set(actions) & set(HAS_NO_RESOURCE_LEVEL):
            continue
        if "*" in listed(statement.get("Resource", [])):
            yield resource.says(f"{actions} on everything")
        if any(action == "*" or str(action).endswith(":*") for action in actions):
            yield resource.says(f"{actions} is every action")


def roles_are_not_shared(resource: Resource) -> Iterator[str]:
    """One role per function: what one may do never grows with what another needs."""
    if "Role" in resource.properties:
        yield resource.says("takes a role from elsewhere")
    allowed = [json.dumps(statement) for statement in statements(resource.properties)]
    opens_cards = any("kms:Decrypt" in statement and CARD_KEY in statement for statement in allowed)
    decides = any("dynamodb:UpdateItem" in statement for statement in allowed)
    if opens_cards and decides and resource.word not in OPENS_CARDS_AND_DECIDES:
        yield resource.says("may open card data and write decisions outside the send path")


def settings_hold_no_secret(resource: Resource) -> Iterator[str]:
    """An environment variable is readable by whoever lists functions; it names a secret, never is one."""
    for name, value in resource.properties.get("Environment", {}).get("Variables", {}).items():
        suspicious = any(part in name for part in ("SECRET", "PASSWORD", "TOKEN", "PRIVATE"))
        if suspicious and resource.kind_of(value) != "AWS::SecretsManager::Secret":
            yield resource.says(f"{name} looks like a secret itself, not like the name of one")
        if "{{resolve:" in json.dumps(value):
            yield resource.says(f"{name} would hold the resolved secret")


def alarms_call_somebody(resource: Resource) -> Iterator[str]:
    """An alarm reaches a person, who finds a page that says what to do."""
    properties = resource.properties
    if not properties.get("AlarmActions"):
        yield resource.says("calls nobody")
    page = re.search(r"docs/operating/[\w-]+\.md", str(properties.get("AlarmDescription", "")))
    if page is None or not (ROOT / page[0]).exists():
        yield resource.says(f"has no page: {page[0] if page else 'none is named'}")


def alarms_watch_what_is_written(resource: Resource) -> Iterator[str]:
    """An alarm on a metric that nobody writes is silent for ever."""
    name = resource.properties.get("MetricName", "")
    is_ours = not str(resource.properties.get("Namespace", "")).startswith("AWS/")
    if is_ours and not any(f'"{name}"' in file.text for file in python("functions", "layers")):
        yield resource.says(f"nobody writes {name}")


def dangers_are_watched(metric: str) -> Iterator[str]:
    """What a person must hear about has an alarm."""
    if not any(alarm.properties.get("MetricName") == metric for alarm in resources(ALARM)):
        yield f'{metric}: no alarm says when not "{MUST_BE_WATCHED.get(metric)}"'


def doors_name_their_callers(resource: Resource) -> Iterator[str]:
    """A policy that lets a service in says on whose behalf: otherwise anybody's queue or rule may call."""
    if resource.kind == "AWS::Lambda::Permission" and "SourceArn" not in resource.properties:
        yield resource.says("has no SourceArn")
    for statement in statements(resource.properties):
        is_service = "Service" in json.dumps(statement.get("Principal", {}))
        if is_service and not any(
            source in json.dumps(statement.get("Condition", {}))
            for source in ("aws:SourceArn", "AWS:SourceArn", "aws:SourceAccount", "AWS:SourceOwner")
        ):
            yield resource.says("lets a service in without naming the source")


def _planted(kind: str, **properties: object) -> Resource:
    return Resource("Planted", kind, properties)


_ANYTHING: Final = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
_OPEN_DOOR: Final = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}]}
_DOORS: Final = (
    *("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::Events::EventBusPolicy"),
    "AWS::Lambda::Permission",
)
_CALLERS: Final = (templates.STATE_MACHINE, "AWS::Events::Rule", "AWS::Scheduler::Schedule")
_THREE_READERS: Final = {
    name: {"Type": FUNCTION, "Properties": {"Events": {"E": {"Type": "DynamoDB", "Stream": "Planted"}}}}
    for name in ("A", "B", "C")
}

RULES: Final = (
    Rule("every_function_is_built_by_the_house", of(FUNCTION), built_by_the_house,
         _planted(FUNCTION, CodeUri="functions/gateway", Handler="gateway.handler")),
    Rule("nothing_invokes_latest", of(*_CALLERS), nothing_invokes_latest,
         Resource("Planted", templates.STATE_MACHINE,
                  {"DefinitionSubstitutions": {"VanLink": {"Fn::GetAtt": ["VanLinkFunction", "Arn"]}}},
                  {"Resources": {"VanLinkFunction": {"Type": FUNCTION}}})),
    Rule("every_function_has_a_log_group_of_ours", of(FUNCTION), keeps_its_logs, _planted(FUNCTION)),
    Rule("every_log_group_forgets_in_time", of("AWS::Logs::LogGroup"), forgets_logs_in_time,
         _planted("AWS::Logs::LogGroup")),
    Rule("every_table_is_guarded", of("AWS::DynamoDB::Table"), guards_its_items,
         _planted("AWS::DynamoDB::Table")),
    Rule("every_stream_is_read_safely", of(FUNCTION), streams_are_read_safely,
         _planted(FUNCTION, Events={"Sales": {"Type": "DynamoDB", "Properties": {}}})),
    Rule("a_table_stream_has_at_most_two_readers", of("AWS::DynamoDB::Table"), at_most_two_readers,
         Resource("Planted", "AWS::DynamoDB::Table", {}, {"Resources": _THREE_READERS})),
    Rule("every_queue_keeps_its_messages_and_has_an_alarm", of("AWS::SQS::Queue"), queues_keep_and_tell,
         _planted("AWS::SQS::Queue")),
    Rule("lambda_never_repeats_a_sender", of(FUNCTION), senders_run_once,
         _planted(FUNCTION, CodeUri="functions/van_link")),
    Rule("destinations_and_wakers_have_their_own_concurrency", of(FUNCTION), nobody_starves_another,
         _planted(FUNCTION, CodeUri="functions/sweeper")),
    Rule("workflows_are_logged_without_data", of(templates.STATE_MACHINE), histories_hold_no_data,
         _planted(templates.STATE_MACHINE, Logging={"IncludeExecutionData": True})),
    Rule("no_answer_is_cached_or_logged", of("AWS::Serverless::Api"), answers_are_not_cached,
         _planted("AWS::Serverless::Api", MethodSettings=[{"CachingEnabled": True}])),
    Rule("every_permission_names_its_resource", resources, permissions_name_things,
         _planted(FUNCTION, Policies=[_ANYTHING])),
    Rule("every_function_has_its_own_role", of(FUNCTION), roles_are_not_shared,
         _planted(FUNCTION, Role="arn:aws:iam::123456789012:role/shared")),
    Rule("no_secret_in_an_environment_variable", of(FUNCTION), settings_hold_no_secret,
         _planted(FUNCTION, Environment={"Variables": {"SEALING_SECRET": "x"}})),
    Rule("every_alarm_calls_somebody_and_has_a_page", of(ALARM), alarms_call_somebody, _planted(ALARM)),
    Rule("every_alarm_watches_a_metric_that_is_written", of(ALARM), alarms_watch_what_is_written,
         _planted(ALARM, Namespace="payrelay", MetricName="NobodyWritesThis")),
    Rule("every_danger_has_an_alarm", lambda: list(MUST_BE_WATCHED), dangers_are_watched, "Unwatched"),
    Rule("every_door_names_its_callers", of(*_DOORS), doors_name_their_callers,
         _planted("AWS::SQS::QueuePolicy", PolicyDocument=_OPEN_DOOR)),
)  # fmt: skip
