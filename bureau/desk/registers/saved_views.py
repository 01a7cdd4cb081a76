"""Saved views: kept from a list's menu, named, shared, copied and deleted here."""

from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bureau.core.errors import BusinessError
from bureau.desk import paging, tastes
from bureau.desk.filters import BaseFilterSet, TickFilter
from bureau.desk.forms import NounForm
from bureau.desk.models import SavedView
from bureau.desk.services import lists as services
from bureau.desk.tables import BooleanColumn, Column, LinkColumn, MomentColumn, Table
from bureau.desk.views import ArchiveAction, EditPage, ListPage
from bureau.desk.views.base import subject
from bureau.desk.views.verbs import answer, is_ours, refusal
from bureau.people.models import Role

EVERY = SavedView.objects.select_related("owner", "default_for_role")


class ListColumn(Column):
    """The list that a view belongs to, by its title."""

    def text(self, value: Any) -> str:
        return title_of(value)


class SavedViewTable(Table):
    """Views by name."""

    name = LinkColumn(_("View"), sort="name")
    list = ListColumn(_("List"), "list_key")
    owner = Column(_("Owner"))
    is_shared = BooleanColumn(_("Shared"))
    role = Column(_("Opens the list for"), "default_for_role")
    changed = MomentColumn(_("Last changed"), "updated_at")
    edit = LinkColumn(
        _("Change"),
        value=lambda row: _("Rename or share") if row.is_mine else None,
        to=lambda row: reverse("desk:savedview_edit", args=[row.pk]),
    )
    delete = LinkColumn(
        _("Delete"),
        value=lambda row: _("Delete") if row.is_mine else None,
        to=lambda row: reverse("desk:savedview_archive", args=[row.pk]),
    )
    default_sort = "name"


class SavedViewFilter(BaseFilterSet):
    """One's own or shared ones."""

    shared = TickFilter(field_name="is_shared", label=_("Shared ones only"))


class SavedViewForm(NounForm):
    """A view's name and who else sees it."""

    default_for_role = forms.ModelChoiceField(
        Role.objects.order_by("code"),
        label=_("Opens the list for"),
        required=False,
        help_text=_("Everybody in this role sees the list so when it is opened."),
    )

    class Meta:
        model = SavedView
        fields = ("name", "is_shared", "default_for_role")
        labels = {"is_shared": _("Shared with everybody who sees the list")}
        help_texts = {"is_shared": _("Everybody sees only the rows within their own scope.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The service asks the constraints and answers in sentences.
        self.instance.validate_constraints = lambda exclude=None: None
        if not self.user.has_perm(services.SHARE) and not self.instance.is_shared:
            del self.fields["is_shared"]
        if self.user.has_perm(services.SET_DEFAULT):
            # A role has no place: whoever may set its view may choose any.
            self.fields["default_for_role"].queryset = Role.objects.order_by("code")
        else:
            del self.fields["default_for_role"]


class SavedViewBase:
    """Where the pages of saved views stand; everybody has some of their own."""

    namespace = "desk"
    icon = "bookmark"


class SavedViewList(SavedViewBase, ListPage):
    """One's own views and the shared ones."""

    queryset, filterset, table = EVERY, SavedViewFilter, SavedViewTable
    title = _("Saved views")
    description = _("The filters, columns and order of a list under a name.")
    first_step = _("Open a list, set its filters and columns, and save them under “Views”.")
    export_name = "saved-views"
    has_views = False

    def require(self, needs: str) -> None:
        """Refuse nobody: the rows are one's own and the shared ones."""

    def scoped(self) -> QuerySet:
        mine = ExpressionWrapper(Q(owner=self.request.user.pk), BooleanField())
        return super().scoped().current().annotate(is_mine=mine)


class SavedViewEdit(SavedViewBase, EditPage):
    """A view's name and who else sees it."""

    queryset, form = EVERY, SavedViewForm

    def save(self, form: Any) -> SavedView:
        return services.change_view(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )

    def context(self, form: Any) -> dict[str, Any]:
        """Go back to the views, not to the list that this one opens."""
        return super().context(form) | {"back_url": self.url("list")}


class SavedViewArchive(SavedViewBase, ArchiveAction):
    """Taking a view out of every menu."""

    queryset = EVERY

    def archive(self, note: str) -> SavedView:
        return services.archive_view(self.object, actor=self.request.user, note=note)


# --- What a list's own menus post ------------------------------------------------------------
class NoListError(Exception):
    """The form does not say which list it is about."""


def about_a_list(view: Any) -> Any:
    """Answer a form that names no list with a sentence."""

    @require_POST
    @wraps(view)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except NoListError:
            sentence = gettext("The form was incomplete. Reload the page and try again.")
            return refusal(request, [sentence], Place("/"), 422)

    return checked


def listing_of(request: HttpRequest) -> tuple[Any, str]:
    """Return the list page that the form names in ``next`` and its address."""
    address = request.POST.get("next", "")
    path, _mark, query = address.partition("?")
    try:
        found = getattr(resolve(path).func, "view_class", None) if is_ours(request, path) else None
    except Resolver404:
        found = None
    if not (isinstance(found, type) and issubclass(found, ListPage)):
        raise NoListError
    return found(), f"{path}?{query}" if query else path


def title_of(list_key: str) -> str:
    """Return the title of a list by its key; the key itself where the list is no more."""
    url = SavedView(list_key=list_key).list_url
    listing = getattr(resolve(url).func, "view_class", None) if url else None
    return str(getattr(listing, "title", "") or list_key)


def without(address: str, *words: str, **more: str) -> str:
    """Return an address without some words of its query, and with others."""
    path, _mark, query = address.partition("?")
    kept = QueryDict(query, mutable=True)
    for word in words:
        kept.pop(word, None)
    for word, value in more.items():
        kept[word] = value
    return f"{path}?{kept.urlencode()}" if kept else path


@about_a_list
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the columns in their order, the rows per page, or the view a list opens with."""
    page, address = listing_of(request)
    sent, user = request.POST, request.user
    if "size" in sent:
        services.choose(user, page.list_key, size=paging.page_size(sent["size"]))
        return redirect(without(address, "size", "cursor"))
    if "opens" in sent:
        return open_with(request, page, address)
    if "reset" in sent:
        services.choose(user, page.list_key, columns=[])
        return redirect(without(address, "columns", "part"))
    keys = [key for key in sent.getlist("columns") if key in page.table.columns]
    keys = [column.key for column in page.table.chosen_columns(keys)] if keys else []
    moved = sent.get("up") or sent.get("down")
    if moved:
        keys = shifted(keys, moved, -1 if "up" in sent else 1)
    services.choose(user, page.list_key, columns=keys or [next(iter(page.table.columns))])
    if moved:
        return redirect(without(address, "columns", part="columns"))
    return redirect(without(address, "columns", "part"))


def shifted(keys: list[str], key: str, step: int) -> list[str]:
    """Return the keys with one of them a place further; the first column stays in front."""
    if key not in keys[1:]:
        return keys
    here = keys.index(key)
    there = min(max(here + step, 1), len(keys) - 1)
    moved = [one for one in keys if one != key]
    return [*moved[:there], key, *moved[there:]]


def open_with(request: HttpRequest, page: Any, address: str) -> HttpResponse:
    """Let the list open with a view, with everything, or with what the role says."""
    wanted, key = request.POST["opens"], page.list_key
    if wanted == tastes.EVERYTHING:
        services.open_with(request.user, key, None, all_rows=True)
    elif wanted == "role":
        services.open_with(request.user, key, None)
    else:
        view = subject(request, SavedView.objects.current().filter(list_key=key), number(wanted))
        services.open_with(request.user, key, view)
    messages.success(request, gettext("The list opens so from now on."))
    return redirect(address)


def number(text: str) -> int:
    """Return an id that a form sent; 404 for what is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def in_hand(page: Any, address: str, request: HttpRequest) -> dict[str, Any]:
    """Return what the list at an address shows now: filters, order and columns."""
    words = page.filterset.settled(QueryDict(address.partition("?")[2]), request.user)
    page.setup(request)
    columns = words.getlist("columns") or list(page.taste.columns)
    sort = words.get("sort", "")
    return {
        "query": tastes.filters_of(words, page.filterset.base_filters),
        "columns": [column.key for column in page.table.chosen_columns(columns)],
        "sort": sort if page.table.checked_sort(sort) == sort else "",
    }


@about_a_list
def save(request: HttpRequest) -> HttpResponse:
    """Keep what a list shows under a new name."""
    page, address = listing_of(request)
    role = None
    if wanted := request.POST.get("role"):
        role = Role.objects.filter(pk=number(wanted)).first()
    try:
        view = services.save_view(
            actor=request.user,
            list_key=page.list_key,
            name=request.POST.get("name", ""),
            is_shared=bool(request.POST.get("is_shared")),
            default_for_role=role,
            **in_hand(page, address, request),
        )
    except BusinessError as error:
        return refusal(request, [error.sentence], Place(address), 409, code=str(error.code))
    except forms.ValidationError as error:
        return refusal(request, error.messages, Place(address), 422)
    messages.success(request, gettext("The view “%(name)s” was saved.") % {"name": view})
    return redirect(view.get_absolute_url())


class Place:
    """An address to go back to, where no object has one."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get_absolute_url(self) -> str:
        """Return the address."""
        return self.address


@about_a_list
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the list shows now back into a view of one's own."""
    view = subject(request, EVERY.current(), pk, "desk.change_savedview")
    page, address = listing_of(request)
    if page.list_key != view.list_key:
        raise NoListError
    changes = in_hand(page, address, request)
    return answer(
        request,
        view,
        lambda: services.change_view(view, changes, actor=request.user),
        done=gettext("The view “%(name)s” was saved.") % {"name": view},
        then=view.get_absolute_url(),
    )


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a copy of a view as one's own."""
    view = subject(request, EVERY.current(), pk)
    made = services.copy_view(view, actor=request.user)
    messages.success(request, gettext("The view “%(name)s” is yours now.") % {"name": made})
    return redirect(made.get_absolute_url())
