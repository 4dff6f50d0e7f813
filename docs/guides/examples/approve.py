"""Take one payment: `approve.py AMOUNT_WON`, the card (NUMBER MMYY) on the standard input.

Exit 0 approved, 3 declined or refused, 4 not approved: undone, or to be undone at the next start.
"""

import os
import sys
from pathlib import Path

from payrelay.client import (
    CardInHand,
    Credentials,
    Declined,
    Journal,
    NotApproved,
    Pos,
    RefusedError,
    Sold,
    Terminal,
)

key_id = os.environ["PAYRELAY_KEY_ID"]
merchant, terminal, epoch = key_id.split(".")
pos = Pos(
    os.environ["PAYRELAY_URL"],
    Terminal(merchant, terminal, int(epoch)),
    Credentials(key_id, bytes.fromhex(os.environ["PAYRELAY_KEY"])),
    Journal(Path(os.environ.get("PAYRELAY_JOURNAL", "payrelay-journal"))),
)
pos.settle_pending()  # what a power cut left open, before anything new

number, expiry = sys.stdin.readline().split()
try:
    told = pos.sell(int(sys.argv[1]), CardInHand(number, expiry))
except RefusedError as refusal:
    print("REFUSED", refusal.key, refusal.code)
    sys.exit(3)
match told:
    case Sold():
        print("APPROVED", told.sale_id, told.approval_number)
    case Declined():
        print("DECLINED", told.sale_id, told.response_code)
        sys.exit(3)
    case NotApproved():
        print("NOT_APPROVED", told.sale_id, "undone" if told.is_acknowledged else "to-be-undone")
        sys.exit(4)
