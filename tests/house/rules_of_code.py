"""Rules over Python files: each one small function and one planted violation; test_rules.py runs them."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from typing import TYPE_CHECKING, Final

from tests.house.repository import ROOT, File, Rule, python

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES: Final = ("telegram_codec", "payment_core")
CORE: Final = ("layers/payment_core", "layers/telegram_codec")
DEPLOYED: Final = ("functions", "layers")
ALL: Final = ("functions", "layers", "clients", "tools", "tests", "benchmarks")

CLOCKS_AND_CHANCE: Final = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.sleep"),
    *("uuid.uuid1", "uuid.uuid4", "uuid4", "os.urandom"),
}
MODULES_OF_CHANCE: Final = {"random", "secrets", "uuid"}
MODULES_OF_THE_WORLD: Final = {
    *("socket", "ssl", "select", "selectors", "http", "urllib", "ftplib", "smtplib", "asyncio", "subprocess"),
    *("threading", "multiprocessing", "concurrent", "sqlite3", "shutil", "tempfile", "logging"),
}
NAMED_PATH: Final = re.compile(
    r"\b(?:payment_core|payment_adapters|telegram_codec|functions|workflows|docs|tests|tools|destinations|merchants)"
    r"/[\w/.-]*(?:\{[^}]*\})?[\w/.-]*\w"
)
MONEY: Final = re.compile(r"(?:^|_)(?:won|amount|amounts|vat|fee|fees|price)(?:_|$)")
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 70
LONGEST_HANDLER: Final = 80
KEY_MODULES: Final = ("payment_adapters/tables/keys.py", "payment_adapters/tables/settlement_keys.py")
OUTERMOST_FRAMES: Final = {
    "functions/cases/handler.py": "one case that cannot be seen to must not hide the others",
    "functions/reconciliation/handler.py": "one terminal that cannot be compared must not hide the others",
    "functions/sweeper/handler.py": "one sale that cannot be woken must not keep the others asleep",
    "tools/cli/doctor.py": "a doctor tells what breaks, instead of breaking",
    "tools/cli/main.py": "a person gets a sentence, and the stack trace on request",
    "tools/fuzz_api/verdicts.py": "whatever comes out of the gateway is what a caller would hear as 5xx",
    "tools/lab/scheduler.py": "a sandbox that fails is a task's end, told to whoever waits for it",
    "tools/world/engine/patches/alarms.py": "one alarm that cannot be evaluated must not silence the others",
    "tools/world/engine/patches/state_snapshots.py": "a snapshot that fails is logged and taken again",
    "tools/world/engine/patches/stream_consumers.py": "a consumer goes on from its last position, as on AWS",
    "tools/world/engine/patches/trim.py": "a trim that fails is logged and tried again",
}


def _imports(file: File) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module


def _names(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        for field in ("id", "attr", "arg", "name"):
            if isinstance(value := getattr(inner, field, None), str):
                yield value


def only_the_standard_library(file: File) -> Iterator[str]:
    """The core and the codec run wherever Python runs, and never touch the world themselves."""
    for node, module in _imports(file):
        top = module.split(".")[0]
        if top in MODULES_OF_THE_WORLD:
            yield file.at(node, f"{top} is the adapters' affair")
        elif top not in PACKAGES and top not in sys.stdlib_module_names:
            yield file.at(node, f"{top} is not in the standard library")


def numpy_in_one_place(file: File) -> Iterator[str]:
    """numpy lies in a layer of its own, on the functions that match files: nobody else may ask for it."""
    for node, module in _imports(file):
        if module.split(".")[0] == "numpy" and "payment_adapters/matching/" not in file.place:
            yield file.at(node, "numpy is payment_adapters/matching's affair")


def no_clock_and_no_chance(file: File) -> Iterator[str]:
    """Time, ids and randomness enter the core as arguments, so that every run can be repeated."""
    for statement, module in _imports(file):
        if module.split(".")[0] in MODULES_OF_CHANCE:
            yield file.at(statement, f"{module} makes chance inside the core")
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and _ends_with(ast.unparse(node.func), CLOCKS_AND_CHANCE):
            yield file.at(node, f"{ast.unparse(node.func)}() belongs to the caller")


def _ends_with(called: str, names: set[str]) -> bool:
    return any(called == name or called.endswith(f".{name}") for name in names)


def no_float_near_money(file: File) -> Iterator[str]:
    """Money is int won: a function that names money has no float, no fraction and no true division."""
    for function in ast.walk(file.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(function, ast.ClassDef) or not any(MONEY.search(name) for name in _names(function)):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id == "float":
                yield file.at(node, f"float in {function.name}, which handles money")
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                yield file.at(node, f"{node.value} in {function.name}, which handles money")
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
                yield file.at(node, f"/ in {function.name}, which handles money; use //")


def no_caught_bugs(file: File) -> Iterator[str]:
    """Bugs are never caught, except where a process must answer whatever happened: the outermost frames."""
    if file.place in OUTERMOST_FRAMES:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {"everything"} if node.type is None else set(_names(node.type))
            goes_on = not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
            if goes_on and caught & {"everything", "Exception", "BaseException"}:
                yield file.at(node, "catches bugs as well")


def exceptions_say_when(file: File) -> Iterator[str]:
    """Every exception class says in its docstring when it is raised."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ClassDef) and not ast.get_docstring(node):
            bases = [ast.unparse(base) for base in node.bases]
            if any(re.search(r"(Error|Exception|Refusal|Warning)$", base) for base in bases):
                yield file.at(node, f"{node.name} does not say when it is raised")


def keys_in_one_module(file: File) -> Iterator[str]:
    """A table key is written in one place; elsewhere `SALE#…` would be a second truth."""
    if file.place.endswith(KEY_MODULES):
        return
    prose = {node.value for node in ast.walk(file.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in prose:
            continue
        if re.search(r"\b[A-Z][A-Z_]+#", node.value):
            yield file.at(node, f"{node.value!r} is a key; build it in {KEY_MODULES[0]}")


def paths_in_docstrings_resolve(file: File) -> Iterator[str]:
    """The first lines of a file name the other ends of its word; each of them is there."""
    for path in NAMED_PATH.findall(ast.get_docstring(file.tree) or ""):
        for place in _braces_expanded(path):
            if not any(ROOT.glob(f"{place}*")) and not any(ROOT.glob(f"layers/*/src/{place}")):
                yield f"{file.place}:1: {place} is nowhere"


def _braces_expanded(path: str) -> list[str]:
    before, brace, rest = path.partition("{")
    middle, _, after = rest.partition("}")
    return [f"{before}{name.strip()}{after}" for name in middle.split(",")] if brace else [path]


def excuses_have_reasons(file: File) -> Iterator[str]:
    """`noqa` and `type: ignore` name their code and say why on the same line."""
    for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
        if token.type == tokenize.COMMENT and re.search(r"#\s*(noqa|type:\s*ignore)", token.string):
            noqa = re.search(
                r"#\s*noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)* +(?:-|#|—|–) *\S+ +\S+", token.string
            )
            ignore = re.search(r"#\s*type: ignore\[[a-z, -]+\] +(?:-|#|—|–) *\S+ +\S+", token.string)
            if not noqa and not ignore:
                yield f"{file.place}:{token.start[0]}: {token.string} has no code or no reason"


def short_enough(file: File) -> Iterator[str]:
    """A file fits a head, a function fits a screen, a handler is a door and not a room."""
    limit = LONGEST_HANDLER if re.fullmatch(r"functions/\w+/handler\.py", file.place) else LONGEST_FILE
    if (lines := len(file.text.splitlines())) > limit:
        yield f"{file.place}:1: {lines} lines, at most {limit}"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield file.at(node, f"{node.name} has {lines} lines, at most {LONGEST_FUNCTION}")


def nothing_that_sends_twice(file: File) -> Iterator[str]:
    """Powertools idempotency re-sends after a crash; its Tracer costs 285 ms at start and ends in 2027."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aws_lambda_powertools"):
            refused = {"idempotent", "idempotent_function", "Tracer", "CircuitBreaker"}
            for alias in node.names:
                if alias.name in refused or "idempotency" in (node.module or ""):
                    yield file.at(node, f"{alias.name} of powertools must not be used here")


def writes_state_their_condition(file: File) -> Iterator[str]:
    """No write to a table goes without a ConditionExpression: truth moves only when the guard holds."""
    writes = {"put_item", "update_item", "delete_item"}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writes:
            named, write = {keyword.arg for keyword in node.keywords}, node.func.attr
            if None in named:
                continue  # its words were put together elsewhere: there they are looked at
        elif isinstance(node, ast.Dict):
            named = {ast.literal_eval(key) for key in node.keys if isinstance(key, ast.Constant)}
            if "TableName" not in named or not named & {"Item", "UpdateExpression"}:
                continue
            write = "put_item" if "Item" in named else "update_item"
        else:
            continue
        if "ConditionExpression" not in named:
            yield file.at(node, f"{write} without a visible ConditionExpression")
        elif write == "put_item" and "attribute_not_exists" not in ast.unparse(node):
            yield file.at(node, "put_item could replace what is there")


def specifications_are_not_patched(file: File) -> Iterator[str]:
    """A specification runs the real rules on shared fakes; patching would test the patch."""
    for statement, module in _imports(file):
        if module.startswith(("unittest", "pytest_mock")):
            yield file.at(statement, f"{module} in a specification")
    for node in ast.walk(file.tree):
        if isinstance(node, ast.arg) and node.arg in ("monkeypatch", "mocker"):
            yield file.at(node, f"{node.arg} in a specification")


def examples_follow_the_profile(file: File) -> Iterator[str]:
    """A number of examples written into a test would not grow under `make fuzz`."""
    for node in ast.walk(file.tree):
        if (
            isinstance(node, ast.keyword)
            and node.arg == "max_examples"
            and isinstance(node.value, ast.Constant)
        ):
            yield file.at(
                node.value, "say it relative to the profile: max_examples=settings().max_examples * 4"
            )


def test_names_are_sentences(file: File) -> Iterator[str]:
    """The names of the tests, read alone, explain the product."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if re.fullmatch(r"test(_[^_]+){0,2}", node.name):
            yield file.at(node, f"{node.name} is not a sentence")


def _planted(text: str, place: str = "layers/payment_core/src/payment_core/planted.py") -> File:
    return File(place, text)


RULES: Final = (
    Rule("core_and_codec_use_the_standard_library_only", lambda: python(*CORE), only_the_standard_library,
         _planted("import boto3")),
    Rule("numpy_is_imported_in_one_place", lambda: python(*DEPLOYED), numpy_in_one_place,
         _planted("import numpy as np", "layers/payment_adapters/src/payment_adapters/planted.py")),
    Rule("no_clock_uuid_or_random_in_core_and_codec", lambda: python(*CORE), no_clock_and_no_chance,
         _planted("now = datetime.now(tz=KST)")),
    Rule("no_float_near_money", lambda: python(*DEPLOYED, "clients", "tools"), no_float_near_money,
         _planted("def fee(amount_won: int) -> int:\n    return amount_won / 10")),
    Rule("bugs_are_never_caught", lambda: python(*DEPLOYED, "clients", "tools"), no_caught_bugs,
         _planted("try:\n    x()\nexcept (ValueError, Exception):\n    pass")),
    Rule("exceptions_say_when_they_are_raised", lambda: python(*ALL), exceptions_say_when,
         _planted("class NotSentError(RelayError): pass")),
    Rule("keys_are_built_in_one_module", lambda: python(*DEPLOYED, "tools"), keys_in_one_module,
         _planted('pk = f"SALE#{sale}"')),
    Rule("every_path_in_a_docstring_resolves", lambda: python(*ALL), paths_in_docstrings_resolve,
         _planted('"""Rule: payment_core/approval/{send,nowhere}.py. Story: docs/flows/send.md."""')),
    Rule("every_excuse_has_its_code_and_its_reason", lambda: python(*ALL), excuses_have_reasons,
         _planted("import x  # no" "qa: F401\n")),
    Rule("files_functions_and_handlers_are_short", lambda: python(*ALL), short_enough,
         _planted("\n" * 81, "functions/planted/handler.py")),
    Rule("no_tool_that_would_send_twice", lambda: python(*DEPLOYED), nothing_that_sends_twice,
         _planted("from aws_lambda_powertools.utilities.idempotency import idempotent")),
    Rule("every_write_states_its_condition", lambda: python("layers/payment_adapters", "functions"),
         writes_state_their_condition, _planted("table.put_item(Item=item)")),
    Rule("specifications_are_never_patched", lambda: python("tests/spec"), specifications_are_not_patched,
         _planted("from unittest.mock import patch", "tests/spec/test_planted.py")),
    Rule("numbers_of_examples_follow_the_profile", lambda: python("tests/spec", "tests/codec"),
         examples_follow_the_profile, _planted("settings(max_examples=400)", "tests/spec/test_planted.py")),
    Rule("names_of_tests_are_sentences", lambda: python("tests"), test_names_are_sentences,
         _planted("def test_it(): pass", "tests/spec/test_planted.py")),
)  # fmt: skip
