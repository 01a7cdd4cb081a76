"""Every write about people: accounts, roles, postings, deputies, keys, organisations."""

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import translation

from bureau.core import bigrams, clock, pinyin
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.choices import PeopleRefusal, PeopleVerb
from bureau.people.models import ApiToken, Delegation, Organisation, Posting, Role, User
from bureau.people.roles import STANDARD_ROLES
from bureau.records.services import record

ORGANISATION_FIELDS = (
    "kind",
    "name",
    "short_name",
    "credit_code",
    "permit_number",
    "hotline",
    "address",
    "contact_name",
    "contact_phone",
)
PROFILE_FIELDS = ("display_name", "phone", "language", "theme")


# --- Roles -------------------------------------------------------------------------------
def sync_roles(**_signal: Any) -> None:
    """Bring the standard roles in step with their table, as far as the permissions exist."""
    tables = connection.introspection.table_names()
    if Role.permissions.through._meta.db_table not in tables:
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth.Permission").objects.select_related("content_type")
    }
    for standard in STANDARD_ROLES:
        with translation.override(settings.LANGUAGE_CODE):
            name = str(standard.name)
        role, _created = Role.objects.update_or_create(code=standard.code, defaults={"name": name})
        role.permissions.set(known[name] for name in standard.permissions if name in known)


# --- Accounts ----------------------------------------------------------------------------
def end_sessions(*users: User | int) -> None:
    """End every session of these users: they sign in again under what they may do now."""
    ids = [user.pk if isinstance(user, User) else user for user in users]
    User.objects.filter(pk__in=ids).update(session_epoch=F("session_epoch") + 1)
    for user in users:
        if isinstance(user, User):
            user.refresh_from_db(fields=["session_epoch"])
            user.forget_postings()


@transaction.atomic
def create_user(
    username: str, *, actor: User | None, password: str | None = None, **fields: Any
) -> User:
    """Open an account; without a password it can be posted but nobody can sign in with it."""
    if password is not None:
        validate_password(password, User(username=username, **fields))
    user = User.objects.create_user(username, password, **fields)
    record(PeopleVerb.CREATE_USER, user, actor=actor, after={"username": user.username})
    return user


@transaction.atomic
def close_user(user: User, *, actor: User | None, note: str = "") -> User:
    """Close an account: it keeps its history and can never sign in or be a deputy again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active", "updated_at"])
    end_sessions(user)
    record(
        PeopleVerb.CLOSE_USER,
        user,
        actor=actor,
        before={"is_active": True},
        after={"is_active": False},
        note=note,
    )
    return user


@transaction.atomic
def change_own_password(user: User, password: str) -> User:
    """Give oneself a new password; every other session ends (SEC-5)."""
    return _give_password(user, password, actor=user, verb=PeopleVerb.CHANGE_PASSWORD, own=True)


@transaction.atomic
def set_password(user: User, password: str, *, actor: User | None) -> User:
    """Give somebody a first password, to be changed at the next sign-in."""
    return _give_password(user, password, actor=actor, verb=PeopleVerb.SET_PASSWORD, own=False)


def _give_password(
    user: User, password: str, *, actor: User | None, verb: PeopleVerb, own: bool
) -> User:
    validate_password(password, user)
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = not own
    locked.session_epoch = F("session_epoch") + 1
    locked.save(update_fields=["password", "must_change_password", "session_epoch", "updated_at"])
    locked.refresh_from_db()
    record(verb, locked, actor=actor)
    return locked


@transaction.atomic
def edit_profile(user: User, changes: dict[str, Any]) -> User:
    """Change one's own name, phone, language or theme."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before, after = _apply(user, {k: v for k, v in changes.items() if k in PROFILE_FIELDS})
    if after:
        user.full_clean(exclude=["password"])
        user.save(update_fields=[*after, "updated_at"])
        record(PeopleVerb.EDIT_PROFILE, user, actor=user, before=before, after=after)
    return user


# --- Postings and deputies ---------------------------------------------------------------
@transaction.atomic
def grant_posting(
    user: User,
    role: Role | str,
    *,
    actor: User | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    **ground: Any,
) -> Posting:
    """Post somebody to a division, managing area or organisation (exactly one) for a period.

    ``role`` is a Role or its code; the first day is today by default. Ends the user's sessions.
    """
    if sum(value is not None for value in ground.values()) != 1:
        raise BusinessError(PeopleRefusal.ONE_GROUND)
    since = valid_from or clock.today()
    _check_period(since, valid_until)
    if isinstance(role, str):
        role = Role.objects.get(code=role)
    posting = Posting(user=user, role=role, valid_from=since, valid_until=valid_until, **ground)
    posting.full_clean()
    posting.save()
    end_sessions(user, *_deputies_of(user))
    record(PeopleVerb.GRANT_POSTING, user, actor=actor, after=_posting_values(posting))
    return posting


@transaction.atomic
def end_posting(
    posting: Posting, *, actor: User | None, last_day: date | None = None, note: str = ""
) -> Posting:
    """End a posting after ``last_day``, or at once without one; it stays on record."""
    posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    if posting.ended_at or (posting.valid_until and posting.valid_until < clock.today()):
        raise BusinessError(PeopleRefusal.POSTING_ENDED, day=posting.valid_until)
    before = _posting_values(posting)
    _end(posting, last_day)
    end_sessions(posting.user, *_deputies_of(posting.user))
    record(
        PeopleVerb.END_POSTING,
        posting.user,
        actor=actor,
        before=before,
        after=_posting_values(posting),
        note=note,
    )
    return posting


@transaction.atomic
def delegate(
    principal: User,
    deputy: User,
    *,
    actor: User | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    reason: str = "",
) -> Delegation:
    """Let ``deputy`` act under the postings of ``principal`` for a period, both days included."""
    if principal.pk == deputy.pk:
        raise BusinessError(PeopleRefusal.OWN_DEPUTY)
    if not deputy.is_active:
        raise BusinessError(PeopleRefusal.DEPUTY_INACTIVE, person=deputy)
    since = valid_from or clock.today()
    _check_period(since, valid_until)
    delegation = Delegation(
        principal=principal,
        deputy=deputy,
        valid_from=since,
        valid_until=valid_until,
        reason=reason,
    )
    delegation.full_clean()
    delegation.save()
    end_sessions(deputy)
    record(
        PeopleVerb.DELEGATE,
        principal,
        actor=actor,
        after={
            "deputy": deputy.username,
            "valid_from": str(since),
            "valid_until": valid_until and str(valid_until),
        },
        note=reason,
    )
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, actor: User | None, note: str = "") -> Delegation:
    """End a delegation at once; what was signed under it still counts as one person's."""
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    before = delegation.valid_until
    _end(delegation, None)
    end_sessions(delegation.deputy)
    record(
        PeopleVerb.END_DELEGATION,
        delegation.principal,
        actor=actor,
        before={"valid_until": before},
        after={"valid_until": delegation.valid_until},
        note=note,
    )
    return delegation


def _end(row: Posting | Delegation, last_day: date | None) -> None:
    """Set the last day of a dated row; without one it ends now, whatever the day."""
    if last_day is None:
        row.ended_at = clock.now()
    row.valid_until = last_day or max(row.valid_from, clock.today())
    _check_period(row.valid_from, row.valid_until)
    row.save(update_fields=["valid_until", "ended_at", "updated_at"])


def _deputies_of(user: User) -> list[int]:
    running = Delegation.objects.since(clock.today())
    return list(running.filter(principal=user).values_list("deputy_id", flat=True))


def _check_period(since: date, until: date | None) -> None:
    if until and until < since:
        raise BusinessError(PeopleRefusal.PERIOD_REVERSED, since=since, until=until)


def _posting_values(posting: Posting) -> dict[str, Any]:
    return {
        "role": posting.role.code,
        "ground": str(posting.ground),
        "valid_from": posting.valid_from,
        "valid_until": posting.valid_until,
    }


# --- API keys ----------------------------------------------------------------------------
MOST_TOKENS = 5
LONGEST_TOKEN = timedelta(days=365)


@transaction.atomic
def issue_token(
    user: User, *, actor: User | None, name: str = "", expires_on: date | None = None
) -> str:
    """Return a new API key of ``user``; it cannot be read again afterwards.

    A person (not the command line) may have five that work, each for a year at most
    (``too_many_tokens``, ``token_period``).
    """
    if actor is not None:
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        _refuse_token(user, expires_on)
    key = ApiToken.new_key()
    ApiToken.objects.create(
        user=user, name=name, digest=ApiToken.digest_of(key), expires_on=expires_on
    )
    record(PeopleVerb.ISSUE_TOKEN, user, actor=actor, after={"name": name, "until": expires_on})
    return key


def _refuse_token(user: User, expires_on: date | None) -> None:
    if ApiToken.objects.active().filter(user=user).count() >= MOST_TOKENS:
        raise BusinessError(PeopleRefusal.TOO_MANY_TOKENS, limit=MOST_TOKENS)
    first, last = clock.today(), clock.today() + LONGEST_TOKEN
    if expires_on is None or not first <= expires_on <= last:
        raise BusinessError(PeopleRefusal.TOKEN_PERIOD, first=first, last=last)


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User | None) -> ApiToken:
    """Make an API key worthless at once."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    token.revoked_at = token.revoked_at or clock.now()
    token.save(update_fields=["revoked_at", "updated_at"])
    record(PeopleVerb.REVOKE_TOKEN, token.user, actor=actor, before={"name": token.name})
    return token


# --- Organisations -----------------------------------------------------------------------
@transaction.atomic
def create_organisation(*, actor: User | None, note: str = "", **values: Any) -> Organisation:
    """Add an organisation; the same kind and name twice is ``organisation_exists``."""
    organisation = Organisation(**values)
    _save_organisation(organisation)
    after = {field: getattr(organisation, field) for field in ORGANISATION_FIELDS}
    record(
        PeopleVerb.CREATE_ORGANISATION,
        organisation,
        actor=actor,
        after={field: value for field, value in after.items() if value},
        note=note,
    )
    return organisation


@transaction.atomic
def edit_organisation(
    organisation: Organisation, changes: dict[str, Any], *, actor: User | None, version: int
) -> Organisation:
    """Change an organisation that nobody changed since ``version`` was read, else ``stale``."""
    organisation = _lock_organisation(organisation)
    if organisation.version != version:
        raise BusinessError(Refusal.STALE)
    wanted = {field: changes[field] for field in ORGANISATION_FIELDS if field in changes}
    before, after = _apply(organisation, wanted)
    if after:
        organisation.version += 1
        _save_organisation(organisation)
        record(PeopleVerb.EDIT_ORGANISATION, organisation, actor=actor, before=before, after=after)
    return organisation


@transaction.atomic
def archive_organisation(
    organisation: Organisation, *, actor: User | None, note: str = ""
) -> Organisation:
    """Put an organisation away; what refers to it keeps its name."""
    organisation = _lock_organisation(organisation)
    organisation.archived_at = clock.now()
    organisation.version += 1
    organisation.save(update_fields=["archived_at", "version", "updated_at"])
    record(PeopleVerb.ARCHIVE_ORGANISATION, organisation, actor=actor, note=note)
    return organisation


def organisation_index(*names: str) -> tuple[str, list[str]]:
    """Return (pinyin key, bigrams) of an organisation's names, as set-based importers need."""
    full = next(iter(names), "")
    return pinyin.sort_key(full), bigrams.of(*(name for name in names if name))


def _lock_organisation(organisation: Organisation) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.is_archived:
        raise BusinessError(PeopleRefusal.ORGANISATION_ARCHIVED, name=locked.name)
    return locked


def _save_organisation(organisation: Organisation) -> None:
    organisation.pinyin, organisation.bigrams = organisation_index(
        organisation.name, organisation.short_name
    )
    same = Q(kind=organisation.kind, name=organisation.name)
    if Organisation.objects.filter(same).exclude(pk=organisation.pk).exists():
        raise BusinessError(
            PeopleRefusal.ORGANISATION_EXISTS,
            kind=organisation.get_kind_display(),
            name=organisation.name,
        )
    organisation.full_clean()
    try:
        organisation.save()
    except IntegrityError as error:  # somebody took the name after we looked
        raise BusinessError(Refusal.CONFLICT) from error


def _apply(row: Any, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs and return (before, after) of exactly those fields."""
    before = {field: getattr(row, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if value != before[field]}
    for field, value in after.items():
        setattr(row, field, value)
    return {field: before[field] for field in after}, after
