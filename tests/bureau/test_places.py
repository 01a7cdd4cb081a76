"""The tree, its history, who runs what, and the scope that follows from it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.querysets import Area
from bureau.places import services, shipped
from bureau.places.models import Division, DivisionAlias, ManagingArea, ManagingAreaTown
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def dongchangfu():
    return Division.objects.get(code="371502000000")


@pytest.fixture
def resort():
    return ManagingArea.objects.get(name="度假区")


def town(name):
    return Division.objects.get(name=name, level=4)


def ground(division):
    return Area(posting_id=1, division_path=division.scope_path, level=division.level)


def seen(area):
    return Division.objects.filter(Division.objects.within(area))


# --- what is shipped --------------------------------------------------------------------------


def test_the_real_tree_is_shipped_whole():
    shipped_codes = {row["code"] for row in shipped.rows("divisions")}
    assert len(shipped_codes) == 2553
    assert shipped_codes <= set(Division.objects.values_list("code", flat=True))
    by_level = [
        Division.objects.exclude(code="371523000000").of_level(n).count() for n in range(2, 6)
    ]
    assert by_level == [1, 8, 137, 2408]


def test_every_path_ends_in_the_own_code_under_the_parents_path():
    for row in Division.objects.select_related("parent"):
        assert row.path == f"{row.parent.path if row.parent else ''}{row.code}/"
        assert row.codes[-1] == row.code


def test_chiping_county_became_a_district_in_2019():
    old, new = (Division.objects.get(code=code) for code in ("371523000000", "371503000000"))
    assert old.merged_into == new
    assert old.valid_to == new.valid_from
    assert old.valid_to.year == 2019
    assert old.scope_path == new.path
    assert old.existed_on(date(2018, 6, 1))
    assert not new.existed_on(date(2018, 6, 1))
    assert old not in Division.objects.on(date(2026, 1, 1))


def test_jiuzhou_was_created_in_2025_under_a_provisional_code():
    jiuzhou = town("九州街道")
    assert jiuzhou.valid_from.year == 2025
    assert jiuzhou.code_is_provisional
    assert jiuzhou.managing_area.name == "高新区"


def test_the_three_managing_areas_run_towns_with_everything_below():
    assert set(ManagingArea.objects.values_list("name", flat=True)) == {
        "开发区",
        "高新区",
        "度假区",
    }
    for row in ManagingAreaTown.objects.select_related("division"):
        below = Division.objects.below(row.division.path)
        assert set(below.values_list("managing_area", flat=True)) == {row.area_id}


def test_loading_twice_changes_nothing():
    before = Division.objects.count()
    shipped.load(lambda name: Division._meta.apps.get_model("places", name))
    assert Division.objects.count() == before


# --- scope ------------------------------------------------------------------------------------


def test_the_city_sees_everything_and_a_county_not_what_an_area_runs(dongchangfu, resort):
    city = Division.objects.get(level=2)
    assert seen(ground(city)).count() == Division.objects.count()
    county = seen(ground(dongchangfu))
    assert town("古楼街道") in county
    assert town("朱老庄镇") not in county
    area = seen(Area(posting_id=1, managing_area_id=resort.pk))
    assert town("朱老庄镇") in area
    assert town("古楼街道") not in area
    assert not county.filter(pk__in=area.values("pk")).exists()


def test_a_town_sees_its_own_ground_whoever_runs_it():
    zhulaozhuang = town("朱老庄镇")
    assert seen(ground(zhulaozhuang)).count() == zhulaozhuang.children.count() + 1


def test_an_organisation_has_no_ground():
    assert not seen(Area(posting_id=1, organisation_id=1)).exists()


def test_readers_see_the_whole_tree_but_act_on_their_own_ground(county, nobody):
    everything = Division.objects.count()
    assert Division.objects.visible_to(county).count() == everything
    assert ManagingArea.objects.visible_to(county).count() == 3
    acting = Division.objects.visible_to(county, "heating.view_substation")
    assert 0 < acting.count() < everything
    assert not acting.filter(path__contains="371526000000").exists()
    assert not Division.objects.visible_to(nobody).exists()


# --- changes ----------------------------------------------------------------------------------


def test_a_new_village_takes_path_and_runner_from_its_town(clerk):
    above = town("朱老庄镇")
    village = services.create_division(
        code="371502109990", name="新立村委会", parent=above, actor=clerk
    )
    assert village.path == f"{above.path}371502109990/"
    assert village.managing_area == above.managing_area
    assert "新立" in village.bigrams
    assert AuditEntry.objects.get(verb="create_division").object_id == village.pk


def test_a_code_belongs_to_one_division(clerk):
    with pytest.raises(BusinessError) as refused:
        services.create_division(
            code="371502109000", name="又一个", parent=town("沙镇镇"), actor=clerk
        )
    assert refused.value.code == "code_taken"
    assert "朱老庄镇" in refused.value.sentence


def test_nothing_lies_below_a_village(clerk):
    village = town("沙镇镇").children.first()
    with pytest.raises(BusinessError) as refused:
        services.create_division(code="371502999999", name="组", parent=village, actor=clerk)
    assert refused.value.code == "wrong_parent"


def test_a_renamed_division_is_still_suggested_by_its_old_name(clerk):
    row = services.edit_division(town("沙镇镇"), actor=clerk, version=1, name="沙市镇")
    assert (row.version, row.pinyin) == (2, "sha shi zhen")
    assert DivisionAlias.objects.get(alias="沙镇镇").division == row
    entry = AuditEntry.objects.get(verb="edit_division")
    assert (entry.before["name"], entry.after["name"]) == ("沙镇镇", "沙市镇")


def test_a_stale_edit_is_refused(clerk):
    village = town("沙镇镇").children.first()
    services.edit_division(village, actor=clerk, coal_free=True)
    with pytest.raises(BusinessError) as refused:
        services.edit_division(village, actor=clerk, version=1, gas_ready=True)
    assert refused.value.code == "stale"


def test_saving_what_is_already_there_leaves_no_trace(clerk):
    services.edit_division(town("沙镇镇"), actor=clerk, name="沙镇镇")
    assert not AuditEntry.objects.filter(verb="edit_division").exists()


def test_a_merger_keeps_paths_and_moves_scope_and_runner(clerk):
    old, heir = town("于集镇"), town("沙镇镇")
    village = old.children.first()
    before = village.path
    services.merge_divisions(old, heir, on=LONG_AGO, actor=clerk, note="并镇")
    village.refresh_from_db()
    old.refresh_from_db()
    assert (old.valid_to, old.merged_into, old.scope_path) == (LONG_AGO, heir, heir.path)
    assert village.path == before
    assert village.scope_path == f"{heir.path}{village.code}/"
    assert village.managing_area is None
    assert village in seen(ground(heir))
    assert not ManagingAreaTown.objects.filter(division=old, valid_to__isnull=True).exists()


def test_mergers_follow_each_other(clerk):
    first, second, third = town("沙镇镇"), town("堂邑镇"), town("梁水镇")
    services.merge_divisions(first, second, on=LONG_AGO, actor=clerk)
    services.merge_divisions(second, third, on=LONG_AGO, actor=clerk)
    for village in first.children.all():
        assert village.scope_path.startswith(third.path)


def test_mergers_that_make_no_sense_are_refused(clerk, dongchangfu):
    sha, tang = town("沙镇镇"), town("堂邑镇")
    village = sha.children.first()
    cases = [
        (sha, sha, "merge_into_itself"),
        (sha, village, "merge_into_itself"),
        (sha, dongchangfu, "levels_differ"),
        (Division.objects.get(code="371523000000"), dongchangfu, "merged_already"),
    ]
    for source, into, code in cases:
        with pytest.raises(BusinessError) as refused:
            services.merge_divisions(source, into, on=LONG_AGO, actor=clerk)
        assert refused.value.code == code
    tomorrow = clock.today() + timedelta(days=400)
    with pytest.raises(BusinessError) as refused:
        services.merge_divisions(sha, tang, on=tomorrow, actor=clerk)
    assert refused.value.code == "day_in_the_future"
    assert not AuditEntry.objects.filter(verb="merge_divisions").exists()


def test_a_managing_area_takes_a_town_over_and_hands_it_back(clerk, dongchangfu, resort):
    sha = town("沙镇镇")
    services.take_over_town(resort, sha, LONG_AGO, actor=clerk)
    assert not seen(ground(dongchangfu)).filter(pk=sha.pk).exists()
    assert sha.children.exclude(managing_area=resort).count() == 0
    services.hand_back_town(sha, date(2021, 1, 1), actor=clerk)
    assert seen(ground(dongchangfu)).filter(pk=sha.pk).exists()
    with pytest.raises(BusinessError) as refused:
        services.hand_back_town(sha, date(2021, 1, 1), actor=clerk)
    assert refused.value.code == "nobody_runs_it"


def test_a_town_passes_from_one_area_to_the_next_on_the_day(clerk, resort):
    xuying = town("许营镇")
    services.take_over_town(resort, xuying, LONG_AGO, actor=clerk)
    periods = ManagingAreaTown.objects.filter(division=xuying).order_by("id")
    assert [(row.area.name, row.valid_from, row.valid_to) for row in periods] == [
        ("高新区", None, LONG_AGO),
        ("度假区", LONG_AGO, None),
    ]
    assert list(ManagingAreaTown.objects.on(LONG_AGO).filter(division=xuying)) == [periods[1]]
    with pytest.raises(BusinessError) as refused:
        services.take_over_town(resort, xuying, date(2022, 1, 1), actor=clerk)
    assert refused.value.code == "area_runs_it"


def test_only_towns_are_taken_over(clerk, resort, dongchangfu):
    with pytest.raises(BusinessError) as refused:
        services.take_over_town(resort, dongchangfu, LONG_AGO, actor=clerk)
    assert refused.value.code == "only_towns"


def test_the_database_refuses_two_areas_for_one_town(resort):
    with pytest.raises(IntegrityError), transaction.atomic():
        ManagingAreaTown.objects.create(area=resort, division=town("许营镇"), valid_from=LONG_AGO)


def test_an_alias_is_added_once_and_never_hides_a_present_name(clerk):
    sha = town("沙镇镇")
    services.add_alias(sha, "沙镇公社", actor=clerk)
    services.add_alias(sha, "沙镇公社", actor=clerk)
    assert AuditEntry.objects.filter(verb="add_alias").count() == 1
    with pytest.raises(BusinessError) as refused:
        services.add_alias(sha, "堂邑镇", actor=clerk)
    assert refused.value.code == "alias_is_a_name"
