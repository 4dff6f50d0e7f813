"""The laboratory's machine stands under the adapters while these tests run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.lab.campaign import laboratory


@pytest.fixture(scope="module", autouse=True)
def _the_laboratory() -> Iterator[None]:
    with laboratory():
        yield
