"""What every page of a noun does first: find the object within scope, then ask the permission."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views import View

from bureau.core.addresses import address
from bureau.desk.filters import BaseFilterSet

NO_PERMISSION = _("Your postings do not allow this here.")


@dataclass(frozen=True, slots=True)
class Action:
    """A button on a page; one that cannot be pressed says why in ``reason``.

    ``method`` is ``get`` for a page, ``post`` for a verb. ``needs_note`` asks for a reason
    before posting, ``form`` for more fields. ``kind``: primary, plain or danger.
    """

    verb: str
    label: Any
    url: str = ""
    enabled: bool = True
    reason: Any = ""
    needs_note: bool = False
    form: forms.BaseForm | None = None
    method: str = "post"
    kind: str = "plain"
    icon: str = ""
    hint: Any = ""

    @property
    def steady_key(self) -> tuple[Any, ...]:
        """What the button shows, as long as it asks for no form."""
        words = (str(self.label), str(self.reason), str(self.hint))
        looks = (self.verb, self.url, self.method, self.kind, self.icon)
        return *words, *looks, self.enabled, self.needs_note


def permission(model: type[Model], verb: str) -> str:
    """Return the permission's name: ``heating.change_substation``."""
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def subject(
    request: HttpRequest, queryset: QuerySet, pk: int, needs: str | Sequence[str] = ""
) -> Any:
    """Return the object for the user: 404 outside the scope, 403 without the permission.

    Of several permissions one is enough.
    """
    found = get_object_or_404(queryset.visible_to(request.user), pk=pk)
    wanted = (needs,) if isinstance(needs, str) else needs
    if any(wanted) and not any(request.user.can(one, found) for one in wanted):
        raise PermissionDenied
    return found


class NounView(View):
    """The ground of all pages of a noun: names its URLs and its permissions from the model."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "post"]
    queryset: ClassVar[QuerySet]
    noun: ClassVar[str] = ""
    namespace: ClassVar[str] = ""
    #: What leads back to the list is called, where the list has a title of its own.
    list_title: ClassVar[Any] = ""

    @property
    def model(self) -> type[Model]:
        """The noun."""
        return self.queryset.model

    def permission(self, verb: str) -> str:
        """Return the permission of a verb on this noun."""
        return permission(self.model, verb)

    def url(self, page: str, *args: Any) -> str:
        """Return the address of another page of the noun, or nothing where it has none."""
        name = self.noun or self.model._meta.model_name
        namespace = self.namespace or self.model._meta.app_label
        return address(f"{namespace}:{name}_{page}", *args)

    def find(self, needs: str = "") -> Any:
        """Return the object of the address within scope, and check the permission on it."""
        try:
            pk = int(self.kwargs["pk"])
        except (KeyError, ValueError) as error:
            raise Http404 from error
        return subject(self.request, self.queryset.all(), pk, needs)

    def require(self, needs: str) -> None:
        """Refuse whoever holds the permission nowhere."""
        if not self.request.user.has_perm(needs):
            raise PermissionDenied

    @property
    def name(self) -> str:
        """The noun's name in the reader's language."""
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        """The noun's name for many."""
        return capfirst(str(self.model._meta.verbose_name_plural))


class FilteredView(NounView):
    """A page of many rows, narrowed by the words of its address."""

    filterset: ClassVar[type[BaseFilterSet]]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        words: Any = self.filterset.settled(request.GET, request.user)
        request.GET = words
