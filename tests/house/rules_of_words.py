"""Rules over what people read: every sentence is there in both languages, whoever wrote it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from payment_adapters.remarks import remark
from payment_core.kernel.language import Language
from tests.house.repository import File, Rule, files, python

if TYPE_CHECKING:
    from collections.abc import Iterator

ADAPTERS: Final = "layers/payment_adapters/src/payment_adapters"
CORE: Final = "layers/payment_core/src/payment_core"
WHERE_RULES_REMARK: Final = (
    *(f"{ADAPTERS}/{one}.py" for one in ("sockets", "networks/link", "networks/session", "networks/filling")),
    *(f"{ADAPTERS}/files/{one}.py" for one in ("intake", "reading", "families")),
    *(f"{ADAPTERS}/settling/{one}.py" for one in ("stages", "comparison", "standing", "fee_check")),
    *(f"{CORE}/approval/{one}.py" for one in ("send", "net_cancel", "cancelling", "ending", "late")),
    *(f"{CORE}/routing/{one}.py" for one in ("failover", "breaker")),
    *(f"{CORE}/settlement/{one}.py" for one in ("return_file", "apply")),
    f"{CORE}/reconciliation/break_history.py",
    "layers/telegram_codec/src/telegram_codec/records.py",
)
FOR_PROGRAMMERS: Final = frozenset({"ValueError", "ContractFileError", "EncodeError"})
BILINGUAL: Final = frozenset({"Said", "Reason", "Sentence"})  # they hold both languages themselves
TWO_WORDS: Final = re.compile(r"[a-z]{2,} [a-z]")
EXAMPLE: Final = "7"  # what stands where a remark is filled
MARKUP: Final = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TAG: Final = re.compile(r"<[^>]*>")
READ_ALOUD: Final = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
WORD: Final = re.compile(r"[A-Za-z가-힣]{2,}")
OF_NO_LANGUAGE: Final = frozenset({"payrelay", "ms"})


def remarks_have_korean(file: File) -> Iterator[str]:
    """What a rule writes beside a decision is shown to people: in English as it is kept, or in Korean."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(file.tree):
        if node not in skipped and _is_no_remark(node):
            skipped.update(ast.walk(node))
        if node in skipped or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        skipped.update(ast.walk(node))
        said = _said(node)
        if TWO_WORDS.search(said) and remark(said, Language.KOREAN) == said:
            yield file.at(node, f"payment_adapters/remarks.py has no Korean for: {said}")


def _is_no_remark(node: ast.AST) -> bool:
    """A docstring, an assertion, what only programmers read, or a sentence in both languages."""
    called = node.func if isinstance(node, ast.Call) else None
    is_told_elsewhere = isinstance(called, ast.Name) and called.id in FOR_PROGRAMMERS | BILINGUAL
    return isinstance(node, ast.Expr | ast.Assert) or is_told_elsewhere


def _said(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(one.value) if isinstance(one, ast.Constant) else EXAMPLE for one in node.values)


def pages_write_nothing_themselves(file: File) -> Iterator[str]:
    """A template names sentences of the catalogue, which has each of them in both languages."""
    text = MARKUP.sub(" ", file.text)
    said = [*READ_ALOUD.findall(text), TAG.sub(" ", text)]
    for word in WORD.findall(" ".join(said)):
        if word not in OF_NO_LANGUAGE:
            yield f"{file.place}: {word}"


RULES: Final = (
    Rule("remarks_of_rules_are_there_in_korean",
         lambda: [one for one in python("layers") if one.place in WHERE_RULES_REMARK], remarks_have_korean,
         File("planted.py", 'raise NotSentError(f"the cat sat on {line}")')),
    Rule("pages_write_no_sentence_of_their_own",
         lambda: files(f"{ADAPTERS}/console/pages", endings=[".html"]), pages_write_nothing_themselves,
         File("planted.html", '<h1 title="Sale">{{ say("sale") }}</h1>')),
)  # fmt: skip
