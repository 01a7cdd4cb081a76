"""New and changed objects; nobody overwrites what somebody else saved without seeing it."""

import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.desk import formats
from bureau.desk.forms import NounForm, refuse, spread
from bureau.desk.services import drafts
from bureau.desk.views import conflict
from bureau.desk.views.base import NounView
from bureau.desk.views.detail import is_archived
from bureau.records.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft as its form offers it; ``since`` is what was saved over its version meanwhile."""

    saved_at: datetime
    data: QueryDict
    since: AuditEntry | None
    has_files: bool
    is_outdated: bool
    is_open: bool = False


def last_change(subject: Any) -> AuditEntry | None:
    """Return the newest entry about an object: who saved it last, and when."""
    return AuditEntry.objects.about(subject).first()


class _FormPage(NounView):
    """A page with one form; ``save`` hands the cleaned form to a service and returns the object.

    While somebody types, the page posts ``_draft=save`` to its own address; opened again it
    offers the draft, and ``?draft=continue`` fills it in.
    """

    form: ClassVar[type[NounForm]]
    template = "desk/form.html"
    icon: ClassVar[str] = "pencil"
    keeps_drafts: ClassVar[bool] = True

    def save(self, form: Any) -> Any:
        """Call the service with ``form.values`` and return what it returns."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and "_draft" in request.POST:
            return self.draft(request.POST["_draft"])
        return super().dispatch(request, *args, **kwargs)

    def draft(self, verb: str) -> HttpResponse:
        """Keep what was typed so far, or throw the draft away."""
        user, address = self.request.user, self.request.path
        if verb != "save":
            drafts.drop(user, address)
            return redirect(self.request.get_full_path())
        try:
            kept = drafts.keep(user, address, self.request.POST, self.form.base_fields)
        except BusinessError as error:
            return JsonResponse({"code": error.code, "said": error.sentence}, status=409)
        said = _("Draft kept at %(time)s.") % {"time": formats.clock_time(kept.saved_at)}
        return JsonResponse({"said": said})

    def typed_into(self, data: Any) -> Any:
        """Return the form filled with a draft's data."""
        raise NotImplementedError

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """Return the form for the user."""
        return self.form(*args, user=self.request.user, **kwargs)

    def draw(self, form: Any, status: int = 200) -> HttpResponse:
        """Show the form, its errors on top and beside the fields."""
        offer = self.offer() if self.request.method != "POST" else None
        if offer is not None and self.request.GET.get("draft") == "continue":
            form = self.typed_into(offer.data)
            # Half-filled is no mistake yet: the draft is shown without being checked.
            form._errors = ErrorDict()
            offer = replace(offer, is_open=True)
        context = {"keeps_draft": self.keeps_drafts, "draft": offer, **self.context(form)}
        return render(self.request, self.template, context, status=status)

    def offer(self) -> Offer | None:
        """Return the draft that the user has of this form."""
        draft = drafts.find(self.request.user, self.request.path)
        data = drafts.typed(draft) if draft else None
        if draft is None or data is None:
            return None
        found = getattr(self, "object", None)
        outdated = found is not None and draft.version not in (None, found.version)
        has_files = any(
            isinstance(field, forms.FileField) for field in self.form.base_fields.values()
        )
        return Offer(
            draft.saved_at, data, last_change(found) if outdated else None, has_files, outdated
        )

    def attempt(self, form: Any) -> HttpResponse:
        """Save a form that passed its own checks, or show why it cannot be saved."""
        try:
            saved = self.save(form)
        except BusinessError as error:
            if error.code == Refusal.STALE:
                return self.conflict(form)
            refuse(form, error.sentence)
            return self.draw(form, 409)
        except ValidationError as error:
            spread(form, error)
            return self.draw(form, 422)
        drafts.drop(self.request.user, self.request.path)
        messages.success(self.request, self.done(saved))
        return redirect(saved.get_absolute_url())

    def conflict(self, form: Any) -> HttpResponse:
        """Answer a stale save; only editing can be stale."""
        refuse(form, str(Refusal.STALE.label))
        return self.draw(form, 409)


class CreatePage(_FormPage):
    """A new object."""

    title: ClassVar[Any] = ""
    icon: ClassVar[str] = "plus"

    @property
    def model(self) -> Any:
        return self.form._meta.model

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.permission("add"))
        return self.draw(self.make_form(initial=self.initial()))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.permission("add"))
        form = self.make_form(request.POST, request.FILES, initial=self.initial())
        return self.attempt(form) if form.is_valid() else self.draw(form, 422)

    def draft(self, verb: str) -> HttpResponse:
        self.require(self.permission("add"))
        return super().draft(verb)

    def typed_into(self, data: Any) -> Any:
        return self.make_form(data, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        """Return first values: what the address names, where the form has such fields."""
        names = self.form.base_fields
        return {key: value for key, value in self.request.GET.items() if key in names}

    def context(self, form: Any) -> dict[str, Any]:
        """Return what the template draws."""
        return {
            "form": form,
            "title": self.title or _("New: %(noun)s") % {"noun": self.name},
            "icon": self.icon,
            "back_url": self.url("list"),
            "list_url": self.url("list"),
            "list_title": self.list_title or self.plural,
            "submit": _("Save"),
        }

    def done(self, saved: Any) -> str:
        """Say that it is done."""
        return _("“%(object)s” was added.") % {"object": saved}


class EditPage(_FormPage):
    """A change of an object, checked against the version that the form was drawn from."""

    conflict_template = "desk/conflict.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        self.object = self.find(self.permission("change"))
        if is_archived(self.object):
            return self.too_late()
        return super().dispatch(request, *args, **kwargs)

    def too_late(self) -> HttpResponse:
        """Refuse to edit what is archived; what was typed meanwhile is shown, not lost."""
        if self.request.method != "POST" or "version" not in self.request.POST:
            raise PermissionDenied(_("It is archived and stays as it is."))
        form = self.make_form(self.request.POST, self.request.FILES, **self.bound_to_object())
        form.is_valid()
        return self.compare(form, self.find())

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.draw(self.make_form(**self.bound_to_object()))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        data = conflict.chosen(request.POST)
        form = self.make_form(data, request.FILES, **self.bound_to_object())
        valid = form.is_valid()
        sent = form.cleaned_data.get("version")
        if sent is not None and sent != self.object.version:
            return self.conflict(form)
        if valid and sent is None and "version" in form.fields:
            form.add_error(None, _("The form was incomplete. Reload the page and try again."))
            valid = False
        return self.attempt(form) if valid else self.draw(form, 422)

    def typed_into(self, data: Any) -> Any:
        return self.make_form(data, **self.bound_to_object())

    def bound_to_object(self) -> dict[str, Any]:
        """Return what ties the form to the object; a copy, since checking a form changes it."""
        return {"instance": copy.copy(self.object)}

    def context(self, form: Any) -> dict[str, Any]:
        """Return what the template draws."""
        return {
            "form": form,
            "object": self.object,
            "title": _("Edit: %(object)s") % {"object": self.object},
            "icon": self.icon,
            "back_url": self.object.get_absolute_url(),
            "list_url": self.url("list"),
            "list_title": self.list_title or self.plural,
            "submit": _("Save"),
        }

    def done(self, saved: Any) -> str:
        """Say that it is done."""
        return _("“%(object)s” was saved.") % {"object": saved}

    def conflict(self, form: Any) -> HttpResponse:
        """Show both versions field by field; the reader picks, saves, or takes the other one."""
        return self.compare(form, self.find())

    def compare(self, form: Any, theirs: Any) -> HttpResponse:
        """Draw both versions; those of an archived object can only be read."""
        form.data = form.data.copy()
        form.data["version"] = theirs.version
        current = self.form(instance=theirs, user=self.request.user, prefix=conflict.THEIRS)
        lines = conflict.lines_of(form, current)
        context = self.context(form) | {
            "object": theirs,
            "hidden": [*conflict.carried(form), *conflict.carried(current)],
            "archived": is_archived(theirs),
            "lines": [line for line in lines if line.differs],
            "same": sum(not line.differs and not line.is_file for line in lines),
            "files": [form[line.name] for line in lines if line.is_file],
            "last": last_change(theirs),
        }
        return render(self.request, self.conflict_template, context, status=409)
