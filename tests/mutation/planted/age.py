"""A module to change: one rule that its tests pin, one that they only pass by, one loop, one table."""

GROWN_UP = frozenset({"grown up", "old"})


def may_sign(age: int) -> bool:
    return age >= 19


def is_old(age: int) -> bool:
    return age > 65


def counted_down(number: int) -> int:
    while number > 0:
        number -= 1
    return number


def nobody_asks() -> bool:
    return True
