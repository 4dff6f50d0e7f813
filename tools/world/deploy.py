"""Deploy a built SAM template through boto3, to the embedded engine, LocalStack or AWS alike.

What `sam deploy` does in about seven seconds, in a few tenths: pack the built folders, put them into a bucket
under the digest of their content, create or update the stack, wait. `sam deploy` stays the documented road
to AWS.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

_LOCAL_ARTIFACTS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_FIRST_POLL_SECONDS = 0.05
_LAST_POLL_SECONDS = 3.0
_DEPLOY_SECONDS = 900.0
_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes give the same archive on any day
_EXECUTABLE_BITS = 0o111
_ARCHIVES = Path(__file__).resolve().parents[2] / ".cache" / "archives"
_WORTH_KEEPING_BYTES = 1 << 20
_COMPRESSION_LEVEL = 1  # the archives travel over the loopback interface or once to S3


class DeployFailed(Exception):  # noqa: N818 - house style names the fact, not "Error"
    """The stack did not come up; `resource` is the first that failed and `reason` says why."""

    code = "DEPLOY_FAILED"

    def __init__(self, stack_name: str, status: str, resource: str, reason: str) -> None:
        self.stack_name = stack_name
        self.status = status
        self.resource = resource
        self.reason = reason
        super().__init__(f"Stack {stack_name} ended as {status}: {resource}: {reason}")


class TemplateNotBuilt(Exception):  # noqa: N818 - house style names the fact, not "Error"
    """The template, or something local it points to, does not exist; `path` is what is missing."""

    code = "TEMPLATE_NOT_BUILT"

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} does not exist. Build the template first (`make build`).")


class _TemplateLoader(yaml.CSafeLoader):
    """Reads CloudFormation YAML: short intrinsic functions, and dates left as the strings they are."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _intrinsic(loader: _TemplateLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    """`!Sub x` as `{"Fn::Sub": x}`, and the same for every other short form."""
    argument: Any = None
    if isinstance(node, yaml.ScalarNode):
        argument = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        argument = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(argument, str):
        argument = argument.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": argument}


_TemplateLoader.add_multi_constructor("!", _intrinsic)


@dataclass
class _Artifacts:
    """The bucket that holds what a stack is made of, each object under the digest of its content."""

    s3: S3Client
    bucket: str
    region: str
    present: set[str] = field(default_factory=set)

    def open(self) -> None:
        """Make the bucket unless it exists, and learn what it holds."""
        try:
            self.s3.head_bucket(Bucket=self.bucket)
        except ClientError:
            if self.region == "us-east-1":  # the one region S3 refuses to be told
                self.s3.create_bucket(Bucket=self.bucket)
            else:
                self.s3.create_bucket(
                    Bucket=self.bucket,
                    CreateBucketConfiguration={"LocationConstraint": self.region},  # type: ignore[typeddict-item] # the stub lists regions as literals
                )
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        self.present = {item["Key"] for page in pages for item in page.get("Contents", [])}

    def put(self, path: Path) -> dict[str, str]:
        """Upload a folder (as a zip) or a file unless it is there; returns its Bucket and Key."""
        if not path.exists():
            raise TemplateNotBuilt(path)
        is_folder = path.is_dir()
        key = f"{_digest(path)}{'.zip' if is_folder else path.suffix}"
        if key not in self.present:
            self.s3.put_object(
                Bucket=self.bucket, Key=key, Body=_archive(path, key) if is_folder else path.read_bytes()
            )
            self.present.add(key)
        return {"Bucket": self.bucket, "Key": key}

    def put_template(self, template: dict[str, Any]) -> str:
        """Upload the packaged template; returns the URL CloudFormation reads it from."""
        body = json.dumps(template, indent=1, sort_keys=True).encode()
        key = f"{hashlib.sha256(body).hexdigest()}.template.json"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"{self.s3.meta.endpoint_url}/{self.bucket}/{key}"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & _EXECUTABLE_BITS else 0o644


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in _files(path) if path.is_dir() else (path,):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(path).as_posix()}\0{_mode(file):o}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _archive(folder: Path, name: str) -> bytes:
    """The folder's zip; a large one is kept under its digest: packing the wheels of a layer takes seconds."""
    kept = _ARCHIVES / name
    if kept.exists():
        return kept.read_bytes()
    packed = _zipped(folder)
    if len(packed) >= _WORTH_KEEPING_BYTES:
        _ARCHIVES.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=_ARCHIVES, delete=False) as whole:
            whole.write(packed)
        Path(whole.name).replace(kept)
    return packed


def _zipped(folder: Path) -> bytes:
    """The folder as a zip whose bytes depend on nothing but names, modes and contents."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as packed:
        for file in _files(folder):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EARLIEST_ZIP_DATE)
            entry.external_attr = _mode(file) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, file.read_bytes())
    return archive.getvalue()


def read_template(path: Path) -> dict[str, Any]:
    """Read a CloudFormation or SAM template; short intrinsics become their long form."""
    if not path.is_file():
        raise TemplateNotBuilt(path)
    template: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_TemplateLoader)  # noqa: S506 - a SafeLoader
    return template


def _spell_out_global_code(template: dict[str, Any]) -> None:
    """Write the code folder of Globals into each function without one: SAM takes S3 addresses only."""
    shared = template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        has_code = not {"CodeUri", "InlineCode", "ImageUri"}.isdisjoint(properties)
        if shared and resource["Type"] == "AWS::Serverless::Function" and not has_code:
            properties["CodeUri"] = shared


def _package(template: dict[str, Any], folder: Path, artifacts: _Artifacts) -> dict[str, Any]:
    _spell_out_global_code(template)
    for resource in template["Resources"].values():
        location = _LOCAL_ARTIFACTS.get(resource["Type"], "")
        local = resource.get("Properties", {}).get(location)
        if isinstance(local, str) and not local.startswith("s3://"):
            resource["Properties"][location] = artifacts.put(folder / local)
    return template


def _clients(endpoint_url: str | None, region: str) -> tuple[CloudFormationClient, S3Client, str]:
    """CloudFormation, S3 and the account. A local endpoint never sees a real account's credentials."""
    session = (
        boto3.Session("000000000000", "local", region_name=region)
        if endpoint_url
        else boto3.Session(region_name=region)
    )
    path_style = Config(s3={"addressing_style": "path"})
    return (
        session.client("cloudformation", endpoint_url=endpoint_url),
        session.client("s3", endpoint_url=endpoint_url, config=path_style),
        session.client("sts", endpoint_url=endpoint_url).get_caller_identity()["Account"],
    )


def _status(cloudformation: CloudFormationClient, stack_name: str) -> str | None:
    try:
        return cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]
    except ClientError as refusal:
        if "does not exist" in refusal.response["Error"]["Message"]:
            return None
        raise


def _wait(cloudformation: CloudFormationClient, stack_name: str) -> str | None:
    """The stack's status once it no longer moves; None when it is gone."""
    pause_seconds, deadline = _FIRST_POLL_SECONDS, time.monotonic() + _DEPLOY_SECONDS
    status = _status(cloudformation, stack_name)
    while status is not None and status.endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeployFailed(
                stack_name, status, stack_name, f"still not done after {_DEPLOY_SECONDS:.0f} s"
            )
        time.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 1.5, _LAST_POLL_SECONDS)
        status = _status(cloudformation, stack_name)
    return None if status == "DELETE_COMPLETE" else status


def _failure(cloudformation: CloudFormationClient, stack_name: str, status: str) -> DeployFailed:
    """The first failure of the last operation; later ones are mostly its cancelled neighbours."""
    events = cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
    for event in reversed(events):
        if event.get("ResourceStatus", "").endswith("_FAILED"):
            return DeployFailed(
                stack_name,
                status,
                event.get("LogicalResourceId", stack_name),
                event.get("ResourceStatusReason", "no reason given"),
            )
    reason = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0].get(
        "StackStatusReason", "no reason given"
    )
    return DeployFailed(stack_name, status, stack_name, reason)


def deploy(
    built_template: Path,
    *,
    endpoint_url: str | None,
    stack_name: str,
    parameters: dict[str, str],
    region: str,
) -> dict[str, str]:
    """Create or update the stack from a built template, wait, and return its outputs by name.

    `built_template` is the template of a build directory, whose CodeUri, ContentUri and DefinitionUri are
    paths beside it. `endpoint_url` is None for AWS. Deploying the same content twice changes nothing.
    Raises `TemplateNotBuilt` or `DeployFailed`.
    """
    template = read_template(built_template)
    cloudformation, s3, account = _clients(endpoint_url, region)
    artifacts = _Artifacts(s3, f"{stack_name}-artifacts-{account}-{region}".lower(), region)
    artifacts.open()
    request: dict[str, Any] = {
        "StackName": stack_name,
        "TemplateURL": artifacts.put_template(_package(template, built_template.parent, artifacts)),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())
        ],
        "Capabilities": list(_CAPABILITIES),
    }
    status = _wait(cloudformation, stack_name)
    if status in (
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "CREATE_FAILED",
    ):  # CloudFormation refuses to update these
        cloudformation.delete_stack(StackName=stack_name)
        status = _wait(cloudformation, stack_name)
    try:
        if status is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as refusal:
        message = refusal.response["Error"]["Message"]
        if "No updates are to be performed" not in message:
            raise DeployFailed(stack_name, status or "REFUSED", stack_name, message) from refusal
    status = _wait(cloudformation, stack_name) or "DELETE_COMPLETE"
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise _failure(cloudformation, stack_name, status)
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
