"""Pickers and histories of fields: within scope, by id, and by a name typed without scripts."""

import pytest

from bureau.people.services import edit_organisation
from heating.forms.registry import HeatSourceForm
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def named(name):
    return OrganisationFactory(name=name, bigrams=[name[i : i + 2] for i in range(len(name) - 1)])


def chosen(user, **sent):
    form = HeatSourceForm(sent, user=user)
    form.is_valid()
    return form.cleaned_data.get("organisation"), form.errors.as_data().get("organisation")


def test_a_typed_name_is_taken_when_it_fits_one_row_alone(clerk):
    first, _second = named("水城热力"), named("水城供热")
    assert chosen(clerk, organisation_search="水城热力")[0] == first
    assert chosen(clerk, organisation=str(first.pk))[0] == first
    assert chosen(clerk, organisation_search="水城")[1][0].code == "several"
    assert chosen(clerk, organisation_search="没有")[1][0].code == "none"
    assert chosen(clerk, organisation="999999")[1][0].code == "invalid_choice"


def test_a_field_tells_all_its_values(clerk, clerk2, signed_in):
    company = OrganisationFactory(hotline="1")
    edit_organisation(company, {"hotline": "2"}, actor=clerk2, version=company.version)
    page = signed_in(clerk).get(f"{company.get_absolute_url()}history/", {"field": "hotline"})
    told = page.context["story"].values
    assert [(one.before, one.text, one.entry.actor) for one in told] == [("1", "2", clerk2)]
    wrong = signed_in(clerk).get(f"{company.get_absolute_url()}history/", {"field": "nothing"})
    assert wrong.status_code == 404
