"""What a list page takes from its reader's taste: columns, page size, saved views."""

from typing import Any

from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bureau.desk import paging, tastes
from bureau.desk.services.lists import SET_DEFAULT, SHARE


class Preferences:
    """Mixed into a list page; ``has_views`` False leaves the saved views away."""

    has_views = True

    @property
    def list_key(self) -> str:
        """The name of the list's address, under which choices and views are kept."""
        name = self.noun or self.model._meta.model_name
        return f"{self.namespace or self.model._meta.app_label}:{name}_list"

    @cached_property
    def taste(self) -> tastes.Taste:
        """How the reader likes this list."""
        return tastes.of(self.request.user, self.list_key)

    @cached_property
    def size(self) -> int:
        """Rows on a page: what the address says, else what the reader chose once."""
        return paging.page_size(self.request.GET.get("size") or str(self.taste.size))

    def chosen(self) -> list[str]:
        """Return the columns that the address names, else those that the reader chose."""
        return self.request.GET.getlist("columns") or list(self.taste.columns)

    # --- saved views ----------------------------------------------------------------------
    @cached_property
    def view_in_hand(self) -> tastes.ViewLine | None:
        """The saved view that the address was opened with."""
        return self.taste.find(self.request.GET.get("view", ""))

    def opening_address(self) -> str:
        """Return where the list opens: a view spelled out in the address; empty to stay here.

        The view's filters become words of the address, so that every link of the page, the
        export and a colleague to whom the address is sent see the same.
        """
        words = self.request.GET
        if not self.has_views or (words and "open" not in words):
            return ""
        view = self.taste.find(words["open"]) if "open" in words else self.taste.opening
        if view is None and "open" in words:
            messages.warning(self.request, _("This view no longer exists, so you see everything."))
            return f"{self.request.path}?view={tastes.EVERYTHING}"
        if view is None:
            return ""
        opened = view.words
        for word in words:
            if word != "open":
                opened.setlist(word, words.getlist(word))
        return f"{self.request.path}?{opened.urlencode()}"

    @cached_property
    def view_word(self) -> str:
        """What the address says of the view: a number, “all”, or nothing where none is needed."""
        if self.view_in_hand:
            return str(self.view_in_hand.pk)
        return tastes.EVERYTHING if self.has_views and self.taste.opening else ""

    def everything(self) -> str:
        """Return the address without filters; it says so where the list opens with a view."""
        return f"{self.request.path}?view={self.view_word}" if self.view_word else self.request.path

    def clean_address(self) -> str:
        """Return this page's address without the words that say nothing."""
        words = self.request.GET.copy()
        words.pop("part", None)
        for name in list(words):
            filled = [value for value in words.getlist(name) if value]
            words.setlist(name, filled) if filled else words.pop(name)
        return f"{self.request.path}?{words.urlencode()}" if words else self.everything()

    def view_problems(self) -> list[str]:
        """Say which filters and columns of the view in hand the list has no more."""
        if not (view := self.view_in_hand):
            return []
        return [
            _("The view “%(view)s” names “%(word)s”, which this list no longer has.")
            % {"view": view.name, "word": word}
            for word in view.gone(self.filters.filters, self.table.columns)
        ]

    def view_context(self) -> dict[str, Any]:
        """Return what the templates draw of columns and saved views."""
        view, user = self.view_in_hand, self.request.user
        names = self.filters.filters
        return {
            "columns_open": self.request.GET.get("part") == "columns",
            "list_key": self.list_key,
            "everything_url": self.everything(),
            "view_word": self.view_word,
            "view": view,
            "view_changed": bool(view and view.differs(self.request.GET, names)),
            "view_query": tastes.filters_of(self.request.GET, names),
            "saved_views": self.taste.views,
            "opening": self.taste.opening,
            "taste": self.taste,
            "has_views": self.has_views,
            "may_share": user.has_perm(SHARE),
            "may_set_default": user.has_perm(SET_DEFAULT),
        }
