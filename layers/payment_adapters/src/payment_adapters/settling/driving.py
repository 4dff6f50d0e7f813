"""The workflow of a merchant's day, started by its name: a second start of the same is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_core.approval.ports import DriverUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.settlement.settlement_day import Days, MerchantDay

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

ALREADY_EXISTS: Final = "ExecutionAlreadyExists"


@dataclass(frozen=True)
class DayDriver:
    """The Standard workflow ``settlement_day``: named by merchant, business date and run."""

    client: SFNClient
    arn: str

    def start(self, day: MerchantDay, days: Days) -> bool:
        """See to it that a workflow of the day runs; ``False`` where another hand was quicker.

        A name is spent for 90 days, so a day whose workflow ended before its end gets the next run.

        Raises:
            DriverUnavailableError: it is not known whether one runs; start it again.
        """
        if self._started(day) or self._runs(day):
            return True
        again = replace(day, run=day.run + 1, version=day.version + 1)
        return days.move(day, again) and self._started(again)

    def _started(self, day: MerchantDay) -> bool:
        words = {"merchant": day.merchant, "business_date": day.business_date}
        try:
            self.client.start_execution(stateMachineArn=self.arn, name=day.execution, input=json.dumps(words))
        except ClientError as error:
            if error.response["Error"]["Code"] != ALREADY_EXISTS:
                raise DriverUnavailableError(str(error)) from error
            return False
        except BotoCoreError as error:
            raise DriverUnavailableError(str(error)) from error
        return True

    def _runs(self, day: MerchantDay) -> bool:
        execution = self.arn.replace(":stateMachine:", ":execution:") + f":{day.execution}"
        try:
            return self.client.describe_execution(executionArn=execution)["status"] == "RUNNING"
        except (ClientError, BotoCoreError) as error:
            raise DriverUnavailableError(str(error)) from error
