"""All pages of a noun that a keeper writes, from one declaration."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    Model,
    QuerySet,
)
from django.urls import URLPattern
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from bureau.desk.bulk import BulkChange, BulkEdit, BulkVerb
from bureau.desk.filters import BaseFilterSet
from bureau.desk.forms import NounForm, form_of
from bureau.desk.parts import ReasonForm
from bureau.desk.routes import noun
from bureau.desk.tables import (
    BooleanColumn,
    Column,
    DateColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
    WordColumn,
)
from bureau.desk.views.archive import ArchiveAction, Dependent, RestoreAction
from bureau.desk.views.detail import DetailPage, Group
from bureau.desk.views.edit import CreatePage, EditPage
from bureau.desk.views.list import ListPage
from bureau.records.keeper import Keeper

# A moment is a day to the model's fields too, so it stands first.
COLUMNS: dict[type, type[Column]] = {
    DateTimeField: MomentColumn,
    DateField: DateColumn,
    BooleanField: BooleanColumn,
    IntegerField: NumberColumn,
}


class KeptPages:
    """List, page, new, edit, archive, restore and bulk changes of a plain noun::

        class SourcePages(KeptPages):
            keeper = sources
            queryset = HeatSource.objects.select_related("organisation")
            filterset, table = HeatSourceFilter, HeatSourceTable
            title, icon, bulk_fields = _("Heat sources"), "flame", ("kind", "organisation")

        urlpatterns = [*SourcePages.routes("sources", "source")]

    Without ``table``, ``form`` and ``facts`` each shows the keeper's fields in their order. A page
    that needs more is a class of its own: ``list_page``, ``detail_page``, ``create_page`` and
    ``edit_page`` name what each is made of; ``dependents`` what hangs on an object.
    """

    keeper: ClassVar[Keeper]
    queryset: ClassVar[QuerySet]
    #: Where the addresses stand, if not under the noun's own app.
    namespace: ClassVar[str] = ""
    filterset: ClassVar[type[BaseFilterSet]]
    table: ClassVar[type[Table] | None] = None
    form: ClassVar[type[NounForm] | None] = None
    title: ClassVar[Any] = ""
    create_title: ClassVar[Any] = ""
    description: ClassVar[Any] = ""
    first_step: ClassVar[Any] = _("Add the first one, or import a ledger of them.")
    icon: ClassVar[str] = "folder"
    export_name: ClassVar[str] = ""
    status: ClassVar[StatusColumn | None] = None
    facts: ClassVar[Sequence[Group]] = ()
    bulk_fields: ClassVar[Sequence[str]] = ()
    bulk: ClassVar[Sequence[BulkChange]] = ()
    list_page: ClassVar[type[ListPage]] = ListPage
    detail_page: ClassVar[type[DetailPage]] = DetailPage
    create_page: ClassVar[type[CreatePage]] = CreatePage
    edit_page: ClassVar[type[EditPage]] = EditPage

    @staticmethod
    def dependents(_subject: Any) -> Sequence[Dependent]:
        """Return what hangs on an object and stays when it is put away."""
        return ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        model, fields = cls.keeper.model, cls.keeper.fields
        if cls.table is None:
            cls.table = table_of(model, fields)
        if cls.form is None:
            cls.form = form_of(model, fields)
        if not cls.facts:
            columns = [column_of(model._meta.get_field(name)) for name in fields]
            cls.facts = (Group(capfirst(model._meta.verbose_name), *columns),)

    @classmethod
    def routes(cls, plural: str, name: str) -> list[URLPattern]:
        """Return the addresses of every page, ``sources/`` to ``sources/1/restore/``."""
        named = {"noun": name, "namespace": cls.namespace, "keeper": cls.keeper}
        bare = named | {"queryset": cls.queryset}
        shared = bare | {"icon": cls.icon}
        new = named | {"form": cls.form, "title": cls.create_title}
        archive = {"dependents_of": staticmethod(cls.dependents)}
        page = {"status": cls.status, "facts": cls.facts}
        return noun(
            plural,
            name,
            list=cls._page(cls.list_page, shared | cls._listing(plural)),
            detail=cls._page(cls.detail_page, shared | page),
            create=cls._page(_Create, new, cls.create_page),
            edit=cls._page(_Edit, bare | {"form": cls.form}, cls.edit_page),
            archive=cls._page(_Archive, bare | archive),
            restore=cls._page(_Restore, bare),
        )

    @classmethod
    def _page(cls, base: type, facts: dict[str, Any], *more: type) -> Any:
        bases = (base, *(one for one in more if not issubclass(base, one)))
        return type(f"{cls.__name__}{base.__name__}", bases, facts)

    @classmethod
    def _listing(cls, plural: str) -> dict[str, Any]:
        changes = list(cls.bulk)
        if cls.bulk_fields:
            changes.append(
                BulkEdit(form=cls.form, fields=tuple(cls.bulk_fields), save=cls.keeper.edit)
            )
        changes.append(
            BulkVerb("archive", _("Archive"), call=cls.keeper.archive,
                     form=ReasonForm, kind="danger", icon="archive")
        )  # fmt: skip
        return {
            "filterset": cls.filterset,
            "table": cls.table,
            "title": cls.title,
            "description": cls.description,
            "first_step": cls.first_step,
            "export_name": cls.export_name or plural,
            "bulk": tuple(changes),
        }


def table_of(model: type[Model], fields: Iterable[str]) -> type[Table]:
    """Return the table of a named noun: its name first, its states as badges."""
    label = capfirst(model._meta.verbose_name)
    columns: dict[str, Any] = {"name": LinkColumn(label, sort="pinyin")}
    for field in (model._meta.get_field(name) for name in fields):
        drawn = column_of(field)
        state = isinstance(drawn, WordColumn)
        columns.setdefault(field.name, StatusColumn(drawn.label) if state else drawn)
    return type(f"{model.__name__}Table", (Table,), {**columns, "default_sort": "name"})


def column_of(field: Any) -> Column:
    """Return the column that draws a field of a noun as its kind asks."""
    label = capfirst(field.verbose_name)
    if field.is_relation:
        return LinkColumn(label, field.name)
    if field.choices:
        return WordColumn(label, field.name)
    if isinstance(field, DecimalField):
        return NumberColumn(label, field.name, places=field.decimal_places)
    for kind, column in COLUMNS.items():
        if isinstance(field, kind):
            return column(label, field.name)
    return Column(label, field.name)


class _Create:
    """A new object."""

    def save(self: Any, form: Any) -> Any:
        """Register it."""
        return self.keeper.register(actor=self.request.user, **form.values)


class _Edit:
    """A change of an object."""

    def save(self: Any, form: Any) -> Any:
        """Change it, unless somebody else has."""
        version = form.cleaned_data["version"]
        return self.keeper.edit(self.object, form.values, actor=self.request.user, version=version)


class _Archive(ArchiveAction):
    """Putting an object away."""

    keeper: ClassVar[Keeper]
    dependents_of: ClassVar[Any]

    def dependents(self) -> Sequence[Dependent]:
        return self.dependents_of(self.object)

    def archive(self, note: str) -> Any:
        return self.keeper.archive(self.object, actor=self.request.user, note=note)


class _Restore(RestoreAction):
    """Taking an object back."""

    keeper: ClassVar[Keeper]

    def restore(self) -> Any:
        return self.keeper.restore(self.object, actor=self.request.user)
