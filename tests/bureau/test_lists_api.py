"""Saved views and bulk changes for programs."""

import pytest

from bureau.desk.models import SavedView
from bureau.desk.services import bulk, lists
from bureau.jobs import services as jobs
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

KEY = "desk:organisation_list"
VIEWS = "/api/v1/saved-views/"


def test_a_view_is_kept_changed_and_deleted(api, clerk):
    program = api(clerk)
    made = program.post(VIEWS, {"list_key": KEY, "name": "物业", "query": "kind=other"})
    assert made.status_code == 201, made.json()
    address = f"{VIEWS}{made.json()['id']}/"
    assert made.json()["owner"] == clerk.pk
    changed = program.patch(address, {"name": "物业公司", "version": 1})
    assert changed.json()["version"] == 2
    assert program.patch(address, {"name": "晚了", "version": 1}).status_code == 409
    elsewhere = program.patch(address, {"list_key": "jobs:job_list", "version": 2})
    assert elsewhere.status_code == 422
    assert program.post(f"{address}archive/", {}).json()["archived_at"]
    assert program.get(address).status_code == 404


def test_shared_views_are_read_and_not_changed(api, clerk, chief):
    shared = lists.save_view(actor=chief, list_key=KEY, name="大家的", is_shared=True)
    lists.save_view(actor=chief, list_key=KEY, name="自己的")
    program = api(clerk)
    assert [one["name"] for one in program.get(VIEWS).json()["results"]] == ["大家的"]
    address = f"{VIEWS}{shared.pk}/"
    assert program.get(address).status_code == 200
    assert program.patch(address, {"name": "抢走", "version": 1}).status_code == 403
    assert program.post(f"{address}archive/", {}).status_code == 403


@pytest.mark.parametrize("key", ["nothing", "desk:home", "desk:organisation_edit", "x:y"])
def test_a_view_of_what_is_no_list(api, clerk, key):
    answer = api(clerk).post(VIEWS, {"list_key": key, "name": "一"})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_sharing_without_the_permission(api, clerk):
    answer = api(clerk).post(VIEWS, {"list_key": KEY, "name": "一", "is_shared": True})
    assert answer.status_code == 409
    assert answer.json()["code"] == "view_may_not_share"


def test_bulk_changes_are_read_with_their_counts(api, clerk, clerk2):
    row = OrganisationFactory()
    run = bulk.order(
        actor=clerk,
        list_key=KEY,
        change=bulk.find_change(KEY, "change"),
        model=type(row),
        rows=[(row.pk, row.version)],
        arguments={"hotline": ["0635-1"]},
    )
    jobs.run(run.job_id)
    found = api(clerk).get("/api/v1/bulk-runs/").json()["results"]
    assert [one["id"] for one in found] == [run.pk]
    assert found[0]["results"]["changed"] == 1
    assert api(clerk2).get(f"/api/v1/bulk-runs/{run.pk}/").status_code == 404
