"""The client of payrelay for POS vendors: sell, give back, and come out of every power cut with clean books.

    pos = Pos(api_url, Terminal("1001", "10010001", 1), Credentials(key_id, key), Journal(path))
    pos.settle_pending()                            # first, after every start
    match pos.sell(11_000, CardInHand(number, expiry)):
        case Sold(): ...                            # print the slip
        case Declined(): ...                        # ask for another card
        case NotApproved(): ...                     # do not ring it up; it is undone

Everything that can go wrong is in `payrelay.client.errors`.
"""

from payrelay.client.connection import PATIENCE_SECONDS, Clock, Connection
from payrelay.client.credentials import Credentials, Terminal
from payrelay.client.errors import NoAnswerError, PayrelayError, RefusedError
from payrelay.client.exchange import Answer, PosRequest
from payrelay.client.in_hand import Barcode, CardInHand, Cheque, Customer, PointCard
from payrelay.client.journal import Entry, Journal
from payrelay.client.pos import Pos
from payrelay.client.results import CancelEnded, ChequeTold, Declined, Delivered, NotApproved, Settled, Sold

__all__ = [
    "PATIENCE_SECONDS",
    "Answer",
    "Barcode",
    "CancelEnded",
    "CardInHand",
    "Cheque",
    "ChequeTold",
    "Clock",
    "Connection",
    "Credentials",
    "Customer",
    "Declined",
    "Delivered",
    "Entry",
    "Journal",
    "NoAnswerError",
    "NotApproved",
    "PayrelayError",
    "PointCard",
    "Pos",
    "PosRequest",
    "RefusedError",
    "Settled",
    "Sold",
    "Terminal",
]
