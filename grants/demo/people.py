"""Made-up numbers of made-up people, and pictures of nothing."""

import io
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from grants.rules.identity import check_sign

NUMBERS = count(1)
FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高"
GIVEN = ("建国", "秀英", "桂兰", "志强", "玉梅", "德胜", "春生", "明华", "海涛", "立新", "庆丰")


def name_of(number: int) -> str:
    """Return a name."""
    return FAMILY[number % len(FAMILY)] + GIVEN[number % len(GIVEN)]


def id_of(number: int) -> str:
    """Return an identity number that nobody has, with the right last character."""
    body = (
        f"371502{1945 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    )
    return body + check_sign(body)


def card_of(number: int) -> str:
    """Return a card number of which the last digit fits."""
    digits = f"622848{number:012d}"
    doubled = (int(digit) * 2 for digit in digits[::-2])
    total = sum(map(int, digits[-2::-2])) + sum(n if n < 10 else n - 9 for n in doubled)  # noqa: PLR2004
    return f"{digits}{-total % 10}"


def picture(name: str) -> SimpleUploadedFile:
    """Return a small picture under a name."""
    bytes_ = io.BytesIO()
    Image.new("RGB", (320, 240), (196, 205, 214)).save(bytes_, "JPEG")
    return SimpleUploadedFile(f"{name}.jpg", bytes_.getvalue(), "image/jpeg")
