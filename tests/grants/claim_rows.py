"""Thousands of claims, written as sets: what only their number is about."""

from itertools import count

from django.contrib.contenttypes.models import ContentType

from bureau.core import bigrams, pinyin
from bureau.places.models import Division
from bureau.records.models import Attachment
from grants.models import Claim, Dwelling, Household, Membership, Person
from tests.cast import person
from tests.grants.claim_story import DONE_ON

NUMBERS = count(1)


def named(made, name):
    """Return a row with its name and the keys that sort and find it."""
    made.name, made.pinyin, made.bigrams = name, pinyin.sort_key(name), bigrams.of(name)
    return made


def write_claims(village: Division, number: int) -> list[int]:
    """Return the ids of drafts of one village, each with a head and the photo of its device."""
    filer = person("village")
    marks = [next(NUMBERS) for _turn in range(number)]
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(village=village, account_number=f"88{mark:08d}") for mark in marks
    )
    households = Household.objects.bulk_create(
        named(Household(dwelling=dwelling), "王户") for dwelling in dwellings
    )
    heads = Person.objects.bulk_create(
        named(Person(id_number_index=f"{mark:064d}"), "王户") for mark in marks
    )
    Membership.objects.bulk_create(
        Membership(household=household, person=head, relation="head")
        for household, head in zip(households, heads, strict=True)
    )
    claims = Claim.objects.bulk_create(
        named(
            Claim(
                dwelling=household.dwelling, household=household, village=village,
                technology="coal_to_gas", device_serial=f"N{household.pk}", completed_on=DONE_ON,
                programme_year=DONE_ON.year, filed_by=filer,
            ),
            "王户",
        )
        for household in households
    )  # fmt: skip
    Attachment.objects.bulk_create(
        Attachment(
            object_type=ContentType.objects.get_for_model(Claim), object_id=claim.pk,
            kind="photo_after", name="x.jpg", content_type="image/jpeg", size=1, sha256="0" * 64,
            path="x",
        )
        for claim in claims
    )  # fmt: skip
    return [claim.pk for claim in claims]
