"""A link in a list leads only where its reader may go, and asks the database once per column."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.desk.tables import Column, LinkColumn, Table
from bureau.people.models import Organisation
from heating.models import HeatSource
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


class SourceTable(Table):
    """Sources with a link to who runs them."""

    name = LinkColumn("Name")
    operator = LinkColumn("Operator", "organisation")
    seen = Column("Operator", "organisation")


def sources(*organisations):
    for number, organisation in enumerate(organisations):
        name = f"热源{number}"
        HeatSource.objects.create(
            name=name, pinyin=name, kind="boiler_house", organisation=organisation
        )
    return list(HeatSource.objects.select_related("organisation").order_by("pk"))


def drawn(user, rows):
    assert isinstance(user.postings_in_force, list | tuple)  # read once per request, before
    with CaptureQueriesContext(connection) as asked:
        cells = SourceTable(rows, user=user).body.split("</tr>")[:-1]
    return cells, len(asked)


def test_a_link_out_of_reach_is_a_name(property, clerk):
    own = property.postings_in_force[0].organisation
    other = OrganisationFactory(name="别家公司")
    assert set(Organisation.objects.visible_to(property)) == {own}
    rows = sources(own, other, None, other)
    cells, queries = drawn(property, rows)
    assert [f'href="{own.get_absolute_url()}"' in cell for cell in cells] == [
        True,
        False,
        False,
        False,
    ]
    assert "别家公司" in cells[1]
    assert other.get_absolute_url() not in cells[1]
    assert queries == 1
    cells, queries = drawn(clerk, rows)
    assert other.get_absolute_url() in cells[1]
    assert queries == 0
    assert all(row.get_absolute_url() in cell for row, cell in zip(rows, cells, strict=True))


def test_who_may_see_none_is_asked_nothing(nobody):
    rows = sources(OrganisationFactory())
    cells, queries = drawn(nobody, rows)
    assert rows[0].organisation.get_absolute_url() not in cells[0]
    assert queries == 0
