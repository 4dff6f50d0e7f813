"""What a person must hear about: each danger has an alarm (rules_of_template.py)."""

from __future__ import annotations

from typing import Final

# What a person must hear about, and the metric that tells (a page in docs/operating for each).
MUST_BE_WATCHED: Final = {
    "SweeperRan": "the minute sweeper lives",
    "OldestOpenSeconds": "no sale stays unknown for a quarter of an hour",
    "ReversalRefused": "a person owns what a destination refused to undo",
    "DestinationError": "a destination gives no clear answers",
    "BreakerOpened": "a destination takes no sales",
    "LastPath": "the last destination of a route fails",
    "BreakersUnavailable": "the breakers can be read and written",
    "SharesUnavailable": "the month's approvals can be read",
    "JournalDifferences": "terminals and payrelay have the same sales",
    "ReconciliationRan": "they are compared every day",
    "CasesOverdue": "no case is open past its deadline",
    "CasesSeenTo": "cases are opened by age, escalated and closed",
    "FileMissing": "settlement files are there by their time",
    "FileLate": "they come in time",
    "FileDuplicate": "each comes once",
    "FileChanged": "none comes again with other bytes",
    "FileTooLarge": "each is one merchant's day",
    "FileTruncated": "none is cut off",
    "FileEncoding": "all are in EUC-KR",
    "FileUnknownRecord": "all records are known",
    "FileRowWrong": "all rows are what their layout says",
    "FileDuplicateRow": "no row stands twice in a return file",
    "FileTotalsDiffer": "totals are the sums of their records",
    "FileMisaddressed": "each is whose its name says",
    "FileRefused": "return files answer what was claimed",
    "LedgerUnbalancedWon": "debits of the ledger are credits",
    "SettlementWindowRan": "balances are folded and files taken in",
    "SettlementNightRan": "every night begins the days that are over",
    "SettlementDaysLate": "no merchant's day stays unclaimed",
    "UncapturedOverdueWon": "what was approved is captured in time",
    "DepositsOverdueWon": "what was captured is paid in time",
    "FilesNotApplied": "what a file says is done once it was found right",
    "BreaksOverdue": "no difference between lists is forgotten",
    "OtherAmountApproved": "a destination approves what it is asked for",
    "UnlistedCode": "a destination says what its contract does not list",
    "TerminalIntegrityFailed": "a terminal runs software that was not certified",
}
