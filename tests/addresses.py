"""Every address of the portal, read from the URLconf and from the OpenAPI document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from drf_spectacular.generators import SchemaGenerator

API = "/api/v1/"
#: Of the API's addresses these are not in its document: its root, itself, everything else.
API_OUTSIDE_DOCUMENT = ("api-root", "api-schema", "")


@dataclass(frozen=True, slots=True)
class Address:
    """A line of the URLconf: its name with namespaces, its route, the names of its arguments."""

    name: str
    route: str
    arguments: tuple[str, ...]
    view: Any

    @property
    def is_api(self) -> bool:
        """Whether programs ask here."""
        return self.route.startswith("api/")


@cache
def every_address() -> tuple[Address, ...]:
    """Return every line of the URLconf."""
    return tuple(_walk(get_resolver().url_patterns, "", ""))


def pages() -> dict[str, Address]:
    """Return the addresses for browsers and machines outside the API, by name."""
    found = [address for address in every_address() if not address.is_api]
    by_name = {address.name: address for address in found}
    assert len(by_name) == len(found), "two addresses share a name, or one has none"
    return by_name


def _walk(patterns: list[Any], route: str, namespace: str) -> Iterator[Address]:
    for found in patterns:
        here = route + str(found.pattern)
        if isinstance(found, URLResolver):
            inside = f"{namespace}{found.namespace}:" if found.namespace else namespace
            yield from _walk(found.url_patterns, here, inside)
        elif isinstance(found, URLPattern):
            name = f"{namespace}{found.name}" if found.name else ""
            yield Address(name, here, _arguments(found), found.callback)


def _arguments(found: URLPattern) -> tuple[str, ...]:
    if isinstance(found.pattern, RoutePattern):
        return tuple(found.pattern.converters)
    return tuple(found.pattern.regex.groupindex)


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> dict[str, frozenset[str]]:
    """Return the methods of every path of the OpenAPI document, the common prefix left out."""
    return {
        path.removeprefix(API): frozenset(word.upper() for word in methods if word != "parameters")
        for path, methods in document()["paths"].items()
    }


def endpoints() -> set[str]:
    """Return the paths of the API as the URLconf has them, the common prefix left out."""
    routes = [found.route for found in every_address() if found.name not in API_OUTSIDE_DOCUMENT]
    paths = {re.sub(r"\(\?P<pk>[^)]+\)", "{id}", route) for route in routes}
    plain = {"/" + path.replace("^", "").replace("$", "") for path in paths}
    return {path.removeprefix(API) for path in plain if path.startswith(API)}
