"""The addresses of a noun, alike for every noun."""

from typing import Any

from django.urls import URLPattern, path


def noun(
    plural: str,
    name: str,
    *,
    list: Any,
    detail: Any = None,
    create: Any = None,
    edit: Any = None,
    archive: Any = None,
    restore: Any = None,
) -> list[URLPattern]:
    """Return the URL patterns of a noun: ``substations/``, ``substations/new/``, ``…/1/edit/``."""
    one = f"{plural}/<int:pk>/"
    routes = [path(f"{plural}/", list.as_view(), name=f"{name}_list")]
    if list.bulk:
        routes.append(path(f"{plural}/bulk/<slug:verb>/", list.bulk_view(), name=f"{name}_bulk"))
    if create:
        routes.append(path(f"{plural}/new/", create.as_view(), name=f"{name}_create"))
    if detail:
        routes.append(path(one, detail.as_view(), name=f"{name}_detail"))
        routes.append(path(f"{one}history/", detail.history_view(), name=f"{name}_history"))
        routes.append(path(f"{one}watch/", detail.watch_view(), name=f"{name}_watch"))
        if detail.has_notes:
            routes.append(path(f"{one}notes/", detail.note_view(), name=f"{name}_note"))
        if detail.has_files:
            routes.append(path(f"{one}files/", detail.file_view(), name=f"{name}_file"))
    if edit:
        routes.append(path(f"{one}edit/", edit.as_view(), name=f"{name}_edit"))
    if archive:
        routes.append(path(f"{one}archive/", archive.as_view(), name=f"{name}_archive"))
    if restore:
        routes.append(path(f"{one}restore/", restore.as_view(), name=f"{name}_restore"))
    return routes
