"""Laws, schemes, standards and drafts: on what basis the office acts."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core import clock
from bureau.desk.filters import (
    ArchivedFilter,
    BaseFilterSet,
    ChoiceFilter,
    QuickSearch,
    StateFilter,
)
from bureau.desk.forms import DayInput, DeskForm, NounForm
from bureau.desk.pickers import Picker, PickerField, register
from bureau.desk.tables import Column, DateColumn, LinkColumn, StatusColumn, Table, WordColumn
from bureau.desk.views import (
    ArchiveAction,
    CreatePage,
    Dependent,
    DetailPage,
    EditPage,
    Group,
    ListPage,
    answer,
    subject,
)
from bureau.desk.views.base import NO_PERMISSION, Action
from bureau.desk.views.verbs import refusal
from bureau.documents import services
from bureau.documents.choices import DocumentKind, IssuerLevel
from bureau.documents.models import Article, Document

CHANGE = "documents.change_document"
EVERY = Document.objects.select_related("replaced_by")
BELOW_ARTICLE = 50


class DocumentTable(Table):
    """Documents in the order of their titles' sound."""

    title = LinkColumn(_("Title"), "__str__", sort="pinyin")
    kind = WordColumn(_("Kind"))
    number = Column(_("Document number"))
    standing = StatusColumn(_("State"))
    level = WordColumn(_("Level of the issuer"))
    issuer = Column(_("Issuer"), chosen=False)
    issued_on = DateColumn(_("Issued on"), sort="issued_key")
    in_force_from = DateColumn(_("In force from"))
    in_force_until = DateColumn(_("In force until"), chosen=False)
    replaced_by = LinkColumn(_("Replaced by"), chosen=False)
    default_sort = "title"


class StandingFilter(django_filters.ChoiceFilter):
    """Whether a document is in force today."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("yes", _("in force")), ("no", _("not in force"))]
        super().__init__(choices=choices, empty_label=_("any"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        holding = Document.objects.in_force(clock.today()).values("pk")
        return qs.filter(pk__in=holding) if value == "yes" else qs.exclude(pk__in=holding)


class DocumentFilter(BaseFilterSet):
    """By title or number, kind, level and whether it is in force."""

    q = QuickSearch(names="title", code="number")
    kind = StateFilter(choices=DocumentKind.choices, label=_("Kind"))
    level = ChoiceFilter(choices=IssuerLevel.choices, label=_("Level of the issuer"))
    standing = StandingFilter(label=_("State"))
    archived = ArchivedFilter()


DOCUMENTS = register(
    Picker("document", Document.objects.all(), lambda row: row.number or row.edition, name="title")
)


class DocumentForm(NounForm):
    """A document; what no source at hand tells stays empty."""

    sections = {
        _("Document"): ("kind", "title", "short_title", "edition", "number", "issuer", "level"),
        _("Validity"): ("issued_on", "in_force_from", "in_force_until", "replaced_by"),
        _("Source"): ("source", "remarks"),
    }

    replaced_by = PickerField(DOCUMENTS, label=_("Replaced by"), required=False)

    class Meta:
        model = Document
        fields = services.DOCUMENT_FIELDS
        widgets = {
            "issued_on": DayInput,
            "in_force_from": DayInput,
            "in_force_until": DayInput,
            "remarks": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heir = self.fields["replaced_by"]
        heir.queryset = heir.queryset.exclude(pk=self.instance.pk)


class ArticleForm(DeskForm):
    """An article that papers may cite."""

    number = forms.IntegerField(label=_("Article"), min_value=1, max_value=2000)
    suffix = forms.IntegerField(
        label=_("Inserted article"),
        min_value=0,
        max_value=BELOW_ARTICLE,
        initial=0,
        help_text=_("1 for an article inserted behind it, else 0."),
    )
    summary = forms.CharField(
        label=_("What it says"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DocumentView:
    """Where the pages of documents stand."""

    namespace = "desk"
    icon = "file-text"
    list_title = _("Documents")


class DocumentList(DocumentView, ListPage):
    """All documents."""

    queryset, filterset, table = EVERY, DocumentFilter, DocumentTable
    title = _("Documents")
    description = _("Laws, regulations, schemes, standards and drafts: on what basis we act.")
    first_step = _("Add the first one, or import the office's ledger of documents.")
    export_name = "documents"


class DocumentPage(DocumentView, DetailPage):
    """One edition with its articles."""

    queryset = EVERY
    template = "documents/document_detail.html"
    status = StatusColumn("", "standing")
    facts = (
        Group(
            _("Document"),
            WordColumn(_("Kind"), "kind"),
            Column(_("Short title"), "short_title"),
            Column(_("Edition"), "edition"),
            Column(_("Document number"), "number"),
            Column(_("Issuer"), "issuer"),
            WordColumn(_("Level of the issuer"), "level"),
        ),
        Group(
            _("Validity"),
            DateColumn(_("Issued on"), "issued_on"),
            DateColumn(_("In force from"), "in_force_from"),
            DateColumn(_("In force until"), "in_force_until"),
            LinkColumn(_("Replaced by"), "replaced_by"),
        ),
        Group(_("Source"), Column(_("Source"), "source"), Column(_("Remarks"), "remarks")),
    )

    def actions(self) -> list[Action]:
        """Return the form that adds an article."""
        document, user = self.object, self.request.user
        allowed = user.can(CHANGE, document) and not document.is_archived
        why = _("It is archived and stays as it is.") if document.is_archived else NO_PERMISSION
        return [
            Action(
                "add-article",
                _("Add an article"),
                reverse("desk:document_add_article", args=[document.pk]),
                enabled=allowed,
                reason="" if allowed else why,
                form=ArticleForm(user=user, auto_id="article-%s") if allowed else None,
                icon="plus",
            )
        ]

    def extra(self) -> dict[str, Any]:
        """Add the articles and the editions before this one."""
        may_change = self.request.user.can(CHANGE, self.object) and not self.object.is_archived
        return {
            "articles": self.object.articles.order_by("number", "suffix"),
            "replaces": self.object.replaces.order_by("pk"),
            "may_change": may_change,
        }


class DocumentCreate(DocumentView, CreatePage):
    """A new document."""

    form, title = DocumentForm, _("Add a document")

    def save(self, form: Any) -> Document:
        """Hand the form to the service."""
        return services.create_document(actor=self.request.user, **form.values)


class DocumentEdit(DocumentView, EditPage):
    """A change of a document."""

    queryset, form = EVERY, DocumentForm

    def save(self, form: Any) -> Document:
        """Hand the form to the service."""
        version = form.cleaned_data["version"]
        return services.edit_document(
            self.object, actor=self.request.user, version=version, **form.values
        )


class DocumentArchive(DocumentView, ArchiveAction):
    """Putting a document away."""

    queryset = EVERY

    def dependents(self) -> list[Dependent]:
        """Return the articles that papers may cite."""
        return [Dependent(_("Articles"), self.object.articles.count())]

    def archive(self, note: str) -> Document:
        """Call the service."""
        return services.archive_document(self.object, actor=self.request.user, note=note)


@require_POST
def add_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an article to a document."""
    document = subject(request, EVERY.all(), pk, CHANGE)
    form = ArticleForm(request.POST, user=request.user)
    if not form.is_valid():
        sentences = [f"{label}: {line}" for label, line, _i in form.problems]
        return refusal(request, sentences, document, 422)
    return answer(
        request,
        document,
        lambda: services.add_article(document, actor=request.user, **form.cleaned_data),
        done=_("The article was added."),
    )


@require_POST
def remove_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out an article that was entered by mistake."""
    article = subject(request, Article.objects.select_related("document"), pk)
    document = subject(request, EVERY.all(), article.document_id, CHANGE)
    return answer(
        request,
        document,
        lambda: services.remove_article(article, actor=request.user),
        done=_("The article was taken out."),
    )
