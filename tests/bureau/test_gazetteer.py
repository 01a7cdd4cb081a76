"""Written places: found by path, suggested where they are not plain, never guessed."""

import pytest

from bureau.core.bigrams import normalise
from bureau.places import services
from bureau.places.models import Division, ManagingArea
from bureau.places.resolve import Gazetteer, UnknownPlace

pytestmark = pytest.mark.django_db


@pytest.fixture
def gazetteer():
    return Gazetteer()


def _town(county, town):
    return Division.objects.get(name=town, level=4, parent__name=county)


def _village(county, town, name, code):
    return services.create_division(
        code=code, name=name, parent=_town(county, town), actor=None, source="test"
    )


def test_every_village_of_the_tree_is_found_by_its_own_path(gazetteer):
    for village in Division.objects.of_level(5).select_related("parent__parent"):
        town = village.parent
        assert gazetteer.find(town.parent.name, town.name, village.name).pk == village.pk


@pytest.mark.parametrize(
    ("county", "town", "community"),
    [
        ("东昌府区", "朱老庄镇", "顺河村村委会"),
        ("度假区", "朱老庄镇", "顺河村村委会"),
        ("聊城江北水城旅游度假区", "朱老庄镇", "顺河村村委会"),
        ("聊城市东昌府区", "朱老庄", "顺河村"),
        ("东昌府区", "东昌府区朱老庄镇", "朱老庄镇顺河村"),
        ("东昌府", "朱老庄镇", "顺河村民委员会"),
        (" 东昌府区 ", "朱老庄　镇", "顺河"),
    ],
)
def test_other_writings_of_the_same_path_lead_to_the_same_place(gazetteer, county, town, community):
    assert gazetteer.find(county, town, community).name == "顺河村村委会"


def test_a_name_that_ends_like_a_kind_of_town_is_still_a_name(gazetteer):
    assert gazetteer.find_town("东昌府区", "沙镇").name == "沙镇镇"


def test_a_village_is_not_taken_for_a_community_of_the_same_name(gazetteer):
    with pytest.raises(UnknownPlace) as refused:
        gazetteer.find("东昌府区", "朱老庄镇", "顺河社区居委会")
    assert refused.value.code == "unknown_village"


def test_a_short_form_that_fits_two_places_is_ambiguous():
    _village("东昌府区", "朱老庄镇", "顺河社区居委会", "371502109990")
    gazetteer = Gazetteer()
    with pytest.raises(UnknownPlace) as refused:
        gazetteer.find("东昌府区", "朱老庄镇", "顺河")
    assert (refused.value.column_key, refused.value.code) == ("community", "ambiguous_place")
    assert "顺河村村委会" in refused.value.values["near"]
    assert gazetteer.find("东昌府区", "朱老庄镇", "顺河村").name == "顺河村村委会"


@pytest.mark.parametrize(
    ("path", "column", "code", "near"),
    [
        (("在平县", "振兴街道", "x"), "county", "alias_or_wrong_county", "茌平区"),
        (("驻平", "振兴街道", "x"), "county", "alias_or_wrong_county", "茌平区"),
        (("茌平县", "振兴街道", "x"), "county", "alias_or_wrong_county", "茌平区"),
        (("在平县", "河店镇", ""), "county", "alias_or_wrong_county", "莘县"),
        (("东昌俯区", "朱老庄镇", "顺河村"), "county", "alias_or_wrong_county", "东昌府区"),
        (("高唐县", "阿城镇", "孙楼新村"), "county", "alias_or_wrong_county", "阳谷县"),
        (("朝阳区", "建国路街道", "x"), "county", "unknown_county", "—"),
        (("", "", ""), "county", "unknown_county", "—"),
        ((None, None, None), "county", "unknown_county", "—"),
        (("东昌府区", "许营乡", "x"), "town", "alias_or_wrong_county", "许营镇"),
        (("东昌府区", "侯菅镇", "x"), "town", "unknown_town", "侯营镇"),
        (("东昌府区", "", "顺河村村委会"), "town", "unknown_town", "朱老庄镇"),
        (("东昌府区", "", "府前新村"), "community", "ambiguous_place", "郑家镇"),
        (("莘县", "大王寨镇", "不存在村委会"), "community", "unknown_village", "—"),
        (("东昌府区", "新区街道", "北苑村"), "community", "unknown_village", "北苑社区居委会"),
        (("度假区", "古楼街道", "x"), "county", "alias_or_wrong_county", "东昌府区"),
    ],
)
def test_what_is_not_plain_is_named_with_what_may_be_meant(gazetteer, path, column, code, near):
    with pytest.raises(UnknownPlace) as refused:
        gazetteer.find(*path)
    assert (refused.value.column_key, refused.value.code) == (column, code)
    assert near in refused.value.values["near"]
    assert refused.value.sentence


def test_a_village_under_the_wrong_town_is_pointed_out(gazetteer):
    with pytest.raises(UnknownPlace) as refused:
        gazetteer.find("东昌府区", "许营镇", "顺河村村委会")
    assert refused.value.code == "unknown_village"
    assert "朱老庄镇" in refused.value.values["near"]


def test_a_repeated_question_gets_an_answer_of_its_own(gazetteer):
    refusals = []
    for _again in range(2):
        with pytest.raises(UnknownPlace) as refused:
            gazetteer.find("在平县", "振兴街道", "x")
        refusals.append(refused.value)
    assert refusals[0] is not refusals[1]
    assert refusals[0].values == refusals[1].values


def test_the_whole_tree_is_loaded_in_four_queries(django_assert_num_queries):
    with django_assert_num_queries(4):
        gazetteer = Gazetteer()
    with django_assert_num_queries(0):
        gazetteer.find("东昌府区", "朱老庄镇", "顺河村村委会")


def test_codes_are_found_whatever_their_width(gazetteer):
    assert gazetteer.by_code("３７１５０２００００００").name == "东昌府区"
    assert gazetteer.by_code("999999999999") is None
    assert gazetteer.by_code(None) is None


def test_a_village_that_was_merged_is_found_by_its_exact_name_alone():
    old = _village("东昌府区", "朱老庄镇", "老顺河村委会", "371502109991")
    heir = Division.objects.get(name="顺河村村委会", parent__name="朱老庄镇")
    services.merge_divisions(old, heir, on=heir.created_at.date(), actor=None)
    places = Gazetteer()
    assert places.find("东昌府区", "朱老庄镇", "老顺河村委会") == old
    with pytest.raises(UnknownPlace) as refused:
        places.find("东昌府区", "朱老庄镇", "老顺河村")
    assert refused.value.code == "alias_or_wrong_county"
    assert refused.value.values["near"] == "顺河村村委会"


def test_villages_of_a_merged_town_are_found_under_its_heir():
    old, heir = _town("东昌府区", "于集镇"), _town("东昌府区", "朱老庄镇")
    village = old.children.order_by("code").first()
    services.merge_divisions(old, heir, on=heir.created_at.date(), actor=None)
    assert Gazetteer().find("东昌府区", "朱老庄镇", village.name).pk == village.pk


def test_counties_and_managing_areas_are_told_apart(gazetteer):
    assert isinstance(gazetteer.find_county("高新区"), ManagingArea)
    assert isinstance(gazetteer.find_county("高唐县"), Division)


def test_names_are_searched_by_two_characters_and_by_one():
    found = Division.objects.named_like("昌府")
    assert [row.name for row in found] == ["东昌府区"]
    assert set(Division.objects.named_like("茌").values_list("name", flat=True)) == {
        "茌平区", "茌平县",
    }  # fmt: skip
    assert normalise("昌 府") == "昌府"
