"""What the alarms about files of settlement say; words.py takes them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.http.languages import Said

# Kind → what is the matter, what to do next.
SAID: Final[Mapping[str, tuple[Said, Said]]] = {
    "file-missing": (
        Said(
            "A settlement file is not there by its time; the day that needs it waits.",
            "정산 파일이 오지 않았습니다.",
        ),
        Said("Ask whoever sends it.", "보내는 곳에 요청하십시오."),
    ),
    "file-late": (
        Said("A settlement file came after its time; it was taken in.", "정산 파일이 늦게 왔습니다."),
        Said("Nothing has to be done now.", "지금 할 일은 없습니다."),
    ),
    "file-duplicate": (
        Said(
            "A settlement file came twice, byte for byte; it counts once.",
            "같은 정산 파일이 두 번 왔습니다. 한 번만 적용합니다.",
        ),
        Said("Nothing has to be done now.", "지금 할 일은 없습니다."),
    ),
    "file-changed": (
        Said(
            "Another file came under the name of one that counts; it was not applied.",
            "이미 적용한 정산 파일이 다른 내용으로 다시 왔습니다. 적용하지 않았습니다.",
        ),
        Said("Compare both, and ask which is right.", "두 파일을 비교해 어느 것이 맞는지 확인하십시오."),
    ),
    "file-too-large": (
        Said(
            "A settlement file is larger than a day can be; it was not read.",
            "정산 파일이 너무 커서 읽지 않았습니다.",
        ),
        Said("Have it sent for one merchant and one day.", "가맹점별, 일자별로 나누어 보내 달라고 하십시오."),
    ),
    "file-truncated": (
        Said(
            "A settlement file is cut off; nothing of it counts.", "정산 파일이 잘려서 적용하지 않았습니다."
        ),
        Said("Have it sent again under its name.", "같은 이름으로 다시 보내 달라고 하십시오."),
    ),
    "file-encoding": (
        Said(
            "A settlement file is not in EUC-KR; nothing of it counts.",
            "정산 파일의 문자셋이 EUC-KR이 아니어서 적용하지 않았습니다.",
        ),
        Said("Have it sent as it was written.", "원래 문자셋으로 다시 보내 달라고 하십시오."),
    ),
    "file-unknown-record": (
        Said(
            "A settlement file has a record of an unknown kind; nothing of it counts.",
            "정산 파일에 알 수 없는 레코드가 있어 적용하지 않았습니다.",
        ),
        Said("Ask what the code means.", "그 레코드 구분의 뜻을 문의하십시오."),
    ),
    "file-row-wrong": (
        Said(
            "A row of a settlement file is not what its layout says; nothing of it counts.",
            "정산 파일의 항목이 규격과 달라 적용하지 않았습니다.",
        ),
        Said("Name record and row, and have it corrected.", "레코드와 항목을 알려 정정을 요청하십시오."),
    ),
    "file-duplicate-row": (
        Said(
            "A record stands twice in a return file; nothing of it counts.",
            "입반송 파일에 같은 레코드가 두 번 있어 적용하지 않았습니다.",
        ),
        Said("Name the record, and have it corrected.", "레코드를 알려 정정을 요청하십시오."),
    ),
    "file-totals-differ": (
        Said(
            "The total of a settlement file is not the sum of its records; nothing of it counts.",
            "정산 파일의 합계가 내역과 달라 적용하지 않았습니다.",
        ),
        Said(
            "Ask which of both is right, and have it sent again.",
            "어느 쪽이 맞는지 확인하고 다시 보내 달라고 하십시오.",
        ),
    ),
    "file-misaddressed": (
        Said(
            "A settlement file is of another merchant, sender or date than its name says, if it has a name.",
            "정산 파일의 가맹점, 보낸 곳 또는 일자가 이름과 다릅니다.",
        ),
        Said(
            "Tell whoever sent it; it may be somebody else's.",
            "보낸 곳에 알리십시오. 다른 가맹점의 파일일 수 있습니다.",
        ),
    ),
    "file-refused": (
        Said(
            "A settlement file is right in itself and contradicts what was claimed; nothing of it counts.",
            "정산 파일이 청구한 내역과 맞지 않아 적용하지 않았습니다.",
        ),
        Said(
            "payrelay settle show names file, code and place; ask for a right one.",
            "payrelay settle show가 파일과 사유를 알려 줍니다. 바른 파일을 요청하십시오.",
        ),
    ),
}
