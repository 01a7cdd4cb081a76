"""Companies, property managers and offices that the bureau deals with."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import ArchivedFilter, BaseFilterSet, QuickSearch, StateFilter
from bureau.desk.forms import KeptForm
from bureau.desk.tables import Column, LinkColumn, MomentColumn, Table, WordColumn
from bureau.desk.views import DetailPage, Group
from bureau.desk.views.detail import is_archived
from bureau.desk.views.kept import KeptPages
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation, Posting
from bureau.people.services import organisations

SHOWN = 50
CONTACT = ("hotline", "address", "contact_name", "contact_phone")


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


class OrganisationForm(KeptForm):
    """An organisation and how to reach it."""

    sections = {
        _("Organisation"): ("kind", "name", "short_name", "credit_code", "permit_number"),
        _("Contact"): CONTACT,
    }

    class Meta:
        model = Organisation
        fields = organisations.fields


class OrganisationPage(DetailPage):
    """One organisation, and who is posted to it."""

    template = "people/organisation_detail.html"
    wanted = ("hotline", "contact_name", "contact_phone")

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


class OrganisationPages(KeptPages):
    """All pages of organisations."""

    keeper, queryset, namespace = organisations, Organisation.objects.all(), "desk"
    filterset, table, form = OrganisationFilter, OrganisationTable, OrganisationForm
    title, create_title = _("Organisations"), _("Add an organisation")
    first_step = _("Add the first one; the import of a ledger also adds those it names.")
    icon, detail_page = "building", OrganisationPage
    bulk_fields = ("kind", *CONTACT)
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
