"""What a form held when it was sent by a session that had run out is kept as a draft."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from bureau.core.errors import BusinessError
from bureau.desk.services import drafts
from bureau.people.signals import session_ended


@receiver(session_ended)
def keep(sender: Any, request: HttpRequest, **_kwargs: Any) -> None:
    """Keep the form; after signing in, its page offers it. Nobody else can send it: Lax cookies."""
    if request.method != "POST" or request.POST.get("_draft", "save") != "save":
        return
    try:
        page: Any = getattr(resolve(request.path).func, "view_class", None)
    except Resolver404:
        return
    if not getattr(page, "keeps_drafts", False):
        return
    try:
        drafts.keep(request.user, request.path, request.POST, page.form.base_fields)
    except BusinessError:
        return
