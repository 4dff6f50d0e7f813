"""What a store of settlement files promises: bytes come back as they went in, once, wherever S3 is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from payment_adapters.files.store import FileStore
from tests.contracts.aws import REGION, client

WIRE = bytes(range(256)) * 40_000  # ten megabytes: more than is held in memory


@pytest.fixture(params=["moto", pytest.param("engine", marks=pytest.mark.engine)])
def store(request: pytest.FixtureRequest) -> Iterator[FileStore]:
    with mock_aws() if request.param == "moto" else pytest.MonkeyPatch.context():
        s3 = client("s3", None if request.param == "moto" else request.getfixturevalue("engine"))
        s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": REGION})
        yield FileStore(s3, "files")


def test_a_file_arrives_is_archived_and_taken_byte_for_byte(store: FileStore) -> None:
    store.arrive("hangang", "one.dat", [WIRE[:1_000], WIRE[1_000:]])
    store.arrive("namsan", "two.dat", [b"two"])

    assert [(one.counterparty, one.name, one.size_bytes) for one in store.arrived()] == [
        ("hangang", "one.dat", len(WIRE)),
        ("namsan", "two.dat", 3),
    ]
    (there,) = store.arrived("hangang")
    with store.opened(there.counterparty, there.name) as file:
        file_id = store.archive(file)
        assert store.archive(file) == file_id
        assert file.read() == WIRE
    store.take("hangang", "one.dat")
    store.take("hangang", "one.dat")
    with store.archived(file_id) as original:
        assert original.read() == WIRE
    assert [one.counterparty for one in store.arrived()] == ["namsan"]
    assert store.leave("hangang", "claim.dat", [b"a", b"b"]) != file_id
    with store.left("hangang", "claim.dat") as claim:
        assert claim.read() == b"ab"
