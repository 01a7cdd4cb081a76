"""What every noun with a searchable Chinese name shares."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams
from bureau.core.pinyin import KEY_LENGTH, sort_key

NAME_LENGTH = 100


class Named(models.Model):
    """A name with its pinyin sort key and the character pairs that make it findable.

    ``named_by`` are the fields whose words find it, the one that sorts it first; ``shown_by``
    those that ``str`` reads, and so all that a list reads of it beside another noun.
    """

    named_by: ClassVar[tuple[str, ...]] = ("name",)
    shown_by: ClassVar[tuple[str, ...]] = ("name",)

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    pinyin = models.CharField(max_length=KEY_LENGTH, default="", blank=True, editable=False)
    bigrams = ArrayField(models.CharField(max_length=2), default=list, blank=True, editable=False)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["pinyin", "id"], name="%(class)s_pinyin"),
            GinIndex(fields=["bigrams"], name="%(class)s_bigrams"),
        ]

    def __str__(self) -> str:
        return self.name

    def call(self, name: str) -> None:
        """Give the noun its name together with the keys that sort and find it."""
        self.name = name
        self.make_keys()

    def make_keys(self) -> None:
        """Make the keys that sort and find the noun from what it is called now."""
        names = [getattr(self, field) for field in self.named_by]
        self.pinyin = sort_key(names[0])
        self.bigrams = bigrams.of(*(name for name in names if name))
