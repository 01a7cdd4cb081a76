"""Writes of the registry: what they refuse, what they write down, what the database forbids."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.records.models import AuditEntry
from heating.models import HeatSource, HouseholdCount, ManagementPeriod, Substation
from heating.services import estates, management, stations
from heating.services.handover_opening import register_handover
from heating.services.sources import sources
from tests.factories import OrganisationFactory
from tests.heating.factories import (
    EstateFactory,
    HeatSourceFactory,
    HouseholdCountFactory,
    SubstationFactory,
    property_company,
    third_party_station,
)

pytestmark = pytest.mark.django_db


def refused(call):
    with pytest.raises(BusinessError) as error:
        call()
    return error.value.code.value


def invalid(call):
    with pytest.raises(ValidationError) as error:
        call()
    return {field: found[0].code for field, found in error.value.error_dict.items()}


def verbs(subject):
    return list(AuditEntry.objects.about(subject).values_list("verb", flat=True))


def register(clerk, **given):
    community = EstateFactory().community
    values = {"name": "新1号换热站", "community": community, "mode": "company_run"} | given
    return stations.register_station(actor=clerk, **values)


def test_registering_a_station_begins_its_management(clerk):
    estate = EstateFactory()
    station = register(clerk, commissioned_year=2015, main_estate=estate)
    assert station.management_periods.get().valid_from == date(2015, 1, 1)
    assert station.served_estates.get().is_main
    assert verbs(station) == ["change_management", "register_station"]
    assert station.bigrams[:2] == ["新1", "1号"]


def test_findings_stand_beside_their_fields(clerk):
    found = invalid(
        lambda: register(
            clerk,
            connected_area=Decimal(5),
            heated_area=Decimal(6),
            direct_households=1,
            commissioned_year=2099,
            longitude=Decimal("36.4"),
            latitude=Decimal("115.9"),
        )
    )
    assert found == {
        "heated_area": "heated_exceeds_area",
        "direct_households": "direct_exceeds_households",
        "commissioned_year": "future_year",
        "longitude": "swapped_coordinates",
    }
    assert not Substation.objects.exists()


def test_an_edit_counts_the_version_and_keeps_before_and_after(clerk):
    station = SubstationFactory(remarks="旧")
    saved = stations.edit_station(station, {"remarks": "新"}, actor=clerk, version=1)
    assert saved.version == 2
    entry = AuditEntry.objects.about(station).first()
    assert (entry.before, entry.after) == ({"remarks": "旧"}, {"remarks": "新"})
    again = stations.edit_station(station, {"remarks": "新"}, actor=clerk, version=2)
    assert again.version == 2
    assert AuditEntry.objects.about(station).count() == 1


def test_a_stale_version_is_refused(clerk):
    station = SubstationFactory()
    stations.edit_station(station, {"remarks": "甲"}, actor=clerk, version=1)
    edit = lambda: stations.edit_station(station, {"remarks": "乙"}, actor=clerk, version=1)  # noqa: E731
    assert refused(edit) == "stale"
    assert Substation.objects.get().remarks == "甲"


def test_a_new_name_brings_its_keys(clerk):
    station = SubstationFactory()
    stations.edit_station(station, {"name": " 古楼 2号站 "}, actor=clerk, version=1)
    saved = Substation.objects.get()
    assert saved.name == "古楼2号站"
    assert "古楼" in saved.bigrams
    assert saved.pinyin.startswith("gu lou")


def test_the_main_estate_moves(clerk):
    first, second = EstateFactory(), EstateFactory()
    station = SubstationFactory(estate=first)
    stations.edit_station(
        station, {"main_estate": second, "estates": [first]}, actor=clerk, version=1
    )
    assert station.served_estates.get(is_main=True).estate == second
    assert set(station.estates.all()) == {first, second}
    assert Substation.objects.get().version == 2


def test_archived_things_stay_as_they_are_until_they_come_back(clerk):
    station = SubstationFactory()
    stations.archive_station(station, actor=clerk, note="拆除")
    edit = lambda: stations.edit_station(station, {"remarks": "x"}, actor=clerk, version=None)  # noqa: E731
    assert refused(edit) == "archived"
    assert not stations.restore_station(station, actor=clerk).is_archived
    assert verbs(station)[:2] == ["restore_station", "archive_station"]


def test_what_is_in_use_is_not_archived(clerk):
    estate, source = EstateFactory(), HeatSourceFactory()
    station = SubstationFactory(estate=estate, heat_source=source)
    assert refused(lambda: estates.archive_estate(estate, actor=clerk)) == "still_served"
    assert refused(lambda: sources.archive(source, actor=clerk)) == "still_served"
    stations.archive_station(station, actor=clerk)
    assert estates.archive_estate(estate, actor=clerk).is_archived
    assert sources.archive(source, actor=clerk).is_archived


def test_a_station_that_is_handed_over_is_not_archived(clerk):
    station = third_party_station(heating_company=OrganisationFactory())
    register_handover(station, actor=clerk)
    assert refused(lambda: stations.archive_station(station, actor=clerk)) == "open_handover"


def test_a_source_is_registered_and_edited(clerk):
    source = sources.register(actor=clerk, name="东首站", kind="cogeneration")
    sources.edit(source, {"capacity_mw": Decimal(300)}, actor=clerk, version=1)
    assert HeatSource.objects.get().version == 2
    with pytest.raises(ValidationError):
        sources.register(actor=clerk, name="东首站")


def test_management_changes_and_keeps_its_history(clerk):
    station, day = third_party_station(), date(2026, 11, 15)
    management.change_management(station, mode="company_run", on=day, actor=clerk, note="移交")
    old, new = ManagementPeriod.objects.order_by("valid_from")
    assert (old.valid_to, new.valid_from, new.valid_to) == (day, day, None)
    assert Substation.objects.managed_as(date(2026, 11, 14)).get().mode == "third_party_run"
    assert Substation.objects.managed_as(day).get().mode == "company_run"
    entry = AuditEntry.objects.about(station).first()
    assert entry.before["mode"] == "third_party_run"
    assert entry.after["mode"] == "company_run"


def test_management_may_change_on_a_day_to_come(clerk):
    station = third_party_station()
    management.change_management(station, mode="company_run", on=date(2099, 1, 1), actor=clerk)
    assert Substation.objects.in_mode(["third_party_run"], clock.today()).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mode": "custody", "on": date(2026, 1, 1)}, "manager_missing"),
        ({"mode": "company_run", "on": date(2012, 1, 1)}, "management_too_early"),
        (
            {"mode": "company_run", "on": date(2026, 1, 1), "owner_run": True},
            "manager_not_expected",
        ),
    ],
)
def test_changes_of_management_that_are_refused(clerk, change, code):
    station = third_party_station()
    call = lambda: management.change_management(station, actor=clerk, **change)  # noqa: E731
    assert refused(call) == code
    assert ManagementPeriod.objects.count() == 1


def test_the_same_management_again_is_no_change(clerk):
    station = SubstationFactory()
    call = lambda: management.change_management(  # noqa: E731
        station, mode="company_run", on=date(2026, 1, 1), actor=clerk
    )
    assert refused(call) == "management_unchanged"


def test_a_second_count_of_a_day_corrects_the_first(clerk):
    estate, day = EstateFactory(), date(2026, 11, 1)
    record = estates.record_household_count
    record(estate, as_of=day, connected=10, direct=5, actor=clerk)
    record(estate, as_of=day, connected=10, direct=6, actor=clerk)
    assert HouseholdCount.objects.get().direct == 6
    assert len(verbs(estate)) == 2
    wrong = lambda: record(estate, as_of=day, connected=10, direct=11, actor=clerk)  # noqa: E731
    assert invalid(wrong) == {"direct": "direct_exceeds_households"}
    late = lambda: record(estate, as_of=date(2099, 1, 1), connected=1, direct=0, actor=clerk)  # noqa: E731
    assert invalid(late) == {"as_of": "future_date"}


def test_equipment_and_zones_are_counted_anew(clerk):
    station = SubstationFactory()
    stations.record_equipment(station, kind="pump", quantity=2, actor=clerk)
    stations.record_equipment(station, kind="pump", quantity=3, actor=clerk)
    assert station.equipment.get().quantity == 3
    stations.record_zone(station, level="high", supply_temperature=Decimal(55), actor=clerk)
    stations.record_zone(station, level="high", supply_temperature=Decimal(50), actor=clerk)
    assert station.zones.get().supply_temperature == 50
    with pytest.raises(ValidationError):
        stations.record_zone(station, level="roof", actor=clerk)


# --- what the database itself forbids ---------------------------------------------------------
def forbidden(statement, params=()):
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, params)
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("heated_area = connected_area + 1", "substation_heated_within_connected"),
        ("heated_area = -1", "substation_heated_within_connected"),
        ("direct_households = households + 1", "substation_direct_within"),
        ("commissioned_year = 1890", "substation_commissioned_year"),
        ("longitude = 36.4, latitude = 115.9", "substation_inside_city"),
        ("longitude = 115.9, latitude = NULL", "substation_inside_city"),
    ],
)
def test_a_station_cannot_contradict_itself(change, constraint):
    SubstationFactory()
    assert forbidden(f"UPDATE heating_substation SET {change}") == constraint


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("heated_area = connected_area + 1", "estate_heated_within_connected"),
        ("year_built = 1800", "estate_year_built"),
        ("first_season = 1800", "estate_first_season"),
        ("occupancy = 101", "estate_occupancy"),
    ],
)
def test_an_estate_cannot_contradict_itself(change, constraint):
    EstateFactory()
    assert forbidden(f"UPDATE heating_estate SET {change}") == constraint


def test_counts_and_names_are_kept_by_the_database():
    count, station = HouseholdCountFactory(), SubstationFactory()
    assert (
        forbidden("UPDATE heating_householdcount SET direct = connected + 1")
        == "householdcount_direct_within"
    )
    double = "INSERT INTO heating_householdcount (estate_id, as_of, connected, direct, source, created_at, updated_at) SELECT estate_id, as_of, 1, 1, 'manual', now(), now() FROM heating_householdcount"  # noqa: E501
    assert forbidden(double) == "householdcount_estate_day"
    other = SubstationFactory()
    rename = "UPDATE heating_substation SET name = %s WHERE id = %s"
    assert forbidden(rename, [station.name, other.pk]) == "substation_community_name"
    assert count.estate.pk


PERIOD = (
    "INSERT INTO heating_managementperiod (station_id, mode, manager_id, owner_run, valid_from, "
    "valid_to, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, now(), now())"
)


def test_periods_never_overlap_and_need_their_manager():
    station, manager = third_party_station(since=date(2020, 1, 1)), property_company("另一物业")
    other = [station.pk, "third_party_run", manager.pk, False]
    assert forbidden(PERIOD, [*other, "2025-01-01", None]) == "managementperiod_no_overlap"
    assert forbidden(PERIOD, [*other, "2019-01-01", "2020-01-02"]) == "managementperiod_no_overlap"
    assert forbidden(PERIOD, [*other, "2019-01-01", "2019-01-01"]) == "managementperiod_forward"
    nobody = [station.pk, "third_party_run", None, False, "2018-01-01", "2019-01-01"]
    assert forbidden(PERIOD, nobody) == "managementperiod_manager"
    company = [station.pk, "company_run", manager.pk, False, "2018-01-01", "2019-01-01"]
    assert forbidden(PERIOD, company) == "managementperiod_manager"
    with connection.cursor() as cursor:
        cursor.execute(PERIOD, [*other, "2019-01-01", "2020-01-01"])


# --- two people at once -----------------------------------------------------------------------
def together(*calls):
    """Run calls on connections of their own at the same moment; return what each came to."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            start.wait()
            call()
            outcomes[place] = "saved"
        except BusinessError as error:
            outcomes[place] = error.code.value
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_saving_at_once_one_is_told(clerk, clerk2):
    station = SubstationFactory()
    outcomes = together(
        lambda: stations.edit_station(station, {"remarks": "甲"}, actor=clerk, version=1),
        lambda: stations.edit_station(station, {"remarks": "乙"}, actor=clerk2, version=1),
    )
    assert outcomes == ["saved", "stale"]
    assert Substation.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_management_at_once_one_counts(clerk, clerk2):
    station, day = third_party_station(), date(2026, 11, 15)
    change = management.change_management
    outcomes = together(
        lambda: change(station, mode="company_run", on=day, actor=clerk),
        lambda: change(station, mode="company_run", on=day, actor=clerk2),
    )
    assert outcomes == ["management_unchanged", "saved"]
    assert ManagementPeriod.objects.count() == 2
