"""``visible_to`` is the only filter: what each of the cast sees of the foundation's nouns."""

import pytest

from bureau.core.querysets import Area
from bureau.people import demo, services
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation, User
from bureau.places.models import Division, ManagingArea
from tests.cast import person
from tests.factories import OrganisationFactory, PostingFactory, UserFactory

pytestmark = pytest.mark.django_db

OWN = {"company", "property"}
EVERYWHERE = [name for name, who in demo.PEOPLE.items() if who.ground == demo.CITY]


@pytest.mark.parametrize("username", demo.PEOPLE)
def test_divisions_see_every_organisation_and_organisations_themselves(username):
    user = person(username)
    others = {OrganisationFactory(), OrganisationFactory(kind=OrganisationKind.PROPERTY_COMPANY)}
    seen = set(Organisation.objects.visible_to(user))
    if username in OWN:
        assert seen == {user.organisation}
    else:
        assert seen >= others


def test_who_holds_nothing_sees_nothing(nobody):
    OrganisationFactory()
    assert not Organisation.objects.visible_to(nobody).exists()
    assert not Division.objects.visible_to(nobody).exists()


@pytest.mark.parametrize("username", EVERYWHERE)
def test_whole_city_means_the_whole_city(username):
    user = person(username)
    assert all(area.is_city for area in user.areas("places.view_division"))
    assert Division.objects.visible_to(user, "places.view_division").count() > 2500


@pytest.mark.parametrize(
    ("username", "inside", "outside"),
    [
        ("county", ["371502000000", "371502003010"], ["371500000000", "371526000000"]),
        ("outsider", ["371526000000", "371526001000"], ["371502000000", "371500000000"]),
        ("town", ["371502003000", "371502003010"], ["371502000000", "371502001000"]),
        ("village", ["371502003010"], ["371502003000", "371502003006"]),
    ],
)
def test_the_ground_of_a_posting_is_its_subtree(username, inside, outside):
    user = person(username)
    ground = Division.objects.visible_to(user, "heating.view_estate")
    for code in inside:
        assert ground.filter(code=code).exists()
        assert user.can("heating.view_estate", Division.objects.get(code=code))
    for code in outside:
        assert not ground.filter(code=code).exists()
        assert not user.can("heating.view_estate", Division.objects.get(code=code))


@pytest.mark.parametrize(
    ("username", "permission"),
    [
        ("county", "heating.change_estate"),
        ("outsider", "heating.add_substation"),
        ("company", "heating.change_substation"),
        ("auditor", "people.change_organisation"),
        ("leader", "heating.sign_handover"),
        ("admin", "people.add_posting"),
        ("security", "people.add_user"),
    ],
)
def test_readers_hold_no_other_permission_anywhere(username, permission):
    user = person(username)
    assert not user.has_perm(permission)
    assert not Division.objects.visible_to(user, permission).exists()


def test_a_managing_area_and_its_county_do_not_see_each_other(county):
    area = ManagingArea.objects.first()
    town = Division.objects.filter(parent__code=demo.DONGCHANGFU).first()
    Division.objects.filter(path__startswith=town.path).update(managing_area=area)
    manager = UserFactory()
    services.grant_posting(manager, "county_reviewer", actor=None, managing_area=area)
    of_area = Division.objects.visible_to(manager, "heating.view_estate")
    of_county = Division.objects.visible_to(county, "heating.view_estate")
    assert of_area.filter(pk=town.pk).exists()
    assert not of_county.filter(pk=town.pk).exists()
    assert not of_area.intersection(of_county).exists()


def test_an_object_that_was_never_saved_is_nowhere(clerk):
    assert not clerk.can("people.view_organisation", Organisation(name="甲"))


def test_accounts_are_seen_where_they_are_posted(security, county, outsider, company):
    assert User.objects.visible_to(security).count() == 4
    keeper = UserFactory()
    PostingFactory(user=keeper, role_code="security_admin", place=demo.DONGCHANGFU)
    assert set(User.objects.visible_to(User.objects.get(pk=keeper.pk))) == {keeper, county}
    assert set(User.objects.visible_to(county)) == {keeper, county}
    assert set(User.objects.visible_to(outsider)) == {outsider}
    assert not User.objects.visible_to(company).exists()


def test_an_organisation_s_area_covers_no_ground():
    area = Area(posting_id=1, organisation_id=7)
    assert not Division.objects.filter(Division.objects.within(area)).exists()
