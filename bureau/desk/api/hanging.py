"""What hangs on every noun that people keep: its story, its notes, its files."""

from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from bureau.desk.api.pagination import NewestFirst
from bureau.desk.api.serializers import StrictMixin
from bureau.records import services as records
from bureau.records.changes import readable
from bureau.records.models import Attachment, AuditEntry, Note
from bureau.records.verbs import model_of


class ChangeSerializer(serializers.Serializer):
    """One field before and after, in words."""

    field = serializers.CharField()
    label: Any = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class HistorySerializer(serializers.ModelSerializer):
    """One thing that happened to the object."""

    verb_label = serializers.CharField(read_only=True)
    actor_name = serializers.StringRelatedField(source="actor", read_only=True, allow_null=True)
    changes = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = [
            "id", "at", "verb", "verb_label", "actor", "actor_name", "source", "note", "changes",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, entry: AuditEntry) -> list[dict[str, str]]:
        """Return the fields that changed."""
        model = model_of(entry.verb, entry.noun) or self.context["view"].model
        return [
            {"field": one.field, "label": one.label, "before": one.before, "after": one.after}
            for one in readable(model, entry.before, entry.after)
        ]


class NoteSerializer(StrictMixin, serializers.ModelSerializer):
    """A sentence for colleagues."""

    author_name = serializers.StringRelatedField(source="author", read_only=True)
    text = serializers.CharField(max_length=2000)

    class Meta:
        model = Note
        fields = ["id", "at", "author", "author_name", "text"]
        read_only_fields = ["id", "at", "author"]


class FileSerializer(serializers.ModelSerializer):
    """A picture or paper; ``url`` is where its bytes are, for the same key or session."""

    uploaded_by_name = serializers.StringRelatedField(
        source="uploaded_by", read_only=True, allow_null=True
    )
    url = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = [
            "id", "at", "kind", "name", "content_type", "size", "sha256", "width", "height",
            "uploaded_by", "uploaded_by_name", "url",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, paper: Attachment) -> str:
        """Return the address of the bytes."""
        return reverse("attachment-detail", args=[paper.pk], request=self.context["request"])


class SendFileSerializer(serializers.Serializer):
    """A picture or paper to hang on the object."""

    file = serializers.FileField()
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    kind = serializers.SlugField(required=False, default="other", max_length=40)


class HistoryMixin:
    """``history/``: what happened to an object, the newest first."""

    @extend_schema(
        responses=HistorySerializer(many=True),
        parameters=[
            OpenApiParameter("field", OpenApiTypes.STR, description="Only changes of this field.")
        ],
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=NewestFirst)
    def history(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return what happened to the object: who, when, which fields from what to what."""
        entries = AuditEntry.objects.about(self.get_object())
        if name := request.query_params.get("field", "").replace("\0", ""):
            entries = entries.filter(Q(before__has_key=name) | Q(after__has_key=name))
        return self.page_of(entries, HistorySerializer)


class PartsMixin(HistoryMixin):
    """``notes/`` and ``files/`` of an object: read by whoever sees it, added by who may change it.

    ``write`` names another permission than the one to change the object.
    """

    write: str = ""

    def writable(self: Any) -> Model:
        """Return the object of the address if notes and files may be added to it."""
        found = self.get_object()
        self.require(self.write or self.permission("change"), found)
        if getattr(found, "is_archived", False):
            raise exceptions.PermissionDenied(_("It is archived and stays as it is."))
        return found

    @extend_schema(responses=NoteSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=NewestFirst)
    def notes(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the notes on the object, the newest first."""
        found = Note.objects.of(self.get_object()).select_related("author")
        return self.page_of(found, NoteSerializer)

    @extend_schema(request=NoteSerializer, responses={201: NoteSerializer})
    @notes.mapping.post
    def add_note(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Leave a note on the object."""
        subject = self.writable()
        entries = NoteSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        note = records.add_note(subject, entries.validated_data["text"], actor=request.user)
        return Response(NoteSerializer(note).data, status=201)

    @extend_schema(responses=FileSerializer(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        pagination_class=NewestFirst,
        parser_classes=[MultiPartParser],
    )
    def files(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the files of the object, the newest first."""
        found = Attachment.objects.of(self.get_object()).select_related("uploaded_by")
        return self.page_of(found, FileSerializer)

    @extend_schema(
        request={"multipart/form-data": SendFileSerializer}, responses={201: FileSerializer}
    )
    @files.mapping.post
    def add_file(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hang a picture or paper on the object (multipart: ``file``, ``name``, ``kind``)."""
        subject = self.writable()
        entries = SendFileSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        given = entries.validated_data
        paper = records.attach(
            subject, given["file"], actor=request.user, kind=given["kind"], name=given["name"]
        )
        shown = FileSerializer(paper, context=self.get_serializer_context())
        return Response(shown.data, status=201)
