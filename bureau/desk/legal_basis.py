"""Citing a legal basis: an article of what is in force today, picked from the register."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.core import bigrams, clock
from bureau.desk.pickers import HITS, LONGEST, Picker, PickerField, register
from bureau.documents.models import Article
from bureau.documents.rules import read_article

ORNAMENT = re.compile(r"[《》〈〉]|[（(][^（()）]*[）)]")


@dataclass(frozen=True, slots=True)
class ArticlePicker(Picker):
    """Articles by their law and their number, as people write them: 供热条例 第十六条."""

    def rows(self, user: Any) -> QuerySet:
        """Return the articles that a paper may cite today."""
        return Picker.rows(self, user).in_force(clock.today()).select_related("document")

    def found(self, user: Any, text: str) -> list[Any]:
        """Return at most 20 articles whose law, number or content fits, in their order."""
        plain = ORNAMENT.sub("", text[: 2 * LONGEST])
        place, rest = read_article(plain)
        words = bigrams.normalise(rest)
        if place is None and not words:
            return []
        rows = self.rows(user)
        if place is not None:
            rows = rows.filter(number=place[0], suffix=place[1])
        if words:
            rows = rows.filter(_named(words) | Q(summary__icontains=rest.strip()))
        every = rows.order_by("document__pinyin", "document_id", "number", "suffix")[:HITS]
        return sorted(every, key=lambda row: str(row) != text.strip())


def _named(words: str) -> Q:
    if len(words) == 1:
        return Q(document__title__istartswith=words)
    return Q(document__bigrams__contains=bigrams.of(words))


LEGAL_BASES = register(
    ArticlePicker(
        "legal-basis",
        Article.objects.select_related("document"),
        lambda article: article.summary,
        "documents.view_document",
    )
)


class LegalBasisField(PickerField):
    """The article that a paper cites; of laws that hold no longer there is no choice."""

    default_error_messages = {
        "several": _("Several articles fit “%(text)s”. Choose the right one from the list."),
        "none": _(
            "No article in force today fits “%(text)s”. Write the law and the article, or have "
            "the article added to the register of documents."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        given = {
            "label": _("Legal basis"),
            "required": False,
            "help_text": _("Write the law and the article, like 供热条例 第16条."),
        }
        super().__init__(LEGAL_BASES, **(given | kwargs))
