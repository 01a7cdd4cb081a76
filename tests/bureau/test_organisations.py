"""Companies and offices: one of each kind and name, found by two characters, never deleted."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bureau.core.errors import BusinessError
from bureau.people import services
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation
from bureau.records.models import AuditEntry
from tests.factories import OrganisationFactory

HEATING = OrganisationKind.HEATING_COMPANY


@pytest.mark.django_db
class TestServices:
    def test_a_new_one_can_be_found_and_sorted(self, clerk):
        made = services.organisations.register(
            actor=clerk, kind=HEATING, name="昌润供热", short_name="昌润"
        )
        assert set(made.bigrams) == {"昌润", "润供", "供热"}
        assert made.pinyin.startswith("chang run")
        entry = AuditEntry.objects.get(verb="create")
        assert (entry.actor, entry.posting) == (clerk, clerk.postings.get())
        assert entry.after["name"] == "昌润供热"

    def test_the_same_name_may_be_of_another_kind(self, clerk):
        for kind in (HEATING, OrganisationKind.WORK_UNIT):
            services.organisations.register(actor=clerk, kind=kind, name="鲁西集团")
        with pytest.raises(ValidationError) as refused:
            services.organisations.register(actor=clerk, kind=HEATING, name="鲁西集团")
        assert refused.value.error_dict["name"][0].code == "organisation_exists"
        with pytest.raises(IntegrityError), transaction.atomic():
            OrganisationFactory(kind=HEATING, name="鲁西集团")

    def test_a_change_says_what_was_before(self, clerk):
        made = services.organisations.register(actor=clerk, kind=HEATING, name="昌润供热")
        changed = services.organisations.edit(
            made, {"name": "昌润热力", "hotline": "12319"}, actor=clerk, version=1
        )
        assert (changed.version, "热力" in changed.bigrams) == (2, True)
        entry = AuditEntry.objects.get(verb="change")
        assert entry.before == {"name": "昌润供热", "hotline": ""}
        assert entry.after == {"name": "昌润热力", "hotline": "12319"}

    def test_nothing_changed_is_nothing_written(self, clerk):
        made = services.organisations.register(actor=clerk, kind=HEATING, name="昌润供热")
        same = services.organisations.edit(made, {"name": "昌润供热"}, actor=clerk, version=1)
        assert same.version == 1
        assert not AuditEntry.objects.filter(verb="change").exists()

    def test_a_stale_version_is_refused(self, clerk):
        made = services.organisations.register(actor=clerk, kind=HEATING, name="昌润供热")
        services.organisations.edit(made, {"hotline": "1"}, actor=clerk, version=1)
        with pytest.raises(BusinessError) as refused:
            services.organisations.edit(made, {"hotline": "2"}, actor=clerk, version=1)
        assert refused.value.code == "stale"

    def test_an_archived_one_stays_as_it_is(self, clerk):
        made = services.organisations.register(actor=clerk, kind=HEATING, name="昌润供热")
        services.organisations.archive(made, actor=clerk, note="注销")
        assert not Organisation.objects.current().filter(pk=made.pk).exists()
        with pytest.raises(BusinessError) as refused:
            services.organisations.edit(made, {"hotline": "1"}, actor=clerk, version=2)
        assert refused.value.code == "archived"

    def test_a_short_name_finds_it_too_whenever_it_was_given(self, clerk):
        made = services.organisations.register(actor=clerk, kind=HEATING, name="昌润供热")
        given = {"short_name": "水暖"}
        services.organisations.edit(made, given, actor=clerk, version=1)
        assert Organisation.objects.get(bigrams__contains=["水暖"]).pinyin.startswith("chang run")

    def test_a_credit_code_belongs_to_one(self, clerk):
        code = {"credit_code": "91371500MA3C0000X1"}
        services.organisations.register(actor=clerk, kind=HEATING, name="昌润供热", **code)
        with pytest.raises(ValidationError) as refused:
            services.organisations.register(actor=clerk, kind=HEATING, name="鲁西供热", **code)
        assert "昌润供热" in refused.value.message_dict["credit_code"][0]

    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "palace", "name": "甲"},
            {"kind": HEATING, "name": ""},
            {"kind": HEATING, "name": "甲", "credit_code": "91371500MA3C0000OI"},
            {"kind": HEATING, "name": "甲", "contact_phone": "12"},
        ],
    )
    def test_bad_values_name_their_field(self, clerk, values):
        with pytest.raises(ValidationError) as refused:
            services.organisations.register(actor=clerk, **values)
        assert len(refused.value.message_dict) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one():
    """Rule, model or index: whichever check the second meets, it is one row and one sentence."""
    barrier, outcomes = Barrier(2), []

    def add() -> None:
        barrier.wait()
        try:
            services.organisations.register(actor=None, kind=HEATING, name="昌润供热")
            outcomes.append("made")
        except BusinessError as refused:
            outcomes.append(refused.code.value)
        except ValidationError as refused:
            outcomes.append("exists" if refused.messages else "says nothing")
        finally:
            connection.close()

    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Organisation.objects.count() == 1
    assert sorted(outcomes) in (["conflict", "made"], ["exists", "made"])
