"""The doors of a sharded comparison, played as the workflow orders them: the report of one machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from moto import mock_aws

from functions.matching import handler
from payment_adapters.aws import clients
from payment_adapters.matching import objects
from payment_adapters.matching.objects import matching_bucket
from payment_adapters.matching.reconcile import reconcile
from payment_adapters.matching.rows import InputError
from payment_adapters.matching.spec import read_spec
from tests.contracts.aws import REGION
from tests.handlers.world import Invocation
from tests.house.repository import ROOT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET: Final = "matching"
EXAMPLES: Final = ROOT / "docs" / "guides" / "examples" / "reconcile"
JOB: Final = json.loads((ROOT / "events/invoke/matching/plan.json").read_text())["job"]
MACHINE: Final = json.loads((ROOT / "workflows/reconcile_files.asl.json").read_text())
DOORS: Final[dict[str, Callable[[dict[str, Any], Any], Any]]] = {
    "${MatchingPlanFunction}": handler.plan,
    "${MatchingCutFunction}": handler.cut,
    "${MatchingJoinFunction}": handler.join,
    "${MatchingMergeFunction}": handler.merge,
}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """A bucket with the files of the guide, where the example events name them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("MATCHING_BUCKET", BUCKET)
    made_once = (clients.session, clients.s3, matching_bucket)
    for made in made_once:
        made.cache_clear()
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        for key, name in (
            (JOB["ours"], "ours.txt"),
            (JOB["theirs"], "theirs.txt"),
            (JOB["spec"], "answers.toml"),
        ):
            s3.put_object(Bucket=BUCKET, Key=key, Body=(EXAMPLES / name).read_bytes())
        yield s3
    for made in made_once:
        made.cache_clear()


def play() -> dict[str, Any]:
    """Walk the definition: a Map is its processor, once for each item, and here one after the other."""
    said: dict[str, Any] = {"job": JOB}
    name = MACHINE["StartAt"]
    while (state := MACHINE["States"][name])["Type"] != "Succeed":
        if state["Type"] == "Map":
            (task,) = (one for one in state["ItemProcessor"]["States"].values() if one["Type"] == "Task")
            for item in said["plan"][state["ItemsPath"].rpartition(".")[2]]:
                words = {"job": said["job"], "partitions": len(said["plan"]["partitions"])}
                words |= item if "partition" in item else {"shard": item}
                asked = {key.removesuffix(".$") for key in state["ItemSelector"]}
                DOORS[task["Resource"]]({key: words[key] for key in asked}, Invocation())
        else:
            told = DOORS[state["Resource"]]({"job": said["job"]}, Invocation())
            said[state["ResultPath"].removeprefix("$.")] = json.loads(json.dumps(told))
        name = state["Next"]
    report: dict[str, Any] = said["report"]
    return report


@pytest.mark.parametrize(("shard_bytes", "partition_rows"), [(1 << 27, 2_000_000), (900, 5)])
def test_shards_tell_the_report_of_one_machine_and_the_same_when_played_again(
    bucket: S3Client, monkeypatch: pytest.MonkeyPatch, shard_bytes: int, partition_rows: int
) -> None:
    monkeypatch.setattr(objects, "SHARD_BYTES", shard_bytes)
    monkeypatch.setattr(objects, "PARTITION_ROWS", partition_rows)
    whole = reconcile(EXAMPLES / "ours.txt", EXAMPLES / "theirs.txt", read_spec(EXAMPLES / "answers.toml"))

    assert play() == play() == whole.tally.words()

    kept = bucket.get_object(Bucket=BUCKET, Key=f"runs/{JOB['run']}/breaks.csv")["Body"].read().decode()
    assert [line.split(",")[0] for line in kept.splitlines()[1:]] == [one.kind for one in whole.breaks]


def test_a_file_that_ends_inside_a_record_ends_the_run_before_anything_is_cut(bucket: S3Client) -> None:
    bucket.put_object(Bucket=BUCKET, Key=JOB["theirs"], Body=b"41" * 150)

    with pytest.raises(InputError, match="files/20261125/hangang: record 2, byte 100"):
        handler.plan({"job": JOB}, Invocation())


def test_whatever_fails_or_takes_too_long_ends_the_run_as_failed() -> None:
    """AWS counts such runs (`ExecutionsFailed`), and the alarm watches that."""
    steps = {name: one for name, one in MACHINE["States"].items() if one["Type"] in {"Task", "Map"}}
    ends = {
        (caught["ErrorEquals"][0], MACHINE["States"][caught["Next"]]["Type"])
        for one in steps.values()
        for caught in one["Catch"]
    }

    assert ends == {("States.ALL", "Fail")}
    assert "TimeoutSeconds" not in MACHINE, "a machine that is out of time is not counted as failed"
