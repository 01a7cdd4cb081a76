"""Organisations and places through the kit: the smallest nouns prove it."""

from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from bureau.places.models import Division
from tests.factories import OrganisationFactory
from tests.suites import RegistrySuite


class TestOrganisationPages(RegistrySuite):
    """Organisations have no place: every division sees them all."""

    names = "desk:organisation"
    model = Organisation

    def make(self, number):
        return OrganisationFactory.create_batch(number)

    def new(self):
        return {"kind": OrganisationKind.PROPERTY_COMPANY, "name": "水城物业服务有限公司"}

    def change(self, row):
        return {"hotline": "0635-8123456"}

    def bulk_values(self):
        return {"hotline": "0635-8123456"}


class TestDivisionPages(RegistrySuite):
    """The tree is there already; the list opens with it until something is looked for."""

    names = "desk:division"
    model = Division
    searched = "古楼"

    def make(self, number):
        return list(Division.objects.order_by("code")[:number])

    def test_list_shows_the_rows(self, desk):
        rows = self.make(3)
        assert desk.get(self.list_url).context["branches"]
        shown = desk.get(self.list_url, {"size": 25}).context["page"].rows
        assert set(rows) <= set(shown)

    def test_quick_search_finds_by_two_characters(self, desk):
        found = desk.get(self.list_url, {"q": "古楼"}).context["page"].rows
        assert any("古楼" in place.name for place in found)

    def test_export_holds_what_is_filtered(self, desk):
        answer = desk.get(self.list_url, {"format": "csv", "q": "古楼"})
        text = b"".join(answer).decode("utf-8-sig")
        assert "古楼" in text
        assert "高唐" not in text
