"""Documents, series and numbers for programs; the same services as the pages."""

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.fields import PartField, ScopedRelatedField
from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import CreateMixin, NounViewSet, ReadViewSet, verb
from bureau.desk.registers.documents import DocumentFilter
from bureau.desk.registers.documents_numbers import NumberFilter
from bureau.desk.registers.documents_series import FIRST_YEAR, SeriesFilter
from bureau.documents import rules, services
from bureau.documents.choices import PaperKind
from bureau.documents.models import LAST_YEAR, Article, Document, DocumentNumber, NumberSeries
from bureau.people.models import Organisation

RESERVE = "documents.add_documentnumber"
VOID = "documents.change_documentnumber"


class ArticleSerializer(serializers.ModelSerializer):
    """An article that papers may cite."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Article
        fields = ["id", "number", "suffix", "label", "summary"]


class AddArticleSerializer(StrictMixin, serializers.ModelSerializer):
    """An article that is added; ``suffix`` is 1 for one inserted behind it (第十六条之一)."""

    class Meta:
        model = Article
        fields = ["number", "suffix", "summary"]


class RemoveArticleSerializer(VerbSerializer):
    """Which article is taken out, by its id."""

    article = PartField(queryset=Article.objects.all(), of="document")


class DocumentSerializer(NounSerializer):
    """One edition of a law, scheme, standard or draft with its articles."""

    articles = ArticleSerializer(many=True, read_only=True)

    class Meta:
        model = Document
        fields = ["id", *services.DOCUMENT_FIELDS, "articles", "archived_at", "version"]
        read_only_fields = ["archived_at"]
        # The service finds the double itself and answers 409 with its title.
        validators: list[Any] = []


class DocumentViewSet(NounViewSet):
    """Laws, schemes, standards and drafts."""

    queryset = Document.objects.select_related("replaced_by").prefetch_related("articles")
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    ordering = "pinyin"
    sortable = ("pinyin", "issued_key")

    def save_new(self, values: dict[str, Any]) -> Document:
        """Add the document."""
        return services.create_document(actor=self.actor, **values)

    restore = None

    def put_away(self, obj: Document, note: str) -> Document:
        """Put the document away."""
        return services.archive_document(obj, actor=self.actor, note=note)

    def save_changes(self, obj: Document, changes: dict[str, Any], version: int) -> Document:
        """Change the document."""
        return services.edit_document(obj, actor=self.actor, version=version, **changes)

    @verb("change", AddArticleSerializer)
    def add_article(self, obj: Document, values: dict[str, Any]) -> Document:
        """Add an article that papers may cite."""
        services.add_article(obj, actor=self.actor, **values)
        return obj

    @verb("change", RemoveArticleSerializer)
    def remove_article(self, obj: Document, values: dict[str, Any]) -> Document:
        """Take out an article that was entered by mistake; one that is cited stays."""
        services.remove_article(values["article"], actor=self.actor, note=values["note"])
        return obj


class SeriesSerializer(NounSerializer):
    """A series of numbers; its pattern stays once a number of it exists."""

    organisation = ScopedRelatedField(
        queryset=Organisation.objects.current(), required=False, allow_null=True
    )

    class Meta:
        model = NumberSeries
        fields = ["id", *services.SERIES_FIELDS, "archived_at", "version"]
        read_only_fields = ["archived_at"]
        # The service finds a pattern that reads like another one itself and names that series.
        extra_kwargs = {"pattern": {"validators": []}}


class StartYearSerializer(StrictMixin, serializers.Serializer):
    """Where a year starts, because earlier numbers stand in the paper register."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    first = serializers.IntegerField(min_value=1, max_value=rules.LARGEST)


class ReserveSerializer(StrictMixin, serializers.Serializer):
    """For what paper the next number is wanted."""

    purpose = serializers.CharField(max_length=200)
    paper = serializers.ChoiceField(choices=PaperKind.choices, default=PaperKind.OTHER)
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2200)


class NumberSerializer(NounSerializer):
    """A number in the office's register."""

    used_for = serializers.CharField(source="used_label", read_only=True)

    class Meta:
        model = DocumentNumber
        fields = [
            "id",
            "text",
            "series",
            "year",
            "n",
            "state",
            "origin",
            "paper",
            "subject",
            "issued_on",
            "void_reason",
            "used_for",
            "reserved_at",
        ]
        read_only_fields = fields


class TakeSerializer(StrictMixin, serializers.Serializer):
    """A number typed by hand."""

    text = serializers.CharField(max_length=80)
    subject = serializers.CharField(max_length=200)
    paper = serializers.ChoiceField(choices=PaperKind.choices, default=PaperKind.OTHER)
    issued_on = serializers.DateField(required=False)


class IssueNumberSerializer(StrictMixin, serializers.Serializer):
    """What the paper is about."""

    subject = serializers.CharField(required=False, default="", max_length=200, allow_blank=True)
    paper = serializers.ChoiceField(choices=PaperKind.choices, required=False)


class SeriesViewSet(NounViewSet):
    """Series of numbers; ``reserve`` gives the next one."""

    queryset = NumberSeries.objects.select_related("organisation")
    serializer_class = SeriesSerializer
    filterset_class = SeriesFilter
    ordering = "pinyin"
    restore = None
    files = None  # type: ignore[assignment]

    def save_new(self, values: dict[str, Any]) -> NumberSeries:
        """Add the series."""
        return services.create_series(actor=self.actor, **values)

    def save_changes(self, obj: NumberSeries, changes: dict[str, Any], version: int) -> Any:
        """Change the series."""
        return services.edit_series(obj, actor=self.actor, version=version, **changes)

    def put_away(self, obj: NumberSeries, note: str) -> NumberSeries:
        """Give no more numbers of the series."""
        return services.archive_series(obj, actor=self.actor, note=note)

    @verb("change", StartYearSerializer)
    def start_year(self, obj: NumberSeries, values: dict[str, Any]) -> NumberSeries:
        """Set where a year of the series starts."""
        services.start_year(obj, actor=self.actor, **values)
        return obj

    @extend_schema(request=ReserveSerializer, responses={201: NumberSerializer})
    @action(detail=True, methods=["post"])
    def reserve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Reserve the next number of the series."""
        series = self.get_object()
        self.require(RESERVE, series)
        entries = ReserveSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        given = services.reserve_number(series, actor=self.actor, **entries.validated_data)
        shown = NumberSerializer(given, context=self.get_serializer_context())
        return Response(shown.data, status=201)


class NumberViewSet(HistoryMixin, CreateMixin, ReadViewSet):
    """The register of numbers; posting takes one that was typed by hand."""

    queryset = DocumentNumber.objects.select_related("series")
    serializer_class = NumberSerializer
    filterset_class = NumberFilter
    ordering = "-reserved_at"
    sortable = ("reserved_at", "text", "year")

    @extend_schema(request=TakeSerializer, responses={201: NumberSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter a number that was typed by hand."""
        self.require(RESERVE)
        entries = TakeSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        given = dict(entries.validated_data)
        made: Model = services.take_number(given.pop("text"), actor=self.actor, **given)
        return self.shown(made, status=201)

    @verb(RESERVE, IssueNumberSerializer)
    def issue(self, obj: DocumentNumber, values: dict[str, Any]) -> DocumentNumber:
        """Put a reserved number on its paper."""
        return services.issue_number(obj, actor=self.actor, **values)

    @verb(VOID, VerbSerializer)
    def void(self, obj: DocumentNumber, values: dict[str, Any]) -> DocumentNumber:
        """Void a number for good; ``note`` says why."""
        return services.void_number(obj, values["note"], actor=self.actor)
