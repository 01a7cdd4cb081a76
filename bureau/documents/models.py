"""Documents that tell on what basis the office acts, and the register of its own numbers."""

from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.addresses import page_of
from bureau.core.models import BaseModel, EditableModel
from bureau.core.triggers import follow_workflow
from bureau.documents import rules
from bureau.documents.choices import (
    DocumentKind,
    IssuerLevel,
    NumberOrigin,
    NumberState,
    PaperKind,
    SeriesKind,
)
from bureau.documents.querysets import (
    ArticleQuerySet,
    DocumentQuerySet,
    NumberSeriesQuerySet,
    in_force,
)
from bureau.documents.querysets import DocumentNumberQuerySet as NumberQuerySet

NO_DATE = date(1, 1, 1)
FIRST_YEAR, LAST_YEAR = 1900, 2200

__all__ = ["Article", "Document", "DocumentNumber", "NumberSeries", "NumberSeriesYear", "in_force"]


class Document(EditableModel):
    """One edition of a law, scheme, standard or draft; a new edition is a document of its own.

    It is in force from ``in_force_from`` until the day before ``in_force_until``; an empty date
    means that no source at hand names the day.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    title = models.CharField(_("title"), max_length=200)
    short_title = models.CharField(_("short title"), max_length=60, blank=True)
    edition = models.CharField(
        _("edition"),
        max_length=60,
        blank=True,
        help_text=_("Which version of the text, e.g. the year of its amendment."),
    )
    number = models.CharField(_("document number"), max_length=80, blank=True)
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    level = models.PositiveSmallIntegerField(_("level of the issuer"), choices=IssuerLevel)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer holds."),
    )
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
    )
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Where the text was found.")
    )
    remarks = models.TextField(_("remarks"), blank=True, max_length=2000)
    pinyin = models.CharField(max_length=120, editable=False, default="")
    bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)
    issued_key = models.DateField(editable=False, default=NO_DATE)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("pinyin", "id")
        permissions = [("archive_document", "Can archive document")]
        indexes = [
            GinIndex(fields=["bigrams"], name="document_bigrams"),
            models.Index(fields=["pinyin", "id"], name="document_pinyin"),
            models.Index(fields=["issued_key", "id"], name="document_issued"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["title", "edition", "number"], name="document_once"),
            models.CheckConstraint(condition=~Q(title=""), name="document_has_title"),
            models.CheckConstraint(
                condition=Q(in_force_from__isnull=True)
                | Q(in_force_until__isnull=True)
                | Q(in_force_until__gt=F("in_force_from")),
                name="document_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="document_not_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.edition}）" if self.edition else self.title

    def get_absolute_url(self) -> str:
        return page_of("desk:document_detail", self.pk)

    def holds_on(self, day: date) -> bool:
        """Whether the document is in force on ``day``; a draft never is."""
        if self.kind == DocumentKind.DRAFT:
            return False
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day < self.in_force_until)

    @property
    def standing(self) -> str:
        """One word for how the document stands today; ``data-status`` colours it."""
        today = clock.today()
        if self.kind == DocumentKind.DRAFT:
            return "draft"
        if self.in_force_from is not None and today < self.in_force_from:
            return "coming"
        return "in_force" if self.holds_on(today) else "ended"

    def get_standing_display(self) -> str:
        """Return the word of ``standing`` in the reader's language."""
        words = {
            "draft": gettext("draft"),
            "coming": gettext("not yet in force"),
            "in_force": gettext("in force"),
            "ended": gettext("no longer in force"),
        }
        return words[self.standing]


class Article(BaseModel):
    """An article of one edition: what a legal basis names, so that it never moves."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="articles"
    )
    number = models.PositiveSmallIntegerField(
        _("article"), validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    suffix = models.PositiveSmallIntegerField(
        _("inserted article"),
        default=0,
        validators=[MaxValueValidator(50)],
        help_text=_("1 for an article inserted behind it (第十六条之一), else 0."),
    )
    summary = models.CharField(
        _("what it says"), max_length=300, blank=True, help_text=_("In a sentence.")
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        default_permissions = ()
        ordering = ("document", "number", "suffix")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number", "suffix"], name="article_once_per_edition"
            )
        ]

    def __str__(self) -> str:
        title = self.document.short_title or self.document.title
        edition = f"（{self.document.edition}）" if self.document.edition else ""
        return f"《{title}》{edition}{self.label}"

    @property
    def label(self) -> str:
        """The article as a paper cites it: 第16条, 第16条之一."""
        behind = f"之{self.suffix}" if self.suffix else ""
        return f"第{self.number}条{behind}"

    def get_absolute_url(self) -> str:
        return f"{self.document.get_absolute_url()}#article-{self.pk}"


class NumberSeries(EditableModel):
    """A run of numbers that begins anew each year: 聊城管字〔2026〕1号, 2号, 3号 …"""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    pattern = models.CharField(
        _("pattern"),
        max_length=60,
        unique=True,
        help_text=_("With {year} and {n}, like 聊城管字〔{year}〕{n}号."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=SeriesKind)
    first = models.PositiveIntegerField(
        _("first number of a year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(rules.LARGEST)],
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    pinyin = models.CharField(max_length=120, editable=False, default="")
    bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)

    objects = NumberSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ("code",)
        permissions = [("archive_numberseries", "Can archive number series")]
        indexes = [
            GinIndex(fields=["bigrams"], name="numberseries_bigrams"),
            models.Index(fields=["pinyin", "id"], name="numberseries_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_of("desk:numberseries_detail", self.pk)


class NumberSeriesYear(BaseModel):
    """Where a series stands in a year; locked while a number is given, so that none is twice."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    start = models.PositiveIntegerField(_("first number"), default=1)
    counter = models.PositiveIntegerField(_("next number"), default=1)

    class Meta:
        verbose_name = _("year of a series")
        verbose_name_plural = _("years of series")
        default_permissions = ()
        ordering = ("series", "-year")
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="numberseries_year_once"),
            models.CheckConstraint(
                condition=Q(counter__gte=F("start"), start__gte=1), name="numberseries_counts_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}"


class DocumentNumber(EditableModel):
    """A number in the office's register: given, typed or imported; kept for ever, void or not.

    ``series`` is empty for a number of another office. What it says is fixed by triggers: the
    number never changes, an issued one keeps its subject, and no row is ever deleted.
    """

    text = models.CharField(_("document number"), max_length=80, unique=True)
    series = models.ForeignKey(
        NumberSeries,
        verbose_name=_("series"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
    )
    year = models.PositiveSmallIntegerField(_("year"))
    n = models.PositiveIntegerField(_("running number"))
    state = models.CharField(_("state"), max_length=10, choices=NumberState)
    origin = models.CharField(_("entered"), max_length=10, choices=NumberOrigin)
    paper = models.CharField(
        _("type of paper"), max_length=10, choices=PaperKind, default=PaperKind.OTHER
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    reserved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reserved_at = models.DateTimeField(_("entered at"), default=clock.now)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    void_reason = models.CharField(_("why it is void"), max_length=500, blank=True)
    object_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    object_id = models.BigIntegerField(null=True, blank=True, editable=False)
    used_for = GenericForeignKey("object_type", "object_id")
    used_label = models.CharField(_("stands on"), max_length=200, blank=True, editable=False)
    bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)

    objects = NumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("document number")
        verbose_name_plural = _("document numbers")
        default_permissions = ("add", "change", "view")
        ordering = ("-year", "series", "-n")
        indexes = [
            GinIndex(fields=["bigrams"], name="documentnumber_bigrams"),
            models.Index(fields=["year", "id"], name="documentnumber_year"),
            models.Index(fields=["text", "id"], name="documentnumber_text"),
            models.Index(fields=["reserved_at", "id"], name="documentnumber_entered"),
            models.Index(fields=["object_type", "object_id"], name="documentnumber_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "n"], name="documentnumber_once_per_series"
            ),
            models.CheckConstraint(
                condition=(Q(state=NumberState.VOID) & ~Q(void_reason=""))
                | (~Q(state=NumberState.VOID) & Q(void_reason="")),
                name="documentnumber_void_has_reason",
            ),
            models.CheckConstraint(condition=Q(n__gte=1), name="documentnumber_counts_from_one"),
        ]
        triggers = [
            *follow_workflow("documentnumber", rules.WORKFLOW),
            pgtrigger.Protect(name="documentnumber_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="documentnumber_number_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "ROW(OLD.text, OLD.series_id, OLD.year, OLD.n, OLD.origin) "
                    "IS DISTINCT FROM ROW(NEW.text, NEW.series_id, NEW.year, NEW.n, NEW.origin)"
                ),
            ),
            pgtrigger.Protect(
                name="documentnumber_paper_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'reserved' AND ROW(OLD.subject, OLD.paper, OLD.issued_on) "
                    "IS DISTINCT FROM ROW(NEW.subject, NEW.paper, NEW.issued_on)"
                ),
            ),
            pgtrigger.Protect(
                name="documentnumber_void_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'void' AND "
                    "ROW(OLD.void_reason, OLD.object_type_id, OLD.object_id) "
                    "IS DISTINCT FROM ROW(NEW.void_reason, NEW.object_type_id, NEW.object_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return page_of("desk:documentnumber_detail", self.pk)

    def is_of(self, subject: Any) -> bool:
        """Whether the number stands on a paper of this very object."""
        if subject is None or self.object_id != subject.pk:
            return False
        return self.object_type_id == ContentType.objects.get_for_model(subject).pk
