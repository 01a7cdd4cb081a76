"""Reads of dwellings, households and the people in them."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, Subquery

from bureau.core import bigrams
from bureau.core.identifiers import Identifier
from bureau.core.querysets import EVERYTHING, Area, BaseQuerySet
from bureau.places.querysets import PlacedQuerySet, on_ground
from grants.choices import Relation


class DwellingQuerySet(PlacedQuerySet):
    """Dwellings, by their village; found by the beginning of an account number."""

    place_field = "village"

    def named_like(self, text: str) -> Self:
        """Return dwellings by the beginning of an account number."""
        plain = bigrams.normalise(text)
        return self.filter(
            Q(account_number__startswith=plain) | Q(pending_number__startswith=plain)
        )


class HouseholdQuerySet(PlacedQuerySet):
    """Households, by the village of their dwelling."""

    place_field = "dwelling__village"

    def present(self) -> Self:
        """Return the households that live in their dwelling now."""
        return self.filter(valid_to__isnull=True)

    def named_like(self, text: str) -> Self:
        """Return households by two characters of their head's name, or an account's beginning."""
        plain = bigrams.normalise(text)
        if not plain:
            return self
        if plain.isdecimal():
            return self.filter(dwelling__account_number__startswith=plain)
        if len(plain) == 1:
            return self.filter(name__istartswith=plain)
        return self.filter(bigrams__contains=bigrams.of(plain))

    def with_row_data(self) -> Self:
        """Fetch what a row, page or answer shows in one query; of personal numbers their ends."""
        members: Any = apps.get_model("grants", "Membership").objects
        accounts: Any = apps.get_model("grants", "BankAccount").objects
        head = members.heads().filter(household=OuterRef("pk"))
        account = accounts.current().filter(household=OuterRef("pk"))
        return self.select_related(
            "dwelling__village__parent__parent", "dwelling__village__managing_area"
        ).annotate(
            id_number_head=Subquery(head.values("person__id_number_head")[:1]),
            id_number_tail=Subquery(head.values("person__id_number_tail")[:1]),
            phone_tail=Subquery(head.values("person__phone_tail")[:1]),
            card_tail=Subquery(account.values("card_tail")[:1]),
            account_holder=Subquery(account.values("holder_name")[:1]),
        )

    def with_card(self, wanted: bool) -> Self:
        """Return the households that have an account with a card to pay to, or those without."""
        accounts: Any = apps.get_model("grants", "BankAccount").objects
        held = accounts.current().filter(household=OuterRef("pk")).exclude(card_index="")
        return self.filter(Exists(held) if wanted else ~Exists(held))

    def of_identifier(self, found: Identifier) -> Self:
        """Return the households of the person, phone or card that a number names."""
        accounts: Any = apps.get_model("grants", "BankAccount").objects
        members: Any = apps.get_model("grants", "Membership").objects
        if found.kind == "card":
            held = accounts.filter(card_index=found.index).values("household_id")
        elif found.kind == "phone":
            held = members.filter(person__phone_index=found.index).values("household_id")
        else:
            held = members.filter(person__id_number_index=found.index).values("household_id")
        # An electricity account may read like a phone or a card.
        homes = apps.get_model("grants", "Dwelling").objects.filter(account_number=found.plain)
        return self.filter(Q(pk__in=held) | Q(dwelling__in=homes.values("pk")))


class PersonQuerySet(BaseQuerySet):
    """People, shown to whoever sees a household in which they live or lived."""

    def within(self, area: Area) -> Q:
        """Return the condition for people of households on the ground of one posting."""
        if area.is_city:
            return EVERYTHING
        members: Any = apps.get_model("grants", "Membership").objects
        seen = members.filter(on_ground(area, "household__dwelling__village"))
        return Q(pk__in=seen.values("person_id"))


class MembershipQuerySet(PlacedQuerySet):
    """Who lives in which household; ended memberships stay as history."""

    place_field = "household__dwelling__village"

    def current(self) -> Self:
        """Return the memberships that have not ended, in households that have not moved out."""
        return self.filter(valid_to__isnull=True, household__valid_to__isnull=True)

    def heads(self) -> Self:
        """Return the heads of today; of a household that moved out, its last one."""
        return self.filter(relation=Relation.HEAD, valid_to__isnull=True)


class BankAccountQuerySet(PlacedQuerySet):
    """Where households are paid to; ended accounts stay as history."""

    place_field = "household__dwelling__village"

    def current(self) -> Self:
        """Return the accounts to which is paid now."""
        return self.filter(valid_to__isnull=True)
