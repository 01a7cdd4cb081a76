"""Who asks in the tests of all addresses: people of the cast and people made for the purpose.

Making somebody costs more than asking for them, so a module makes its people once and lets its
tests take what they hold for a moment.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from bureau.people.models import Posting, Role, User
from bureau.people.services import issue_token
from tests.cast import person
from tests.factories import UserFactory

SINCE = date(2026, 1, 1)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def bring_back(client: Client, cookies: dict[str, Any]) -> None:
    """Let a browser hold these cookies and no others."""
    client.cookies.clear()
    dict.update(client.cookies, cookies)


class Askers:
    """People, their browsers and their programs."""

    def __init__(self) -> None:
        self._clients: dict[Any, Client] = {}
        self._programs: dict[Any, APIClient] = {}
        self._people: dict[Any, User] = {}
        self._roles: dict[Any, Role] = {}
        self.remember()

    def remember(self) -> None:
        """Keep whoever has signed in by now for every test of the module."""
        for user in self._people.values():
            self.page(user)
            self.program(user)
        connection.check_constraints()  # else the end of every test would check it all again
        known = (self._clients, self._programs, self._people)
        self._known = tuple(dict(one) for one in known)
        self._cookies = {key: dict(client.cookies) for key, client in self._clients.items()}

    def forget(self) -> None:
        """Forget the people whom a test that is over brought along; with it they are gone."""
        self._clients, self._programs, self._people = (dict(one) for one in self._known)
        for key, client in self._clients.items():
            bring_back(client, self._cookies[key])

    def person(self, username: str) -> User:
        """Return one of the cast; made once a test, or once for all before ``remember``."""
        return self._made(username, lambda: person(username))

    def unposted(self) -> User:
        """Return somebody without any posting; made as the others."""
        return self._made("", UserFactory)

    def with_role(self, permissions: frozenset[str], **ground: Any) -> User:
        """Return somebody who holds exactly these permissions on a ground; made as the others."""
        key = (permissions, *sorted((name, one.pk) for name, one in ground.items()))
        return self._made(key, lambda: self._posted(permissions, **ground))

    def _made(self, key: Any, make: Callable[[], User]) -> User:
        if key not in self._people:
            self._people[key] = make()
        return self._people[key]

    def _posted(self, permissions: frozenset[str], **ground: Any) -> User:
        role = Role.objects.create(code=f"trial{len(self._people)}", name="试岗")
        self._grant(role, permissions)
        user = UserFactory()
        self._roles[user.pk] = role
        Posting.objects.create(user=user, role=role, valid_from=SINCE, **ground)
        return user

    def _grant(self, role: Role, permissions: Iterable[str]) -> None:
        link = role.permissions.through
        link.objects.bulk_create(
            link(role_id=role.pk, permission_id=self.permissions[name]) for name in permissions
        )

    @contextmanager
    def holding(
        self, user: User, *, more: Iterable[str] = (), less: Iterable[str] = ()
    ) -> Iterator[User]:
        """Let somebody of ``with_role`` hold more or less; what is done meanwhile never was."""
        role = self._roles[user.pk]
        with undone():
            gone = [self.permissions[name] for name in less]
            if gone:
                role.permissions.through.objects.filter(role=role, permission__in=gone).delete()
            self._grant(role, more)
            yield user

    @cached_property
    def permissions(self) -> dict[str, int]:
        """The ids of all permissions by their names."""
        rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
        return {f"{app}.{codename}": pk for app, codename, pk in rows}

    def page(self, user: User | None) -> Client:
        """Return the browser of somebody."""
        return self._of(user, self._clients, self._sign_in)

    def program(self, user: User | None) -> APIClient:
        """Return a program with a key of somebody."""
        return self._of(user, self._programs, self._with_key)

    @staticmethod
    def _of(user: User | None, known: dict[Any, Any], make: Any) -> Any:
        key = user.pk if user else None
        if key not in known:
            known[key] = make(user)
        return known[key]

    @staticmethod
    def _sign_in(user: User | None) -> Client:
        client = Client(raise_request_exception=True)
        if user is not None:
            client.force_login(user, backend="bureau.people.backends.PortalBackend")
        return client

    @staticmethod
    def _with_key(user: User | None) -> APIClient:
        client = APIClient()
        client.default_format = "json"
        if user is not None:
            key = issue_token(user, actor=None)
            client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
        return client
