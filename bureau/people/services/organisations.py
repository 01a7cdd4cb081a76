"""Writes about companies and offices."""

from collections.abc import Iterable

from django.db.models import Q

from bureau.core.findings import Finding
from bureau.people.choices import PeopleRefusal
from bureau.people.models import Organisation
from bureau.records.keeper import Keeper


class Organisations(Keeper[Organisation]):
    """Companies and offices: one of each kind and name, one of each credit code.

    What refers to one that is put away keeps its name.
    """

    model = Organisation
    fields = (
        "kind", "name", "short_name", "credit_code", "permit_number",
        "hotline", "address", "contact_name", "contact_phone",
    )  # fmt: skip

    def check(self, row: Organisation) -> Iterable[Finding | None]:
        others = Organisation.objects.exclude(pk=row.pk)
        if others.filter(kind=row.kind, name=row.name).exists():
            values = {"kind": row.get_kind_display(), "name": row.name}
            yield Finding(PeopleRefusal.ORGANISATION_EXISTS, ("name",), values)
        same_code = others.filter(~Q(credit_code=""), credit_code=row.credit_code).first()
        if same_code is not None:
            values = {"name": same_code.name}
            yield Finding(PeopleRefusal.CREDIT_CODE_TAKEN, ("credit_code",), values)


organisations = Organisations()
