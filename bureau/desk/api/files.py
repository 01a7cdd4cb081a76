"""The bytes of pictures and papers, for programs."""

from typing import Any

from csp.decorators import csp
from django.http import FileResponse
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request

from bureau.desk.api.viewsets import CountedMixin
from bureau.desk.views.files import SHUT_IN, sent
from bureau.records.models import Attachment


@method_decorator(csp(SHUT_IN), name="dispatch")
class FileViewSet(CountedMixin, viewsets.GenericViewSet):
    """Files by the ``url`` that the lists of an object's files and papers give."""

    http_method_names = ["get", "head"]
    metadata_class = None
    queryset = Attachment.objects.all()
    lookup_value_regex = r"[0-9]{1,18}"

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take whatever the caller accepts: a file is of the kind it is."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, pk: str) -> FileResponse:
        """Return the file as it is kept, of its own content type."""
        return sent(request.user, int(pk))
