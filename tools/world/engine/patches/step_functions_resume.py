"""A Standard execution outlives the engine that ran it.

Stock: after a restart every running execution is FAILED with States.ServiceRestart, and its name stays taken.
Wanted: it goes on from the state it was in, as on AWS, where no restart exists. The state runs again from its
    beginning (at least once), and the history says so. Express executions end with their caller, as stock.
Hook: `_emit_execution_status_event`, called at a start before it is acknowledged and at an end, journals the
    execution. `_run_execution` is started on a definition that leads straight to the state it was in;
    `_add_event`, first called after the definition was read, puts the record right.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import contextvars
import json
import threading
from typing import Any

from tools.world.engine import stock
from tools.world.engine.patches.dynamodb_journal import RECORDER, REPLAY
from tools.world.engine.patches.dynamodb_lock import WRITE_LOCK
from tools.world.engine.serving import SERVING

Execution = dict[str, Any]
Key = tuple[str, str, str]

_LEAD_IN = "Resumed after a restart"
_original_machine: contextvars.ContextVar[str] = contextvars.ContextVar("original_machine")


def _entered(execution: Execution) -> tuple[str, Any] | None:
    """The state the execution was in and that state's input, if it had reached its first."""
    for event in reversed(execution["events"]):
        details = event.get("stateEnteredEventDetails")
        if details and details["name"] != _LEAD_IN:
            return details["name"], json.loads(details["input"])
    return None


def _definition_from(definition: dict[str, Any], state: str, state_input: object) -> dict[str, Any]:
    """The same machine, but it begins with a step that hands `state_input` to `state`."""
    lead_in = {"Type": "Pass", "QueryLanguage": "JSONPath", "Result": state_input, "Next": state}
    return {**definition, "StartAt": _LEAD_IN, "States": {**definition["States"], _LEAD_IN: lead_in}}


def _resume(key: Key, execution: Execution) -> None:
    account, region, arn = key
    stock.responses._request_account_id.set(account)
    stock.responses._request_region.set(region)
    machines = stock.step_functions._state_machines
    machine_arn = execution["stateMachineArn"]
    machine, entered = machines.get(machine_arn), _entered(execution)
    SERVING.wait()
    if (
        machine is not None
        and entered is not None
        and entered[0] in json.loads(machine["definition"])["States"]
    ):
        detour = f"{machine_arn}#{execution['name']}"
        definition = _definition_from(json.loads(machine["definition"]), *entered)
        machines[detour] = {**machine, "definition": json.dumps(definition)}
        execution["stateMachineArn"] = detour
        _original_machine.set(machine_arn)
    stock.step_functions._run_execution(arn)


def _after_the_detour(execution: Execution) -> None:
    original = _original_machine.get("")
    if original and execution["stateMachineArn"] != original:
        stock.step_functions._state_machines.pop(execution["stateMachineArn"], None)
        execution["stateMachineArn"] = original


def _is_running(execution: Execution) -> bool:
    return execution["status"] == "RUNNING" and not execution.get("sync")


def _replay_execution(account: str, region: str, execution: Execution) -> None:
    """A journaled end replaces what the snapshot knew; a journaled start only what it did not know at all."""
    executions, arn = stock.step_functions._executions, execution["executionArn"]
    if not _is_running(execution) or not executions.contains_scoped(account, region, arn):
        executions.set_scoped(account, region, arn, execution)


def apply() -> None:
    """Install the patch in the running engine."""
    step_functions = stock.step_functions
    load_executions, load_everything = step_functions.load_persisted_state, stock.app._load_persisted_state
    add_event, announce = step_functions._add_event, step_functions._emit_execution_status_event

    def load_as_running(state: dict[str, Any]) -> None:
        executions = state["executions"]._data
        running = {key for key, execution in executions.items() if _is_running(execution)}
        load_executions(state)
        for key in running:
            execution = step_functions._executions._data[key]
            execution.update(status="RUNNING", stopDate=None)
            execution["stateMachineArn"] = execution["stateMachineArn"].partition("#")[0]
            del execution["error"], execution["cause"]

    def load_and_resume() -> None:
        load_everything()
        for key, execution in step_functions._executions.all_items():
            if _is_running(execution):
                target = contextvars.copy_context().run
                threading.Thread(target=target, args=(_resume, key, execution), daemon=True).start()

    def journal_and_announce(execution: Execution) -> None:
        if not execution.get("sync"):
            scope = (stock.responses.get_account_id(), stock.responses.get_region())
            with WRITE_LOCK:
                RECORDER.record(["execution", *scope, execution])
        announce(execution)

    def add_event_after_the_detour(execution: Execution, *event: object) -> Any:  # noqa: ANN401 - a stock result
        _after_the_detour(execution)
        return add_event(execution, *event)

    REPLAY["execution"] = _replay_execution
    step_functions.load_persisted_state = load_as_running
    step_functions._emit_execution_status_event = journal_and_announce
    step_functions._add_event = add_event_after_the_detour
    stock.app._load_persisted_state = load_and_resume
