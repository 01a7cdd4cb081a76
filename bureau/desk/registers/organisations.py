"""Companies, property managers and offices that the bureau deals with."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.desk.bulk import BulkEdit, BulkVerb
from bureau.desk.filters import ArchivedFilter, BaseFilterSet, QuickSearch, StateFilter
from bureau.desk.forms import NounForm
from bureau.desk.parts import ReasonForm
from bureau.desk.tables import Column, LinkColumn, MomentColumn, Table, WordColumn
from bureau.desk.views import ArchiveAction, CreatePage, DetailPage, EditPage, Group, ListPage
from bureau.desk.views.detail import is_archived
from bureau.people import services
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation, Posting

EVERY = Organisation.objects.all()
SHOWN = 50


class OrganisationTable(Table):
    """Organisations in the order of their names' sound."""

    name = LinkColumn(_("Name"), sort="pinyin")
    kind = WordColumn(_("Kind"))
    short_name = Column(_("Short name"))
    hotline = Column(_("Hotline"))
    permit_number = Column(_("Heating permit number"))
    credit_code = Column(_("Unified social credit code"), chosen=False)
    address = Column(_("Address"), chosen=False)
    changed = MomentColumn(_("Last changed"), "updated_at", chosen=False)
    default_sort = "name"


class OrganisationFilter(BaseFilterSet):
    """By name, by kind."""

    q = QuickSearch(code="credit_code")
    kind = StateFilter(choices=OrganisationKind.choices, label=_("Kind"))
    archived = ArchivedFilter()


class OrganisationForm(NounForm):
    """An organisation and how to reach it."""

    sections = {
        _("Organisation"): ("kind", "name", "short_name", "credit_code", "permit_number"),
        _("Contact"): ("hotline", "address", "contact_name", "contact_phone"),
    }

    class Meta:
        model = Organisation
        fields = (
            "kind", "name", "short_name", "credit_code", "permit_number", "hotline", "address",
            "contact_name", "contact_phone",
        )  # fmt: skip


class OrganisationView:
    """Where the pages of organisations stand."""

    namespace = "desk"
    icon = "building"


class OrganisationList(OrganisationView, ListPage):
    """All organisations."""

    queryset, filterset, table = EVERY, OrganisationFilter, OrganisationTable
    title = _("Organisations")
    first_step = _("Add the first one; the import of a ledger also adds those it names.")
    export_name = "organisations"
    bulk = (
        BulkEdit(
            form=OrganisationForm,
            fields=("kind", "hotline", "address", "contact_name", "contact_phone"),
            save=services.edit_organisation,
        ),
        BulkVerb(
            "archive", _("Archive"), call=services.archive_organisation, form=ReasonForm,
            kind="danger", icon="archive",
        ),
    )  # fmt: skip


class OrganisationPage(OrganisationView, DetailPage):
    """One organisation, and who is posted to it."""

    queryset = EVERY
    template = "people/organisation_detail.html"
    wanted = ("hotline", "contact_name", "contact_phone")
    facts = (
        Group(
            _("Organisation"),
            WordColumn(_("Kind"), "kind"),
            Column(_("Short name"), "short_name"),
            Column(_("Unified social credit code"), "credit_code"),
            Column(_("Heating permit number"), "permit_number"),
        ),
        Group(
            _("Contact"),
            Column(_("Hotline"), "hotline"),
            Column(_("Address"), "address"),
            Column(_("Contact person"), "contact_name"),
            Column(_("Contact phone"), "contact_phone"),
        ),
    )

    def extra(self) -> dict[str, Any]:
        """Add the people posted here, for whoever may see their accounts."""
        reader = self.request.user
        held = Posting.objects.visible_to(reader, "people.view_user").not_over()
        here = held.filter(organisation=self.object).select_related("user", "role")
        return {
            "people": here.order_by("user__pinyin", "pk")[:SHOWN],
            "people_shown": bool(reader.areas("people.view_user")),
            "grant_url": self.grant_url(),
        }

    def grant_url(self) -> str:
        """Return the way to a new posting here, for who may grant one."""
        if is_archived(self.object) or not self.request.user.has_perm("people.add_posting"):
            return ""
        return f"{reverse('desk:posting_create')}?organisation={self.object.pk}"


class OrganisationCreate(OrganisationView, CreatePage):
    """A new organisation."""

    form, title = OrganisationForm, _("Add an organisation")

    def save(self, form: Any) -> Organisation:
        return services.create_organisation(actor=self.request.user, **form.values)


class OrganisationEdit(OrganisationView, EditPage):
    """A change of an organisation."""

    queryset, form = EVERY, OrganisationForm

    def save(self, form: Any) -> Organisation:
        return services.edit_organisation(
            self.object,
            form.values,
            actor=self.request.user,
            version=form.cleaned_data["version"],
        )


class OrganisationArchive(OrganisationView, ArchiveAction):
    """Putting an organisation away."""

    queryset = EVERY

    def archive(self, note: str) -> Organisation:
        return services.archive_organisation(self.object, actor=self.request.user, note=note)
