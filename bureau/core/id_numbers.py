"""The check character of the citizen identity number (GB 11643, ISO 7064 MOD 11-2)."""

from operator import mul

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ZERO = ord("0") * sum(WEIGHTS)
SIGNS = "10X98765432"
LENGTH = 18


def check_sign(body: str) -> str:
    """Return the last character that 17 digits of an identity number ask for."""
    total = sum(map(mul, body.encode(), WEIGHTS)) - ZERO
    return SIGNS[total % len(SIGNS)]


def is_sound(plain: str) -> bool:
    """Whether 18 characters are an identity number whose last one fits the others."""
    body = plain[:-1]
    are_digits = len(plain) == LENGTH and body.isascii() and body.isdecimal()
    return are_digits and check_sign(body) == plain[-1]
