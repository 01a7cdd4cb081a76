"""Saved views, chosen columns, page size and empty lists: what a reader's taste does to a list."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from bureau.desk import tastes
from bureau.desk.models import ListChoice, SavedView
from bureau.desk.services import lists
from bureau.people.models import Role
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

KEY = "desk:organisation_list"
LIST = "/organisations/"
SAVE = "/lists/views/save/"
CHOICE = "/lists/choice/"


@pytest.fixture
def desk(clerk, signed_in):
    return signed_in(clerk)


@pytest.fixture
def office(chief, signed_in):
    return signed_in(chief)


def view_of(actor, name="物业公司", **more):
    words = {"query": "kind=property_company", "list_key": KEY}
    return lists.save_view(actor=actor, name=name, **(words | more))


def shown(answer):
    return [column.key for column in answer.context["table"].shown]


class TestViews:
    def test_a_shared_view_is_in_the_menu_of_others_and_marked_there(self, desk, chief):
        view = view_of(chief, is_shared=True)
        OrganisationFactory(kind="property_company", name="水城物业")
        page = desk.get(LIST)
        assert f'data-view="{view.pk}"' in page.content.decode()
        opened = desk.get(view.get_absolute_url(), follow=True)
        assert opened.context["view"].pk == view.pk
        assert not opened.context["view"].is_mine
        assert [row.name for row in opened.context["page"].rows] == ["水城物业"]

    def test_a_view_of_ones_own_stays_ones_own(self, desk, chief):
        view = view_of(chief)
        assert f'data-view="{view.pk}"' not in desk.get(LIST).content.decode()
        answer = desk.get(view.get_absolute_url())
        assert answer["Location"] == f"{LIST}?view=all"
        assert desk.post(reverse("desk:savedview_copy", args=[view.pk])).status_code == 404

    def test_sharing_and_setting_a_roles_view_need_permissions(self, desk, clerk):
        answer = desk.post(SAVE, {"next": LIST, "name": "给大家", "is_shared": "1"})
        assert answer.status_code == 409
        assert 'data-code="view_may_not_share"' in answer.content.decode()
        role = Role.objects.get(code="bureau_clerk")
        answer = desk.post(SAVE, {"next": LIST, "name": "给大家", "role": str(role.pk)})
        assert answer.status_code == 409
        assert not SavedView.objects.exists()

    def test_the_same_name_twice(self, desk):
        assert desk.post(SAVE, {"next": LIST, "name": "一"}).status_code == 302
        again = desk.post(SAVE, {"next": LIST, "name": " 一 "})
        assert 'data-code="view_name_taken"' in again.content.decode()
        assert desk.post(SAVE, {"next": LIST, "name": ""}).status_code == 422
        assert desk.post(SAVE, {"next": "/profile/", "name": "二"}).status_code == 422

    def test_a_roles_view_opens_the_list_and_everything_is_one_click_away(self, desk, chief, clerk):
        role = Role.objects.get(code="bureau_clerk")
        view = view_of(chief, default_for_role=role)
        assert view.is_shared
        opened = desk.get(LIST)
        assert opened.status_code == 302
        words = QueryDict(opened["Location"].partition("?")[2])
        assert words["kind"] == "property_company"
        assert words["view"] == str(view.pk)
        assert desk.get(f"{LIST}?view=all").status_code == 200
        assert desk.get(LIST, {"q": "水城"}).status_code == 200
        lists.open_with(clerk, KEY, None, all_rows=True)
        assert desk.get(LIST).status_code == 200
        lists.open_with(clerk, KEY, None)
        assert desk.get(LIST).status_code == 302

    def test_ones_own_choice_comes_before_the_roles(self, desk, chief, clerk):
        view_of(chief, default_for_role=Role.objects.get(code="bureau_clerk"))
        mine = view_of(clerk, "我的", query="kind=supplier")
        answer = desk.post(CHOICE, {"next": LIST, "opens": str(mine.pk)})
        assert answer.status_code == 302
        assert f"view={mine.pk}" in desk.get(LIST)["Location"]
        assert desk.post(CHOICE, {"next": LIST, "opens": "role"}).status_code == 302
        assert f"view={mine.pk}" not in desk.get(LIST)["Location"]
        assert desk.post(CHOICE, {"next": LIST, "opens": "99999"}).status_code == 404

    def test_a_role_opens_a_list_with_one_view(self, chief):
        role = Role.objects.get(code="bureau_clerk")
        first = view_of(chief, "一", default_for_role=role)
        view_of(chief, "二", default_for_role=role)
        first.refresh_from_db()
        assert first.default_for_role is None
        assert first.version == 2

    def test_changes_are_seen_and_saved_back(self, desk, clerk):
        view = view_of(clerk)
        address = f"{LIST}?kind=supplier&view={view.pk}&sort=-name"
        page = desk.get(address)
        assert page.context["view_changed"]
        answer = desk.post(reverse("desk:savedview_update", args=[view.pk]), {"next": address})
        assert answer.status_code == 302
        view.refresh_from_db()
        assert (view.query, view.sort, view.version) == ("kind=supplier", "-name", 2)
        assert view.columns == shown(page)
        assert not desk.get(answer["Location"], follow=True).context["view_changed"]

    def test_nobody_changes_anothers_view_but_everybody_may_copy_a_shared_one(self, desk, chief):
        view = view_of(chief, is_shared=True)
        for name in ("edit", "archive"):
            assert desk.get(reverse(f"desk:savedview_{name}", args=[view.pk])).status_code == 403
        update = reverse("desk:savedview_update", args=[view.pk])
        assert desk.post(update, {"next": LIST}).status_code == 403
        for _time in range(2):
            assert desk.post(reverse("desk:savedview_copy", args=[view.pk])).status_code == 302
        names = SavedView.objects.exclude(pk=view.pk).values_list("name", flat=True)
        assert sorted(names) == ["物业公司", "物业公司 2"]

    def test_rename_share_and_delete(self, office, chief, clerk):
        view = view_of(chief)
        edit = reverse("desk:savedview_edit", args=[view.pk])
        role = Role.objects.get(code="inspector")
        sent = {"name": "改名", "default_for_role": role.pk, "version": "1"}
        assert office.post(edit, sent).status_code == 302
        view.refresh_from_db()
        assert (view.name, view.is_shared, view.default_for_role) == ("改名", True, role)
        assert office.post(edit, sent | {"name": "晚了"}).status_code == 409
        lists.open_with(clerk, KEY, view)
        archive = reverse("desk:savedview_archive", args=[view.pk])
        assert office.post(archive, {"note": "不用了"}).status_code == 302
        assert ListChoice.objects.get(user=clerk).opens_with is None
        assert tastes.of(clerk, KEY).views == ()

    def test_the_register_of_views(self, desk, chief, clerk):
        view_of(chief, "别人的", is_shared=True)
        view_of(chief, "看不见")
        mine = view_of(clerk, "自己的")
        page = desk.get("/lists/views/")
        assert {row.name for row in page.context["page"].rows} == {"别人的", "自己的"}
        text = page.content.decode()
        assert reverse("desk:savedview_edit", args=[mine.pk]) in text
        assert text.count("/edit/") == 1

    def test_a_view_whose_filter_and_column_are_gone_says_so(self, desk, clerk):
        view = view_of(clerk, query="colour=red&kind=supplier", columns=["name", "colour"])
        OrganisationFactory(kind="supplier")
        page = desk.get(view.get_absolute_url(), follow=True)
        assert page.status_code == 200
        assert len(page.context["problems"]) == 2
        assert len(page.context["page"].rows) == 1

    def test_a_view_without_filters_does_not_lead_in_circles(self, desk, clerk):
        view = view_of(clerk, query="")
        lists.open_with(clerk, KEY, view)
        page = desk.get(LIST, follow=True)
        assert page.status_code == 200
        assert page.context["view"].pk == view.pk

    def test_a_view_of_a_list_that_is_no_more(self, desk, clerk):
        view = view_of(clerk, list_key="desk:gone_list")
        assert view.get_absolute_url() == reverse("desk:home")
        assert desk.get("/lists/views/").status_code == 200

    def test_everything_about_taste_costs_one_query(self, chief, clerk):
        view_of(chief, is_shared=True)
        lists.choose(clerk, KEY, columns=["name", "hotline"])
        assert clerk.holdings
        with CaptureQueriesContext(connection) as asked:
            found = tastes.of(clerk, KEY)
            assert found.views
            assert found.columns == ["name", "hotline"]
        assert len(asked) == 1


class TestChoices:
    def test_a_column_moves_by_plain_buttons(self, desk, clerk):
        start = shown(desk.get(LIST))
        sent = {"next": LIST, "columns": start, "down": start[1]}
        answer = desk.post(CHOICE, sent)
        assert "part=columns" in answer["Location"]
        now = shown(desk.get(LIST))
        assert now == [start[0], start[2], start[1], *start[3:]]
        desk.post(CHOICE, {"next": LIST, "columns": now, "up": now[0]})
        assert shown(desk.get(LIST)) == now
        desk.post(CHOICE, {"next": LIST, "columns": now, "up": start[1]})
        assert shown(desk.get(LIST)) == start

    def test_columns_of_the_address_give_way_to_a_new_choice_only(self, desk):
        address = f"{LIST}?columns=name&columns=hotline"
        assert shown(desk.get(address)) == ["name", "hotline"]
        answer = desk.post(CHOICE, {"next": address, "columns": ["name", "kind", "nonsense"]})
        assert answer["Location"] == LIST
        assert shown(desk.get(LIST)) == ["name", "kind"]
        assert shown(desk.get(address)) == ["name", "hotline"]

    def test_rows_per_page_are_kept(self, desk, clerk2, signed_in):
        OrganisationFactory.create_batch(30)
        answer = desk.post(CHOICE, {"next": f"{LIST}?size=100&cursor=last", "size": "25"})
        assert answer["Location"] == LIST
        assert len(desk.get(LIST).context["page"].rows) == 25
        assert len(desk.get(f"{LIST}?size=50").context["page"].rows) > 25
        assert signed_in(clerk2).get(LIST).context["size"] == 50
        assert desk.post(CHOICE, {"next": LIST, "size": "7"}).status_code == 302
        assert desk.get(LIST).context["size"] == 50

    @pytest.mark.parametrize("next_page", ["", "//evil.example/", "/nothing/", "/profile/", "?"])
    def test_a_choice_about_no_list(self, desk, next_page):
        assert desk.post(CHOICE, {"next": next_page, "size": "25"}).status_code == 422


class TestEmptyLists:
    def test_filters_that_exclude_everything_are_told_from_an_empty_list(self, desk):
        OrganisationFactory(kind="supplier", name="水城供应")
        page = desk.get(LIST, {"q": "水城", "kind": "other"})
        assert 'data-empty="filtered"' in page.content.decode()
        nothing = desk.get("/lists/views/")
        assert 'data-empty="nothing"' in nothing.content.decode()

    def test_which_filter_excludes_is_found_on_demand(self, desk):
        OrganisationFactory.create_batch(2, kind="supplier")
        OrganisationFactory(kind="supplier", name="水城供应")
        words = {"q": "水城", "kind": "other", "part": "why"}
        answer = desk.get(LIST, words, HTTP_HX_REQUEST="true")
        culprits = answer.context["culprits"]
        assert [one["chip"].name for one in culprits] == ["kind"]
        assert "q=" in culprits[0]["chip"].without


@pytest.mark.parametrize(("number", "words"), [(1, "1 row"), (2, "2 rows")])
def test_one_row_is_not_many(desk, clerk, number, words):
    OrganisationFactory.create_batch(number, kind="supplier")
    clerk.language = "en"
    clerk.save()
    with translation.override("en"):
        page = desk.get(LIST, {"kind": "supplier"}).content.decode()
    assert f'<span id="count">{words}</span>' in page
