"""Everything that can go wrong around a world and is told in a sentence, not in a stack trace."""

from __future__ import annotations

from typing import Final

from payment_adapters.contract_file import ContractFileError
from payment_core.approval.ports import StoreUnavailableError
from payrelay.client import NoAnswerError
from tools.simulators.process import ScriptRefusedError, VanSilentError
from tools.simulators.settlement.menu import NothingToChangeError
from tools.world.deploy import DeployFailed, TemplateNotBuilt
from tools.world.engine.process import EngineUnavailable
from tools.world.places import WorldError

TROUBLE: Final[tuple[type[Exception], ...]] = (
    WorldError,
    ContractFileError,
    EngineUnavailable,
    DeployFailed,
    TemplateNotBuilt,
    VanSilentError,
    ScriptRefusedError,
    NothingToChangeError,
    NoAnswerError,
    StoreUnavailableError,
)
