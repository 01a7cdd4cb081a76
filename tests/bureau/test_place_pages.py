"""The pages of places: who may change what, and that a change shows at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.desk.models import SavedView
from bureau.documents import services as documents
from bureau.people import services as people
from bureau.places import services
from bureau.places.models import Division, DivisionAlias
from bureau.records.changes import readable
from bureau.records.models import AuditEntry
from bureau.records.verbs import model_of
from heating.services.estates import register_estate

pytestmark = pytest.mark.django_db


def town(name):
    return Division.objects.get(name=name, level=4)


def post(client, place, verb, **values):
    url = reverse("desk:division_verb", args=[place.pk, verb])
    return client.post(url, {"note": "依据来文", **values})


def merge(client, old, heir, **values):
    url = reverse("desk:division_merge", args=[old.pk])
    codes = [heir.code] if heir.level == 3 else [heir.codes[1], *heir.codes[2:]]
    sent = {"into": codes, "on": "2026-01-01", "note": "依据来文", **values}
    return client.post(url, sent)


def test_a_clerk_merges_a_village_into_its_neighbour(signed_in, clerk):
    old, heir = town("沙镇镇").children.order_by("code")[:2]
    desk = signed_in(clerk)
    look = merge(desk, old, heir, look="1", note="")
    assert (look.status_code, look.context["target"]) == (200, heir)
    old.refresh_from_db()
    assert old.valid_to is None
    assert merge(desk, old, heir).status_code == 302
    old.refresh_from_db()
    assert (old.merged_into, old.valid_to.year) == (heir, 2026)
    page = desk.get(old.get_absolute_url()).content.decode()
    assert f'data-merged-into="{heir.code}"' in page
    assert heir.get_absolute_url() in page
    assert old.get_absolute_url() in desk.get(heir.get_absolute_url()).content.decode()


def test_merges_that_make_no_sense_get_a_sentence(signed_in, clerk):
    old, heir, third = town("沙镇镇").children.order_by("code")[:3]
    abroad = Division.objects.filter(path__contains="/371526000000/", level=5).first()
    desk = signed_in(clerk)
    assert merge(desk, old, old).status_code == 409
    assert merge(desk, old, abroad).status_code == 409
    assert merge(desk, old, heir, on="2999-01-01").status_code == 409
    assert merge(desk, old, heir, note="").status_code == 422
    assert merge(desk, old, heir).status_code == 302
    assert merge(desk, old, third).status_code == 409
    assert merge(desk, third, old).status_code == 422
    old.refresh_from_db()
    assert old.merged_into == heir


def test_what_hangs_on_two_villages_is_counted_before(signed_in, clerk):
    old, heir = town("沙镇镇").children.order_by("code")[:2]
    for number, place in enumerate((old, old, heir)):
        register_estate(
            actor=clerk, community=place, name=f"{number}号小区", connected_area=Decimal(100)
        )
    look = merge(signed_in(clerk), old, heir, look="1")
    counted = {str(line.label): (line.here, line.there) for line in look.context["lines"]}
    assert (2, 1) in counted.values()


def test_the_tree_opens_level_by_level(signed_in, county):
    desk = signed_in(county)
    address = reverse("desk:division_list")
    top = desk.get(address).context["branches"]
    assert len(top) == 11
    village = town("沙镇镇").children.first()
    page = desk.get(address, {"branch": town("沙镇镇").code})
    assert village.get_absolute_url() in page.content.decode()
    area = town("许营镇").managing_area
    page = desk.get(address, {"branch": f"area-{area.code}"})
    assert town("许营镇").get_absolute_url() in page.content.decode()
    for odd in ("", "area-none", "999", "\x00", "371502" * 9):
        assert desk.get(address, {"branch": odd}).status_code == 200


def test_a_branch_is_fetched_by_htmx_too(signed_in, county):
    words = {"branch": town("沙镇镇").code}
    part = signed_in(county).get(reverse("desk:division_list"), words, HTTP_HX_REQUEST="true")
    assert 'id="tree"' in part.content.decode()
    assert town("沙镇镇").children.first().get_absolute_url() in part.content.decode()


def test_a_saved_view_of_places_stands_over_the_tree_and_opens_it_as_a_list(signed_in, chief):
    desk, address = signed_in(chief), reverse("desk:division_list")
    kept = {"next": f"{address}?q=沙镇&level=4", "name": "沙镇的村"}
    desk.post(reverse("desk:savedview_save"), kept)
    view = SavedView.objects.get()
    tree = desk.get(address)
    assert tree.context["branches"]
    assert f'href="{address}?open={view.pk}"' in tree.content.decode()
    opened = desk.get(address, {"open": view.pk}, follow=True)
    assert opened.context["view"].pk == view.pk
    assert opened.context["request"].GET["level"] == "4"

    choice = {"next": f"{address}?view={view.pk}", "opens": view.pk}
    desk.post(reverse("desk:list_choice"), choice)
    assert desk.get(address, follow=True).context["view"].pk == view.pk
    back = opened.context["actions"][0].url
    assert desk.get(back).context["branches"]
    assert desk.get(address, {"view": "all"}).context["page"].rows


@pytest.mark.parametrize("typed", ["沙镇镇", "shazhen", "371502106", "沙镇公社"])
def test_a_place_is_found_by_name_sound_code_and_old_name(signed_in, clerk, typed):
    place = town("沙镇镇")
    DivisionAlias.objects.create(alias="沙镇公社", division=place)
    typed = place.code[:9] if typed.isdecimal() else typed
    page = signed_in(clerk).get(reverse("desk:division_list"), {"q": typed}).context["page"]
    assert place in page.rows


def test_an_alias_is_withdrawn(signed_in, clerk, county):
    place = town("沙镇镇")
    alias = DivisionAlias.objects.create(alias="沙镇公社", division=place)
    url = reverse("desk:alias_remove", args=[place.pk, alias.pk])
    assert signed_in(county).post(url).status_code == 403
    assert signed_in(clerk).post(url).status_code == 302
    assert not DivisionAlias.objects.filter(pk=alias.pk).exists()
    assert signed_in(clerk).post(url).status_code == 404


def test_a_managing_area_takes_a_town_over_and_hands_it_back(signed_in, clerk, county):
    area = town("许营镇").managing_area
    place = town("沙镇镇")
    desk = signed_in(clerk)
    url = reverse("desk:managingarea_take_over", args=[area.pk])
    sent = {"town": place.codes[1:], "since": "2026-01-01", "note": "依据来文"}
    assert signed_in(county).post(url, sent).status_code == 403
    assert desk.post(url, sent).status_code == 302
    assert desk.post(url, sent).status_code == 409
    assert place.get_absolute_url() in desk.get(area.get_absolute_url()).content.decode()
    back = reverse("desk:managingarea_hand_back", args=[area.pk, place.pk])
    assert desk.post(back, {"on": "2026-02-01", "note": "依据来文"}).status_code == 302
    assert desk.post(back, {"on": "2026-02-01"}).status_code == 404
    place.refresh_from_db()
    assert place.managing_area is None


def test_a_managing_area_is_renamed_with_its_version(signed_in, clerk):
    area = town("许营镇").managing_area
    url = reverse("desk:managingarea_edit", args=[area.pk])
    sent = {"version": 1, "name": "高新区", "full_name": "聊城高新技术产业开发区（试）",
            "seat": area.seat_id}  # fmt: skip
    assert signed_in(clerk).post(url, sent).status_code == 302
    assert signed_in(clerk).post(url, sent | {"full_name": "x"}).status_code == 409


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


def test_a_chain_of_mergers_is_followed(signed_in, clerk):
    """The names of all that went lead to what is there now, and its page tells of it."""
    first, second, last = town("沙镇镇").children.order_by("code")[:3]
    services.add_alias(first, "旧沙庄", actor=clerk)
    services.merge_divisions(first, second, date(2026, 1, 1), actor=clerk, note="依据来文")
    services.merge_divisions(second, last, date(2026, 2, 1), actor=clerk)
    desk = signed_in(clerk)
    for name in ("旧沙庄", first.name, second.name):
        rows = desk.get("/places/", {"q": name, "view": "list"}).context["page"].rows
        assert last in rows, name
    page = desk.get(last.get_absolute_url()).content.decode()
    assert "合并了区划" in page


def test_a_town_that_took_another_in_lists_the_villages_of_both(signed_in, clerk):
    old, heir = town("沙镇镇").parent.children.filter(managing_area=None).order_by("code")[:2]
    villages = {*old.children.current(), *heir.children.current()}
    services.merge_divisions(old, heir, date(2026, 1, 1), actor=clerk)
    heir.refresh_from_db()
    assert {*Division.objects.current().under_today(heir)} == villages
    branches = signed_in(clerk).get("/places/", {"branch": heir.code}).context["branches"]
    county = next(one for one in branches if one.is_open)
    line = next(one for one in county.branches if one.word == heir.code)
    assert (line.counts, len(line.branches)) == ([f"{len(villages)} 个村（社区）"], len(villages))


def test_what_was_done_to_places_days_and_papers_is_told_in_words(signed_in, clerk, security):
    first, second = town("沙镇镇").children.order_by("code")[:2]
    services.remove_alias(services.add_alias(first, "旧沙庄", actor=clerk), actor=clerk)
    services.merge_divisions(first, second, date(2026, 1, 1), actor=clerk)
    year = services.open_year(2031, actor=clerk)
    services.remove_day(
        services.add_day(year, date(2031, 1, 1), "holiday", actor=clerk), actor=clerk
    )
    services.publish_year(2031, holidays=[(date(2031, 1, 1), "元旦")], make_up_days=[], actor=clerk)
    law = documents.create_document(actor=clerk, title="试行办法", kind="law", level=2)
    documents.add_article(law, 3, actor=clerk, summary="停热")
    series = documents.create_series(
        actor=clerk, code="try", name="试", kind="official", pattern="试字〔{year}〕{n}号"
    )
    documents.start_year(series, 2026, 7, actor=clerk)
    people.issue_token(clerk, actor=clerk, name="月报", expires_on=clock.today())
    people.end_sessions(clerk)
    people.sign_out_user(clerk, actor=security)
    people.create_role("值班员", ["places.view_division"], actor=security, copy_of=None)
    told = [
        change.label
        for entry in AuditEntry.objects.all()
        for change in readable(
            model_of(entry.verb, entry.noun) or entry.object_type.model_class(),
            entry.before,
            entry.after,
        )
    ]
    assert [label for label in told if label.isascii()] == []
