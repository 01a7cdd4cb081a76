"""The papers in an object's file, each of a kind that its noun knows: to read and to send."""

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.hanging import FileSerializer, PartsMixin
from bureau.desk.api.serializers import StrictMixin
from bureau.desk.api.viewsets import ReadViewSet
from bureau.records.models import Attachment


class PaperSerializer(FileSerializer):
    """A paper in the file; ``url`` leads to its bytes."""

    class Meta:
        model = Attachment
        fields = ["id", "kind", "name", "content_type", "size", "sha256", "at", "url"]
        read_only_fields = fields


class PapersViewSet(PartsMixin, ReadViewSet):
    """``papers/`` of an object: read by whoever sees it, sent by who may file them."""

    # What would be its files are its papers.
    files: Any = None
    taken: type[serializers.Serializer]
    filers: str | Sequence[str]
    file_paper: Callable[..., Attachment]

    @extend_schema(responses=PaperSerializer(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        parser_classes=[MultiPartParser, FormParser],
        pagination_class=None,
    )
    def papers(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the papers in the file, the newest first."""
        found = Attachment.objects.of(self.get_object())
        return Response(PaperSerializer(found, many=True, context={"request": request}).data)

    @papers.mapping.post
    def send_paper(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put a paper into the file (multipart: ``kind``, ``file``)."""
        found = self.get_object()
        self.require(self.filers, found)
        entries = self.taken(data=request.data)
        entries.is_valid(raise_exception=True)
        given = entries.validated_data
        paper = self.file_paper(found, given["file"], actor=request.user, kind=given["kind"])
        return Response(PaperSerializer(paper, context={"request": request}).data, status=201)


def papers_of(
    kinds: Any, filers: str | Sequence[str], file_paper: Callable[..., Attachment]
) -> type[PapersViewSet]:
    """Return the ground of a noun's viewset that has ``papers/``.

    ``kinds`` are the choices of a paper, ``filers`` the permissions of which one is needed,
    ``file_paper`` is the service that takes the object, the upload, ``actor`` and ``kind``.
    """

    class PaperToFileSerializer(StrictMixin, serializers.Serializer):
        """A paper for the file."""

        kind = serializers.ChoiceField(choices=kinds.choices)
        file = serializers.FileField()

        class Meta:
            ref_name = f"Send{kinds.__name__}"

    class OfKindsViewSet(PapersViewSet):
        @extend_schema(
            request={"multipart/form-data": PaperToFileSerializer}, responses={201: PaperSerializer}
        )
        def send_paper(self, request: Request, *args: Any, **kwargs: Any) -> Response:
            """Put a paper into the file (multipart: ``kind``, ``file``)."""
            return super().send_paper(request, *args, **kwargs)

    OfKindsViewSet.taken, OfKindsViewSet.filers = PaperToFileSerializer, filers
    OfKindsViewSet.file_paper = staticmethod(file_paper)
    return OfKindsViewSet
