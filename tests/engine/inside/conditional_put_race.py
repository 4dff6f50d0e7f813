"""Count the conditional puts that more than one of eight threads won.

Usage, inside the engine's environment: `python -m tests.engine.inside.conditional_put_race stock|patched`.
Threads change hands every microsecond here, so that a race the default 5 ms would hide shows at once.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from importlib import import_module

ROUNDS = 150
THREADS = 8


def main(variant: str) -> int:
    """Print and return the number of rounds with more than one winner."""
    os.environ["STATE_DIR"] = tempfile.mkdtemp()
    if variant == "patched":
        import_module("tools.world.engine.patches.dynamodb_lock").apply()
    dynamodb = import_module("tools.world.engine.stock").dynamodb
    dynamodb._create_table(  # noqa: SLF001 - the operation the race is in
        {
            "TableName": "race",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        }
    )
    sys.setswitchinterval(1e-6)
    contested = 0
    for index in range(ROUNDS):
        winners: list[int] = []
        gate = threading.Barrier(THREADS)

        def put(index: int = index, gate: threading.Barrier = gate, winners: list[int] = winners) -> None:
            request = {
                "TableName": "race",
                "Item": {"pk": {"S": str(index)}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
            gate.wait()
            if dynamodb._put_item(request)[0] == 200:  # noqa: SLF001 - the operation the race is in; HTTP OK
                winners.append(1)

        threads = [threading.Thread(target=put) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        contested += len(winners) != 1
    print(contested)  # noqa: T201 - the answer to the test that runs this
    return contested


if __name__ == "__main__":
    main(sys.argv[1])
