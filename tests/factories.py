"""Makes the foundation's nouns for tests; each app has its own factories beside its tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from bureau.core import bigrams, pinyin
from bureau.people.choices import OrganisationKind
from bureau.people.models import Organisation, Posting, Role, User
from bureau.places.models import Division


class UserFactory(DjangoModelFactory):
    """An account that can sign in by ``force_login`` and holds no posting."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"用户{n}")
    must_change_password = False


class OrganisationFactory(DjangoModelFactory):
    """A heating company, unless ``kind`` says otherwise."""

    class Meta:
        model = Organisation

    kind = OrganisationKind.HEATING_COMPANY
    name = factory.Sequence(lambda n: f"第{n}热力公司")
    pinyin = factory.LazyAttribute(lambda made: pinyin.sort_key(made.name))
    bigrams = factory.LazyAttribute(lambda made: bigrams.of(made.name))


class PostingFactory(DjangoModelFactory):
    """A posting of ``user`` as ``role_code`` to the division of ``place`` (a code)."""

    class Meta:
        model = Posting

    class Params:
        role_code = "county_reviewer"
        place = "371500000000"

    user = factory.SubFactory(UserFactory)
    role = factory.LazyAttribute(lambda made: Role.objects.get(code=made.role_code))
    division = factory.LazyAttribute(lambda made: Division.objects.get(code=made.place))
    valid_from = date(2026, 1, 1)
