"""Organisations and places through the kit: the smallest nouns prove it."""

from bureau.desk.models import BulkRun
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from bureau.places.models import Division
from tests.factories import OrganisationFactory
from tests.suites import RegistrySuite


class TestOrganisationPages(RegistrySuite):
    """Organisations have no place: every division sees them all."""

    names = "desk:organisation"
    model = Organisation
    path = "organisations"

    def make(self, number):
        return OrganisationFactory.create_batch(number)

    def new(self):
        return {"kind": OrganisationKind.PROPERTY_COMPANY, "name": "水城物业服务有限公司"}

    def change(self, row):
        return {"hotline": "0635-8123456"}

    def bulk_values(self):
        return {"hotline": "0635-8123456"}

    def posted(self):
        return {"kind": OrganisationKind.SUPPLIER, "name": "接口阀门厂"}


class TestDivisionPages(RegistrySuite):
    """The tree is there already; the list opens with it until something is looked for."""

    names = "desk:division"
    model = Division
    searched = "古楼"

    def make(self, number):
        found = Division.objects.order_by("code")
        first = found.get(level=4, name__startswith=self.searched)
        return [first, *found.exclude(pk=first.pk)[: number - 1]]

    def test_villages_change_together_and_other_places_are_refused(self, desk):
        town = Division.objects.get(name="沙镇镇")
        one, two = town.children.order_by("code")[:2]
        Division.objects.filter(pk=two.pk).update(gas_ready=True, demolition_year=2024)
        query = f"pk={one.pk}&pk={two.pk}&pk={town.pk}"
        values = {"coal_free": "yes", "gas_ready": "", "empty": "demolition_year"}
        answer = self.bulk(desk, query, values)
        assert answer.status_code == 302, answer.content.decode()
        run = BulkRun.objects.latest("pk")
        assert self.outcomes(run) == {one.pk: "changed", two.pk: "changed", town.pk: "refused"}
        assert run.results.get(object_id=town.pk).code == "only_villages"
        for village in (one, two):
            village.refresh_from_db()
        assert (one.coal_free, one.gas_ready, one.demolition_year) == (True, False, None)
        assert (two.coal_free, two.gas_ready, two.demolition_year) == (True, True, None)

    def test_villages_elsewhere_do_not_change_together(self, desk, signed_in, outsider):
        village = Division.objects.filter(level=5, path__contains="/371526000000/").first()
        address = f"{self.address('bulk', 'change')}?pk={village.pk}"
        assert signed_in(outsider).get(address).status_code == 403
        look = desk.post(address, {"coal_free": "yes"})
        assert [label for label, value in look.context["shown"] if value]

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
