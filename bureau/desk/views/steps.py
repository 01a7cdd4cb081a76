"""The page of a noun with a workflow: each verb is a form on it, and a refusal comes back there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bureau.desk.attempts import attempt
from bureau.desk.views.detail import DetailPage


class StepsPage(DetailPage):
    """A page whose verbs ask for something; ``forms`` holds by name what was just sent in vain."""

    forms: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.forms = {}

    @classmethod
    def carry_out(
        cls,
        request: HttpRequest,
        found: Any,
        form: Any,
        call: Callable[[], Any],
        label: Any,
        name: str = "",
    ) -> HttpResponse:
        """Run a service with a form; draw the page with the reasons when it was not to be.

        ``name`` is the verb in whose place the page shows the form again.
        """
        tried = attempt(form, call)
        if tried.is_done:
            messages.success(request, _("Done: %(verb)s.") % {"verb": label})
            return redirect(found.get_absolute_url())
        page = cls()
        page.setup(request, pk=found.pk)
        page.forms = {name: form} if name else {}
        page.object = page.find()
        context = page.context(refused_form=form, refusal_code=tried.code)
        return render(request, page.template, context, status=tried.status)
