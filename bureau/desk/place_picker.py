"""County, town, community: three lists in a row that work without JavaScript."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.core.errors import BusinessError
from bureau.core.querysets import COUNTY_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL, Area
from bureau.places.models import Division
from bureau.places.services import still_there

CODE = re.compile(r"[0-9]{12}\Z")
LEVELS = (
    (COUNTY_LEVEL, _("County"), _("all counties")),
    (TOWN_LEVEL, _("Town"), _("all towns")),
    (VILLAGE_LEVEL, _("Community"), _("all communities")),
)


class Places:
    """The divisions that one request's picker offers.

    They stand where mergers have led them: the villages of a town that was merged into another
    are offered under that one.
    """

    def __init__(self, user: Any, permission: str) -> None:
        self.areas: tuple[Area, ...] = tuple(
            user.areas(permission) if hasattr(user, "areas") else ()
        )
        self._read: dict[tuple[str, ...], list[Division]] = {}

    def home(self) -> Division | None:
        """Return the one county, town or village to which the user's postings are confined."""
        paths = {"" if area.managing_area_id else area.division_path for area in self.areas}
        if len(paths) != 1 or not (path := paths.pop()):
            return None
        found = Division.objects.filter(scope_path=path, level__gte=COUNTY_LEVEL)
        return found.filter(valid_to__isnull=True).first()

    def chain(self, codes: Iterable[str]) -> list[Any]:
        """Return the chosen divisions from county down, stopping where one leaves the other."""
        wanted = tuple(code for code in codes if CODE.match(code))
        known = {place.code: place for place in self.offered(wanted)}
        chain: list[Any] = []
        for place in sorted(
            (known[code] for code in set(wanted) if code in known), key=lambda found: found.level
        ):
            if not chain or place.scope_path.startswith(chain[-1].scope_path):
                chain.append(place)
        return chain

    def offered(self, codes: tuple[str, ...]) -> list[Any]:
        """Return all counties, the chosen codes, and what stands under and beside them."""
        if codes not in self._read:
            self._read[codes] = [place for place in self._query(codes) if self._in_reach(place)]
        return self._read[codes]

    def _query(self, codes: tuple[str, ...]) -> Any:
        wanted = Q(level=COUNTY_LEVEL, valid_to__isnull=True)
        if codes:
            chosen = Division.objects.filter(code__in=codes)
            wanted |= Q(code__in=codes)
            for path in chosen.values_list("scope_path", flat=True):
                wanted |= self._below_each_step(path)
        return Division.objects.filter(wanted).select_related("merged_into").order_by("code")

    @staticmethod
    def _below_each_step(path: str) -> Q:
        """Return the condition for the towns of a path's county and the villages of its town."""
        city, *steps = path.rstrip("/").split("/")
        above, below = city, Q()
        for level, step in enumerate(steps[:2], start=TOWN_LEVEL):
            above = f"{above}/{step}"
            below |= Q(level=level, scope_path__startswith=f"{above}/", valid_to__isnull=True)
        return below

    def _in_reach(self, place: Any) -> bool:
        for area in self.areas:
            if not area.division_path:
                return True
            here, ground = place.scope_path, area.division_path
            if here.startswith(ground) or ground.startswith(here):
                return True
        return False


class PlaceWidget(forms.Widget):
    """Three lists of one name; each town list belongs to the county chosen before it."""

    template_name = "django/forms/widgets/place.html"
    places: Places | None = None
    permission = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_0"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"]["steps"] = list(self._steps(value))
        context["widget"]["permission"] = self.permission
        context["widget"]["invalid"] = "aria-invalid" in context["widget"]["attrs"]
        return context

    def _steps(self, value: Any) -> Iterable[dict[str, Any]]:
        if self.places is None:
            return
        codes = tuple(value if isinstance(value, (list, tuple)) else [value] if value else [])
        chain = self.places.chain(codes)
        offered = self.places.offered(tuple(code for code in codes if CODE.match(code)))
        parent = ""
        for (level, label, everything), index in zip(LEVELS, range(3), strict=True):
            chosen = next((place for place in chain if place.level == level), None)
            if chosen is None and len(chain) and chain[-1].level > level:
                chosen = next(
                    (
                        place
                        for place in offered
                        if place.level == level
                        and place.valid_to is None
                        and chain[-1].scope_path.startswith(place.scope_path)
                    ),
                    None,
                )
            options = [
                place
                for place in offered
                if place.level == level
                and (level == COUNTY_LEVEL or place.scope_path.startswith(parent))
            ]
            yield {
                "label": label,
                "everything": everything,
                "options": options if level == COUNTY_LEVEL or parent else [],
                "chosen": chosen.code if chosen else "",
                "index": index,
            }
            parent = chosen.scope_path if chosen else ""


class PlaceField(forms.Field):
    """A division chosen step by step; a code outside the user's reach is no choice.

    ``depth`` is the level that must be reached: a community, unless a filter asks for less.
    ``permission`` must be held where the chosen division lies. A division that has ended is a
    choice in a filter, which follows mergers, and where it is what the row holds (``stored``).
    """

    widget = PlaceWidget
    hidden_widget = forms.MultipleHiddenInput
    default_error_messages = {
        "unknown": _("There is no such place among those you work in."),
        "incomplete": _("Go on choosing: the town, then the community."),
    }

    def __init__(
        self,
        *,
        user: Any = None,
        permission: str = "places.view_division",
        depth: int = VILLAGE_LEVEL,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.permission, self.depth, self.user = permission, depth, user
        self.widget.permission = permission if depth else ""
        self.stored: Any = None
        if user is not None:
            self.bind_to(user)

    def bind_to(self, user: Any) -> None:
        """Offer only what lies within the user's postings."""
        self.user = user
        self.places = self.widget.places = Places(user, self.permission)
        if self.required and self.initial is None and self.depth == VILLAGE_LEVEL:
            self.initial = self.places.home

    def prepare_value(self, value: Any) -> Any:
        """Turn a stored division, or its pk, into its code."""
        if isinstance(value, int):
            value = Division.objects.filter(pk=value).first()
        return [value.code] if isinstance(value, Division) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare codes."""
        before = (self.prepare_value(initial) or [""])[-1]
        return before != ([code for code in data or [] if code] or [""])[-1]

    def to_python(self, value: Any) -> Division | None:
        if isinstance(value, Division):
            return value
        codes = [code for code in value or [] if code]
        if not codes:
            return None
        chain = self.places.chain(codes)
        if not chain or any(not CODE.match(code) for code in codes):
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        if chain[-1].level < self.depth:
            raise forms.ValidationError(self.error_messages["incomplete"], code="incomplete")
        return self._permitted(chain[-1])

    def _permitted(self, place: Division) -> Division:
        if self.depth and [place.code] != self.prepare_value(self.stored):
            try:
                still_there(place)
            except BusinessError as ended:
                raise forms.ValidationError(ended.sentence, code="ended") from None
        if self.depth:
            reach = Division.objects.visible_to(self.user, self.permission)
            if not reach.filter(pk=place.pk).exists():
                raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return place
