"""The pages of a noun. A whole noun is this much:

In ``heating/tables.py``, ``filters.py`` and ``forms.py``::

    class SubstationTable(Table):
        name = LinkColumn(_("Name"), sort="pinyin")
        code = Column(_("Code"), sort="code")
        estate = LinkColumn(_("Estate"))
        mode = StatusColumn(_("Run by"), "current_mode")
        area = AreaColumn(_("Connected area"), "connected_area", sort="connected_area")
        default_sort = "name"

    class SubstationFilter(BaseFilterSet):
        q = QuickSearch(code="code")
        place = PlaceFilter()
        mode = StateFilter(choices=ManagementMode.choices, field_name="current_mode")
        company = ScopedChoiceFilter(queryset=Organisation.objects.all(), label=_("Company"))
        built = YearRangeFilter(label=_("Year built"), field_name="year_built")
        archived = ArchivedFilter()

    class SubstationForm(NounForm):
        sections = {_("Position"): ("estate", "longitude", "latitude")}
        class Meta:
            model = Substation
            fields = ("name", "code", "estate", "longitude", "latitude")

In ``heating/views/stations.py``::

    class SubstationList(ListPage):
        queryset = Substation.objects.select_related("estate")
        filterset, table, title = SubstationFilter, SubstationTable, _("Heat substations")
        first_step = _("Add the first one, or import the office's ledger.")
        bulk = (
            BulkEdit(form=SubstationForm, fields=("heat_source",), save=services.edit_substation),
            BulkVerb("archive", _("Archive"), call=services.archive_substation, form=ReasonForm),
        )

    class SubstationPage(DetailPage):
        queryset = Substation.objects.select_related("estate")
        status = StatusColumn(_("Run by"), "current_mode")
        facts = (Group(_("Place"), Column(_("Code"), "code"), LinkColumn(_("Estate"), "estate")),)

    class SubstationCreate(CreatePage):
        form, title = SubstationForm, _("Add a heat substation")
        def save(self, form):
            return services.create_substation(actor=self.request.user, **form.values)

    class SubstationEdit(EditPage):
        queryset, form = Substation.objects.all(), SubstationForm
        def save(self, form):
            return services.edit_substation(
                self.object, actor=self.request.user, version=form.cleaned_data["version"],
                **form.values)

    class SubstationArchive(ArchiveAction):
        queryset = Substation.objects.all()
        def dependents(self): return [Dependent(_("Equipment"), self.object.equipment.count())]
        def archive(self, note):
            return services.archive_substation(self.object, actor=self.request.user, note=note)

In ``heating/urls.py`` (names ``heating:substation_list``, ``_detail``, ``_create``, ``_edit``,
``_archive``, ``_bulk``, ``_note``, ``_file``)::

    urlpatterns = [*noun("substations", "substation", list=SubstationList, detail=SubstationPage,
                         create=SubstationCreate, edit=SubstationEdit, archive=SubstationArchive)]

The list brings saved views, columns chosen and put in order, rows per page, and what ``bulk``
declares (``bureau/desk/bulk.py``): every row through its own service, permission and version, in a
background task with a result per row.

A verb is a function: ``@require_POST``, ``subject(request, queryset, pk, permission)`` (404 out of
scope, 403 without the permission), then ``return answer(request, obj, lambda: services.verb(...),
done=_("…"))``, which turns a BusinessError into its sentence with 409, a ValidationError into 422.
"""

from bureau.desk.routes import noun
from bureau.desk.views.archive import ArchiveAction, Dependent, RestoreAction
from bureau.desk.views.base import Action, NounView, subject
from bureau.desk.views.detail import DetailPage, FileAction, Group, NoteAction
from bureau.desk.views.edit import CreatePage, EditPage
from bureau.desk.views.list import ListPage
from bureau.desk.views.steps import StepsPage
from bureau.desk.views.verbs import answer

__all__ = [
    "Action",
    "ArchiveAction",
    "CreatePage",
    "Dependent",
    "DetailPage",
    "EditPage",
    "FileAction",
    "Group",
    "ListPage",
    "NoteAction",
    "NounView",
    "RestoreAction",
    "StepsPage",
    "answer",
    "noun",
    "subject",
]
