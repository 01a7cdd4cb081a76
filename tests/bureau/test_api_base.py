"""What every noun of the API answers: who asks first, then scope, permission, values, rules."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from bureau.people import services
from bureau.people.api_auth import AnonymousThrottle, TokenThrottle
from bureau.people.models import Organisation
from bureau.records.models import AuditEntry
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/organisations/"
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def theirs(company):
    return company.organisation


@pytest.fixture
def foreign():
    return OrganisationFactory(name="昌润供热")


def one(organisation) -> str:
    return f"{LIST}{organisation.pk}/"


class TestWho:
    @pytest.mark.parametrize("path", ["/api/v1/", LIST, f"{LIST}1/", "/api/v1/divisions/"])
    @pytest.mark.parametrize("method", ["get", "post", "patch"])
    def test_anonymous_is_401_and_told_how(self, api, path, method):
        response = getattr(api(), method)(path)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Token"
        assert response["Content-Type"] == PROBLEM
        assert response.json()["code"] == "not_authenticated"

    def test_the_schema_is_open(self, api):
        assert api().get("/api/schema/").status_code == 200

    def test_a_session_works_too_but_writes_need_its_csrf_token(self, clerk):
        client = Client(enforce_csrf_checks=True)
        client.force_login(clerk, backend="bureau.people.backends.PortalBackend")
        assert client.get(LIST).status_code == 200
        body = {"kind": "supplier", "name": "甲"}
        refused = client.post(LIST, body, content_type="application/json")
        assert refused.status_code == 403
        client.get("/profile/")
        token = client.cookies["csrftoken"].value
        passed = client.post(
            LIST, body, content_type="application/json", headers={"X-CSRFToken": token}
        )
        assert passed.status_code == 201


class TestScope:
    @pytest.mark.parametrize("method", ["get", "head", "put", "patch"])
    def test_outside_is_404_for_every_method_the_address_has(self, api, company, foreign, method):
        response = getattr(api(company), method)(one(foreign), {"version": 1})
        assert response.status_code == 404
        if method != "head":
            assert response.json()["code"] == "not_found"

    def test_outside_looks_like_nothing(self, api, company, foreign):
        outside = api(company).get(one(foreign)).json()
        nothing = api(company).get(f"{LIST}987654321/").json()
        assert outside == nothing

    def test_a_verb_outside_is_404_too(self, api, company, foreign):
        assert api(company).post(f"{one(foreign)}archive/").status_code == 404

    def test_a_method_it_does_not_have_is_405(self, api, clerk, company, foreign, theirs):
        for who in (clerk, company):
            assert api(who).delete(one(foreign)).status_code == 405
            assert api(who).get(f"{one(foreign)}archive/").status_code == 405
            assert api(who).options(one(theirs)).status_code == 405
        assert api(clerk).post("/api/v1/divisions/", {}).status_code == 405

    def test_inside_without_the_permission_is_403(self, api, company, theirs):
        for response in (
            api(company).patch(one(theirs), {"hotline": "1", "version": 1}),
            api(company).put(one(theirs), {"hotline": "1", "version": 1}),
            api(company).post(f"{one(theirs)}archive/"),
            api(company).post(LIST, {"kind": "supplier", "name": "甲"}),
        ):
            assert response.status_code == 403
            assert response.json()["code"] == "not_permitted"
        assert AuditEntry.objects.filter(verb="change").count() == 0

    def test_without_any_posting_a_list_is_403(self, api, nobody):
        assert api(nobody).get(LIST).status_code == 403

    def test_the_list_holds_only_what_is_visible(self, api, company, foreign, theirs):
        found = api(company).get(LIST).json()["results"]
        assert [line["id"] for line in found] == [theirs.pk]


class TestPages:
    @pytest.fixture(autouse=True)
    def _many(self):
        for number in range(7):
            OrganisationFactory(name=f"第{number}供热站")

    def test_every_row_once_forwards_and_backwards(self, api, clerk):
        client = api(clerk)
        names, address, pages = [], f"{LIST}?size=3", 0
        while address:
            assert address.startswith(("http://testserver", LIST))
            body = client.get(address).json()
            assert set(body) == {"next", "previous", "results"}
            names += [line["name"] for line in body["results"]]
            back, address, pages = body["previous"], body["next"], pages + 1
        assert len(names) == len(set(names)) == 7
        assert pages == 3
        assert names == sorted(names)
        earlier = client.get(back).json()
        assert [line["name"] for line in earlier["results"]] == names[3:6]

    def test_filters_stay_in_the_addresses(self, api, clerk):
        body = api(clerk).get(f"{LIST}?size=2&kind=heating_company&q=供热").json()
        assert "kind=heating_company" in urlsplit(body["next"]).query
        assert len(body["results"]) == 2

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("cursor=nonsense", "cursor"),
            ("cursor=WyJuIiwiXHUwMDAwIiwxXQ", "cursor"),
            ("size=0", "size"),
            ("size=501", "size"),
            ("size=9999999999999999999999", "size"),
            ("size=x", "size"),
            ("sort=password", "sort"),
            ("kind=palace", "kind"),
        ],
    )
    def test_nonsense_in_the_address_is_422_and_named(self, api, clerk, query, field):
        response = api(clerk).get(f"{LIST}?{query}")
        assert response.status_code == 422
        assert list(response.json()["fields"]) == [field]

    def test_the_number_of_queries_does_not_grow(self, api, clerk, django_assert_max_num_queries):
        client = api(clerk)
        client.get(LIST)
        with django_assert_max_num_queries(5):
            client.get(f"{LIST}?size=1")
        with django_assert_max_num_queries(5):
            client.get(f"{LIST}?size=100")


class TestWriting:
    def test_a_new_one_is_made_by_the_service(self, api, clerk):
        response = api(clerk).post(LIST, {"kind": "supplier", "name": "海尔电器"})
        assert response.status_code == 201
        body = response.json()
        made = Organisation.objects.get(pk=body["id"])
        assert (body["name"], body["version"], made.bigrams[0]) == ("海尔电器", 1, "海尔")
        assert AuditEntry.objects.get(verb="create").source == "api"

    def test_the_same_again_is_refused_in_words(self, api, clerk):
        client = api(clerk)
        client.post(LIST, {"kind": "supplier", "name": "海尔电器"})
        response = client.post(LIST, {"kind": "supplier", "name": "海尔电器"})
        assert response.status_code == 422
        assert response["Content-Type"] == PROBLEM
        body = response.json()
        assert {"type", "title", "code", "detail"} <= set(body)
        assert "海尔电器" in body["fields"]["name"][0]

    def test_every_problem_is_headed_in_the_readers_language(self, api, clerk):
        titles = {
            api(who).generic(method, path).json()["title"]
            for who, method, path in (
                (None, "GET", LIST),
                (clerk, "GET", f"{LIST}999999999/"),
                (clerk, "DELETE", LIST),
                (clerk, "GET", "/api/v1/audit-entries/"),
                (clerk, "GET", f"{LIST}?format=pdf"),
            )
        }
        assert titles == {"请先登录", "未找到", "此处不能这样操作", "无权办理", "没有该格式"}

    def test_a_change_needs_the_version_that_was_read(self, api, clerk, theirs):
        client = api(clerk)
        missing = client.patch(one(theirs), {"hotline": "12319"})
        assert missing.status_code == 422
        assert "version" in missing.json()["fields"]
        first = client.patch(one(theirs), {"hotline": "12319", "version": theirs.version})
        assert first.status_code == 200
        assert first.json()["version"] == theirs.version + 1
        stale = client.patch(one(theirs), {"hotline": "1", "version": theirs.version})
        assert stale.status_code == 409
        assert stale.json()["code"] == "stale"
        theirs.refresh_from_db()
        assert theirs.hotline == "12319"

    def test_what_was_read_can_be_put_back(self, api, clerk, theirs):
        client = api(clerk)
        body = client.get(one(theirs)).json() | {"address": "东昌路1号"}
        assert client.put(one(theirs), body).status_code == 200

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"kind": "supplier"}, "name"),
            ({"kind": "palace", "name": "甲"}, "kind"),
            ({"kind": "supplier", "name": ""}, "name"),
            ({"kind": "supplier", "name": "甲\x00乙"}, "name"),
            ({"kind": "supplier", "name": "甲" * 121}, "name"),
            ({"kind": "supplier", "name": ["甲"]}, "name"),
            ({"kind": "supplier", "name": "甲", "credit_code": "123"}, "credit_code"),
            ({"kind": "supplier", "name": "甲", "colour": "red"}, "colour"),
            (["not", "an", "object"], "non_field_errors"),
        ],
    )
    def test_bad_values_are_422_by_field(self, api, clerk, body, field):
        response = api(clerk).post(LIST, body)
        assert response.status_code == 422
        answer = response.json()
        assert {"code", "detail", "fields"} <= set(answer)
        assert list(answer["fields"]) == [field]
        assert not Organisation.objects.filter(kind="supplier").exists()

    def test_a_read_only_field_is_not_dropped_silently(self, api, clerk, theirs):
        response = api(clerk).patch(
            one(theirs), {"archived_at": "2026-01-01", "version": theirs.version}
        )
        assert response.status_code == 422
        assert list(response.json()["fields"]) == ["archived_at"]

    @pytest.mark.parametrize("raw", ["{", "", "\x00", '{"a": NaN}', "<xml/>", "[" * 100_000])
    def test_malformed_json_gets_a_sentence(self, api, clerk, raw):
        response = api(clerk).generic("POST", LIST, raw, content_type="application/json")
        assert response.status_code in (400, 422)
        assert response.json()["detail"]

    def test_a_body_larger_than_any_noun_is_413(self, api, clerk):
        raw = '{"name": "' + "x" * (2 * 1024 * 1024) + '"}'
        response = api(clerk).generic("POST", LIST, raw, content_type="application/json")
        assert response.status_code == 413

    def test_another_media_type_is_415(self, api, clerk):
        response = api(clerk).generic("POST", LIST, "a=1", content_type="text/plain")
        assert response.status_code == 415

    def test_a_verb_calls_its_service_and_answers_with_the_object(self, api, clerk, theirs):
        response = api(clerk).post(f"{one(theirs)}archive/", {"note": "合并"})
        assert response.status_code == 200
        assert response.json()["archived_at"]
        assert AuditEntry.objects.get(verb="archive").note == "合并"
        again = api(clerk).post(f"{one(theirs)}archive/", {})
        assert again.status_code == 409
        assert again.json()["code"] == "archived"


class TestAddresses:
    @pytest.mark.parametrize("method", ["get", "post", "patch"])
    @pytest.mark.parametrize("path", ["organisations", "organisations/1", "palaces/", "../x/", ""])
    def test_an_address_without_its_slash_is_404_and_never_a_redirect(
        self, api, clerk, method, path
    ):
        if path == "" and method == "get":
            return
        response = getattr(api(clerk), method)(f"/api/v1/{path}")
        assert response.status_code in (404, 405)
        assert response["Content-Type"] == PROBLEM

    @pytest.mark.parametrize("pk", ["0", "999999999999999999", "9999999999999999999", "x", "-1"])
    def test_no_such_id_is_404(self, api, clerk, pk):
        assert api(clerk).get(f"{LIST}{pk}/").status_code == 404

    def test_the_root_lists_the_nouns(self, api, clerk):
        body = api(clerk).get("/api/v1/").json()
        assert {"divisions", "organisations"} <= set(body)
        assert body["divisions"].endswith("/api/v1/divisions/")

    def test_the_schema_is_complete_and_says_nothing_twice(self, capsys):
        schema = SchemaGenerator().get_schema(public=True)
        assert "/api/v1/organisations/{id}/archive/" in schema["paths"]
        assert all(path.endswith("/") for path in schema["paths"])
        assert capsys.readouterr().err == ""


class TestDivisions:
    def test_the_tree_can_be_walked(self, api, outsider):
        client = api(outsider)
        [city] = client.get("/api/v1/divisions/?level=2").json()["results"]
        counties = client.get(f"/api/v1/divisions/?parent={city['id']}").json()["results"]
        assert {"东昌府区", "高唐县"} <= {line["name"] for line in counties}
        assert counties[0]["parent_name"] == city["name"]
        [found] = client.get("/api/v1/divisions/?code=371526000000").json()["results"]
        assert found["name"] == "高唐县"
        towns = client.get("/api/v1/divisions/?below=371526000000&level=4").json()["results"]
        assert len(towns) > 5

    def test_two_characters_find_a_name(self, api, clerk):
        found = api(clerk).get("/api/v1/divisions/?q=高唐").json()["results"]
        assert "高唐县" in {line["name"] for line in found}


class TestThrottle:
    @pytest.fixture(autouse=True)
    def _rates(self, monkeypatch):
        monkeypatch.setattr(TokenThrottle, "THROTTLE_RATES", {"token": "5/min"})
        monkeypatch.setattr(AnonymousThrottle, "THROTTLE_RATES", {"anon": "3/min"})

    def test_by_key(self, api, clerk, clerk2):
        client = api(clerk)
        codes = [client.get(LIST).status_code for _ in range(6)]
        assert codes == [200] * 5 + [429]
        assert int(client.get(LIST)["Retry-After"]) > 0
        assert api(clerk2).get(LIST).status_code == 200

    def test_anonymous_by_address_whatever_they_forward(self, api):
        codes = [
            api().get(LIST, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").status_code
            for number in range(4)
        ]
        assert codes == [401, 401, 401, 429]
        assert api().get(LIST, REMOTE_ADDR="10.1.1.1").status_code == 401

    def test_wrong_keys_count_as_anonymous(self, api):
        client = api()
        client.credentials(HTTP_AUTHORIZATION="Token wrong")
        assert [client.get(LIST).status_code for _ in range(4)] == [401, 401, 401, 429]

    def test_the_schema_counts_too(self, api):
        codes = [api().get("/api/schema/").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]


def test_sentences_are_in_the_language_of_the_key_s_user(api, clerk, theirs):
    services.edit_profile(clerk, {"language": "en"})
    english = api(clerk).get(f"{LIST}987654/").json()["detail"]
    services.edit_profile(clerk, {"language": ""})
    chinese = api(clerk).get(f"{LIST}987654/", HTTP_ACCEPT_LANGUAGE="en").json()["detail"]
    assert english.isascii()
    assert not chinese.isascii()
