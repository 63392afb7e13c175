"""Made-up persons: valid identity numbers and phone numbers that belong to nobody in particular."""

from dataclasses import dataclass

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a name and two numbers."""

    name: str
    phone: str
    identity_number: str


def identity_number(serial: int) -> str:
    """A number with a right check character: 上城区, born in 1980."""
    stem = f"33010219800{1 + serial // 2700:d}{1 + serial // 100 % 27:02d}{serial % 100:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(stem, WEIGHTS, strict=True))
    return stem + "10X98765432"[total % 11]


def person(serial: int) -> Person:
    """The n-th person (n below 20,000)."""
    return Person(f"李清{chr(0x4E00 + serial)}", f"137{serial * 4729 % 10**8:08d}", identity_number(serial))
