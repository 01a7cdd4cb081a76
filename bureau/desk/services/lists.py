"""Writes on how people like their lists: chosen columns, page size, saved views."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.desk.choices import ListRefusal, ListVerb
from bureau.desk.models import ListChoice, SavedView
from bureau.people.models import Role, User
from bureau.records.services import record, values

SHARE, SET_DEFAULT = "desk.share_savedview", "desk.set_default_savedview"
VIEW_FIELDS = ("name", "query", "columns", "sort", "is_shared", "default_for_role")


# --- One's own choice: no audit, it changes nothing but one's own screen ---------------------
@transaction.atomic
def choose(user: User, list_key: str, **wanted: Any) -> ListChoice:
    """Keep how ``user`` likes a list: ``columns`` in order, ``size``, what it opens with."""
    choice, _made = ListChoice.objects.select_for_update().get_or_create(
        user=user, list_key=list_key
    )
    for name, value in wanted.items():
        setattr(choice, name, value)
    choice.full_clean()
    choice.save()
    return choice


def open_with(user: User, list_key: str, view: SavedView | None, *, all_rows: bool = False) -> None:
    """Let a list open with a view, with all its rows, or with what the role says."""
    choose(user, list_key, opens_with=None if all_rows else view, opens_with_all=all_rows)


# --- Saved views -----------------------------------------------------------------------------
@transaction.atomic
def save_view(
    *,
    actor: User,
    list_key: str,
    name: str,
    query: str = "",
    columns: Sequence[str] = (),
    sort: str = "",
    is_shared: bool = False,
    default_for_role: Role | None = None,
) -> SavedView:
    """Keep the filters, columns and order of a list under a name of one's own."""
    view = SavedView(
        list_key=list_key,
        owner=actor,
        name=_tidy(name),
        query=query,
        columns=list(columns),
        sort=sort,
        is_shared=is_shared or default_for_role is not None,
        default_for_role=default_for_role,
    )
    _check(view, actor, was_shared=False, old_role=None)
    _insert_or_update(view)
    record(ListVerb.SAVE_VIEW, view, actor=actor, after=values(view, VIEW_FIELDS))
    return view


@transaction.atomic
def change_view(
    view: SavedView, changes: dict[str, Any], *, actor: User, version: int | None = None
) -> SavedView:
    """Change a view of one's own that was not changed since ``version``, else ``stale``."""
    row = _lock(view, actor, version)
    before = values(row, VIEW_FIELDS)
    was_shared, old_role = row.is_shared, row.default_for_role_id
    for name in VIEW_FIELDS:
        if name in changes:
            setattr(row, name, _tidy(changes[name]) if name == "name" else changes[name])
    if row.default_for_role_id:
        row.is_shared = True
    after = values(row, VIEW_FIELDS)
    moved = [name for name in VIEW_FIELDS if before[name] != after[name]]
    if not moved:
        return row
    _check(row, actor, was_shared=was_shared, old_role=old_role)
    row.version += 1
    _insert_or_update(row)
    record(
        ListVerb.CHANGE_VIEW,
        row,
        actor=actor,
        before={name: before[name] for name in moved},
        after={name: after[name] for name in moved},
    )
    return row


@transaction.atomic
def copy_view(view: SavedView, *, actor: User) -> SavedView:
    """Keep a copy of a view that one may see as one's own; a number tells two names apart."""
    taken = set(
        SavedView.objects.current()
        .filter(owner=actor, list_key=view.list_key)
        .values_list("name", flat=True)
    )
    name, number = view.name, 2
    while name in taken:
        name = f"{view.name[:55]} {number}"
        number += 1
    return save_view(
        actor=actor,
        list_key=view.list_key,
        name=name,
        query=view.query,
        columns=view.columns,
        sort=view.sort,
    )


@transaction.atomic
def archive_view(view: SavedView, *, actor: User, note: str = "") -> SavedView:
    """Take a view of one's own out of every menu."""
    row = _lock(view, actor, None)
    row.archived_at = clock.now()
    row.version += 1
    row.save(update_fields=["archived_at", "version", "updated_at"])
    ListChoice.objects.filter(opens_with=row).update(opens_with=None)
    record(ListVerb.ARCHIVE_VIEW, row, actor=actor, before=values(row, ("name",)), note=note)
    return row


def _lock(view: SavedView, actor: User, version: int | None) -> SavedView:
    row = SavedView.objects.select_for_update(of=("self",)).select_related("owner").get(pk=view.pk)
    if row.owner_id != actor.pk:
        raise BusinessError(ListRefusal.VIEW_NOT_YOURS, name=row.name, owner=str(row.owner))
    if row.archived_at is not None or (version is not None and row.version != version):
        raise BusinessError(Refusal.STALE)
    return row


def _check(view: SavedView, actor: User, *, was_shared: bool, old_role: int | None) -> None:
    """Ask for the right to share and to set a role's view where either is new."""
    if view.is_shared and not was_shared and not actor.has_perm(SHARE):
        raise BusinessError(ListRefusal.VIEW_MAY_NOT_SHARE)
    if view.default_for_role_id != old_role and not actor.has_perm(SET_DEFAULT):
        raise BusinessError(ListRefusal.VIEW_MAY_NOT_SET_DEFAULT)
    same = SavedView.objects.current().filter(list_key=view.list_key).exclude(pk=view.pk)
    if same.filter(owner=actor, name=view.name).exists():
        raise BusinessError(ListRefusal.VIEW_NAME_TAKEN, name=view.name)
    if view.default_for_role_id:
        # A role opens a list with one view: the new one takes the old one's place.
        for other in same.filter(default_for_role=view.default_for_role_id):
            other.default_for_role = None
            other.version += 1
            other.save(update_fields=["default_for_role", "version", "updated_at"])
            shown = {"default_for_role": str(view.default_for_role)}
            record(ListVerb.CHANGE_VIEW, other, actor=actor, before=shown)


def _insert_or_update(view: SavedView) -> None:
    view.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise BusinessError(Refusal.CONFLICT) from error


def _tidy(name: str) -> str:
    return " ".join(str(name or "").split())
