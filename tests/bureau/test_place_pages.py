"""The pages of places: who may change what, and that a change shows at once."""

import pytest
from django.urls import reverse

from bureau.places.models import Division, DivisionAlias

pytestmark = pytest.mark.django_db


def town(name):
    return Division.objects.get(name=name, level=4)


def post(client, place, verb, **values):
    url = reverse("desk:division_verb", args=[place.pk, verb])
    return client.post(url, {"note": "依据来文", **values})


def test_a_clerk_merges_a_village_into_its_neighbour(signed_in, clerk):
    old, heir = town("沙镇镇").children.order_by("code")[:2]
    answer = post(signed_in(clerk), old, "merge", into=heir.pk, on="2026-01-01")
    assert answer.status_code == 302
    old.refresh_from_db()
    assert (old.merged_into, old.valid_to.year) == (heir, 2026)
    page = signed_in(clerk).get(old.get_absolute_url())
    assert heir.name in page.content.decode()


def test_only_neighbours_are_offered_and_taken(signed_in, clerk):
    old = town("沙镇镇").children.first()
    stranger = town("堂邑镇").children.first()
    page = signed_in(clerk).get(old.get_absolute_url()).content.decode()
    assert f'value="{stranger.pk}"' not in page
    answer = post(signed_in(clerk), old, "merge", into=stranger.pk, on="2026-01-01")
    assert answer.status_code == 422
    old.refresh_from_db()
    assert old.valid_to is None


def test_an_alias_is_added_on_the_page(signed_in, clerk):
    assert post(signed_in(clerk), town("沙镇镇"), "add-alias", alias="沙镇公社").status_code == 302
    assert DivisionAlias.objects.filter(alias="沙镇公社").exists()
    answer = post(signed_in(clerk), town("沙镇镇"), "add-alias", alias="堂邑镇")
    assert answer.status_code == 409


def test_a_town_is_handed_back_and_taken_over(signed_in, clerk):
    place = town("许营镇")
    area = place.managing_area
    assert post(signed_in(clerk), place, "hand-back", on="2026-01-01").status_code == 302
    place.refresh_from_db()
    assert place.managing_area is None
    answer = post(signed_in(clerk), place, "take-over", area=area.pk, since="2026-02-01")
    assert answer.status_code == 302
    place.refresh_from_db()
    assert place.managing_area == area


def test_what_a_village_carries_is_edited_with_its_version(signed_in, clerk):
    village = town("沙镇镇").children.first()
    url = reverse("desk:division_edit", args=[village.pk])
    values = {"version": 1, "name": village.name, "coal_free": "on", "demolition_year": "2027"}
    assert signed_in(clerk).post(url, values).status_code == 302
    village.refresh_from_db()
    assert (village.coal_free, village.demolition_year, village.version) == (True, 2027, 2)
    assert signed_in(clerk).post(url, values | {"gas_ready": "on"}).status_code == 409


def test_readers_see_the_page_without_its_verbs(signed_in, county):
    village = town("沙镇镇").children.first()
    page = signed_in(county).get(village.get_absolute_url())
    assert page.status_code == 200
    assert f"/places/{village.pk}/merge/" not in page.content.decode()
    assert post(signed_in(county), village, "add-alias", alias="x").status_code == 403


def test_an_unknown_verb_is_no_page(signed_in, clerk):
    assert post(signed_in(clerk), town("沙镇镇"), "abolish").status_code == 404
