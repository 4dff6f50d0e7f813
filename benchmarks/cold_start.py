"""How long handlers take to start, against a heavy one: `python -m benchmarks.cold_start [--rounds 21]`.

Each start is a fresh process of the bare handler interpreter, as on Lambda, importing from the built
artifacts; the handlers take turns. Timed inside the process: what Lambda calls init, and again with the AWS
clients that the first sale needs, which the heavy handler makes while it is imported and ours when they are
first asked for. CPU time is told beside the clock's, because other work on the machine hardly stretches it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import kept
from tools.build import Build, build
from tools.cli.screen import Progress, console
from tools.template import load
from tools.world.engine.process import HANDLER_PYTHON
from tools.world.places import REGION

HEAVY: Final = Path(__file__).parent / "heavy"
TRACER_PACKAGES: Final = ("aws_xray_sdk", "wrapt")  # of the X-Ray SDK, which payrelay does not deploy
FIRST_SALE: Final = {  # the clients that a function makes for its first sale
    "gateway": ("dynamodb", "kms", "secrets_manager", "approval_starter"),
    "van_link": ("dynamodb", "kms", "aside"),
    "card_direct": ("dynamodb", "kms", "aside"),
}
FUNCTIONS: Final = {"gateway": "GatewayFunction", "van_link": "VanLinkHangangFunction"}
FUNCTIONS_TOO: Final = {"card_direct": "CardDirectHaneulFunction"}
AT_MOST: Final = {"gateway": 0.6, "van_link": 0.45, "card_direct": 0.45}
START: Final = """
import importlib, json, sys, time
paths, module, clients = json.loads(sys.argv[1])
sys.path[:0] = paths
wall, cpu = time.perf_counter(), time.process_time()
importlib.import_module(module)
told = [time.perf_counter() - wall, time.process_time() - cpu]
if clients:
    made = importlib.import_module("payment_adapters.aws.clients")
    for name in clients:
        getattr(made, name)()
told += [time.perf_counter() - wall, time.process_time() - cpu]
print(json.dumps([round(one * 1000, 1) for one in told]))
"""
WAYS: Final = ("init_ms", "init_cpu_ms", "with_clients_ms", "with_clients_cpu_ms")


def starts(rounds: int) -> dict[str, list[list[float]]]:
    """Start every handler in turn, so many times; four figures per start, as `WAYS` names them."""
    built = build()
    with tempfile.TemporaryDirectory() as folder:
        tracer = _tracer_beside(Path(folder))
        asked: dict[str, tuple[list[str], str, tuple[str, ...]]] = {
            "heavy": ([str(HEAVY), *_layers(built, "RuntimeLayer"), str(tracer)], "handler", ())
        }
        for name, function in {**FUNCTIONS, **FUNCTIONS_TOO}.items():
            paths = [str(built.template.parent / function), *_layers(built)]
            asked[name] = (paths, f"functions.{name}.handler", FIRST_SALE[name])
        found: dict[str, list[list[float]]] = {name: [] for name in asked}
        for number in range(rounds + 1):
            for name, words in asked.items():
                told = _start(words)
                if number:  # the first of each reads from a cold disk
                    found[name].append(told)
    return found


def _start(words: tuple[list[str], str, tuple[str, ...]]) -> list[float]:
    environment = {
        "PATH": os.defpath,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "local",
        "LAMBDA_TASK_ROOT": "/var/task",  # else the Tracer sees that it is not on Lambda, and does nothing
        "AWS_LAMBDA_FUNCTION_NAME": "start",
        "POWERTOOLS_SERVICE_NAME": "payrelay",
        "PAYMENTS_TABLE": "payments",
        "MARKS_TABLE": "marks",
    }
    command = [str(HANDLER_PYTHON), "-c", START, json.dumps(words)]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)  # noqa: S603 - our own
    assert ran.returncode == 0, ran.stderr
    told: list[float] = json.loads(ran.stdout)
    return told


def _layers(built: Build, *only: str) -> list[str]:
    """Where a function's layers are, as the engine lays them out: the last one first."""
    order = load(built.template)["Globals"]["Function"]["Layers"]
    names = only or tuple(one["Ref"] for one in reversed(order))
    return [str(built.template.parent / name / "python") for name in names]


def _tracer_beside(folder: Path) -> Path:
    """The X-Ray SDK in a folder of its own, compiled like everything that is deployed."""
    for name in TRACER_PACKAGES:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        shutil.copytree(Path(spec.origin).parent, folder / name)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder)], check=True)  # noqa: S603 - our own
    return folder


def figures_of(found: dict[str, list[list[float]]]) -> dict[str, Any]:
    """Medians, and ratios against the heavy handler of the same rounds."""
    medians = {
        name: {way: statistics.median(one[place] for one in starts) for place, way in enumerate(WAYS)}
        for name, starts in found.items()
    }
    ratios = {
        name: {
            "at_most": AT_MOST[name],
            **{way: round(medians[name][way] / medians["heavy"][way], 3) for way in WAYS},
        }
        for name in AT_MOST
    }
    return {"rounds": len(found["heavy"]), "medians": medians, "ratios": ratios, "starts": found}


def table(figures: dict[str, Any]) -> str:
    """What is kept, as a table."""
    lines = ["| handler | init ms | of heavy | at most | with clients ms | of heavy | CPU, of heavy |"]
    lines += ["|---|---|---|---|---|---|---|"]
    heavy = figures["medians"]["heavy"]
    lines.append(f"| heavy | {heavy['init_ms']:.0f} | 1 | | {heavy['with_clients_ms']:.0f} | 1 | 1 |")
    for name, ratio in figures["ratios"].items():
        ours = figures["medians"][name]
        lines.append(
            f"| {name} | {ours['init_ms']:.0f} | **{ratio['init_ms']:.2f}** | {ratio['at_most']} |"
            f" {ours['with_clients_ms']:.0f} | {ratio['with_clients_ms']:.2f} | {ratio['init_cpu_ms']:.2f},"
            f" {ratio['with_clients_cpu_ms']:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=21)
    told = parser.parse_args()
    with Progress(console()) as progress:
        progress("cold starts")
        figures = figures_of(starts(told.rounds))
        progress("cold starts", f"{told.rounds} of each")
    kept("cold_start", figures)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    main()
