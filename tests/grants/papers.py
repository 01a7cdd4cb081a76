"""Papers that tests hand in."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def certificate(name: str = "证明.png") -> SimpleUploadedFile:
    """Return a small picture that proves something."""
    data = BytesIO()
    Image.new("RGB", (8, 8), "white").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")
