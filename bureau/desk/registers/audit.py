"""The audit log: who did what when and under which posting, and whether the chain holds."""

from typing import Any

import django_filters
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from bureau.desk.filters import BaseFilterSet, ChoiceFilter
from bureau.desk.reach import may_open
from bureau.desk.registers.periods import SinceFilter, UntilFilter, end_of, start_of
from bureau.desk.registers.postings import PersonSearch
from bureau.desk.story import lines_of
from bureau.desk.tables import Column, LinkColumn, MomentColumn, NumberColumn, Table, WordColumn
from bureau.desk.views import Action, DetailPage, Group, ListPage
from bureau.records import verbs
from bureau.records.choices import Source
from bureau.records.models import AuditEntry, AuditProof, AuditSeal

_ = gettext_lazy
EVERY = AuditEntry.objects.select_related("actor", "object_type", "rows_type")
LARGEST_ID = 2**63 - 1
FRAMEWORK = frozenset({"auth", "contenttypes", "sessions", "axes"})


def nouns() -> list[tuple[str, str]]:
    """Return ("app.model", name) of everything that the audit can be about."""
    named = [
        (model._meta.label_lower, capfirst(str(model._meta.verbose_name)))
        for model in apps.get_models()
        if model._meta.app_label not in FRAMEWORK
    ]
    return sorted(named, key=lambda pair: pair[1])


class MomentLink(LinkColumn):
    """When it happened, leading to the entry."""

    kind = "datetime"
    css = "col-date"
    text = MomentColumn.text


class NounColumn(Column):
    """What kind of thing it was about."""

    def text(self, value: Any) -> str:
        model = value.model_class() if value else None
        return str(model._meta.verbose_name) if model else ""


class ActorColumn(Column):
    """Who did it; the portal itself where nobody did."""

    def text(self, value: Any) -> str:
        return str(value) if value else gettext("The portal")

    def exported(self, row: AuditEntry) -> str:
        return row.actor.username if row.actor else ""


class ChangesColumn(Column):
    """The fields that changed, before and after, as they are kept."""

    def text(self, value: Any) -> str:
        return "; ".join(f"{name}: {kept}" for name, kept in value.items()) if value else ""

    def exported(self, row: AuditEntry) -> str:
        return self.text(self.value(row))


class AuditTable(Table):
    """Entries, the newest first."""

    at = MomentLink(_("When"))
    actor = ActorColumn(_("Who"))
    verb = Column(_("What"), "verb_label")
    noun = NounColumn(_("Kind of object"), "object_type")
    object_label = Column(_("Object"))
    note = Column(_("Reason"))
    source = WordColumn(_("By way of"))
    number = NumberColumn(_("Number"), "pk", chosen=False)
    before = ChangesColumn(_("Before"), chosen=False)
    after = ChangesColumn(_("After"), chosen=False)
    request_id = Column(_("Request"), chosen=False)
    default_sort = "-pk"


class AuditFilter(BaseFilterSet):
    """By person, verb, object and period; each is served by an index at millions of entries."""

    q = PersonSearch("actor", max_length=60, label=_("Quick search"))
    username = django_filters.CharFilter(
        "actor__username", "exact", max_length=60, label=_("User name")
    )
    verb = ChoiceFilter(choices=verbs.every, label=_("What"))
    noun = ChoiceFilter(choices=nouns, method="about_noun", label=_("Kind of object"))
    label = django_filters.CharFilter(
        "object_label", "startswith", max_length=100, label=_("Object's name begins with")
    )
    object_id = django_filters.NumberFilter(
        min_value=1, max_value=LARGEST_ID, label=_("Object's number")
    )
    since = SinceFilter(method="from_day", label=_("From"))
    until = UntilFilter(method="to_day", label=_("Until"))
    source = ChoiceFilter(choices=Source.choices, label=_("By way of"))

    def about_noun(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Return what happened to one kind of object."""
        kind = ContentType.objects.get_by_natural_key(*value.split("."))
        return queryset.filter(object_type=kind)

    def from_day(self, queryset: QuerySet, _name: str, value: Any) -> QuerySet:
        """Return what happened on a day or later."""
        return queryset.between(start_of(value), None)

    def to_day(self, queryset: QuerySet, _name: str, value: Any) -> QuerySet:
        """Return what happened on a day or before."""
        return queryset.between(None, end_of(value))


class AuditView:
    """Where the pages of the audit stand."""

    namespace = "desk"
    icon = "history"


def proof_in_words(proof: AuditProof | None) -> str:
    """Say whether the chain held when it was last proved."""
    if proof is None:
        return gettext("The chain was not proved yet; it is once a day.")
    return proof.fault or gettext("The chain holds: every sealed entry is as it was written.")


class AuditList(AuditView, ListPage):
    """The audit log."""

    queryset, filterset, table = EVERY, AuditFilter, AuditTable
    template = "people/audit_list.html"
    title = _("Audit log")
    description = _("Everything that was written, append-only and sealed in a chain.")
    export_name = "audit"

    def context(self) -> dict[str, Any]:
        """Add the end of the chain and the last proof."""
        proof = AuditProof.objects.order_by("-pk").first()
        return super().context() | {
            "proof": proof,
            "proof_words": proof_in_words(proof),
            "seal": AuditSeal.objects.order_by("-number").first(),
            "seals_url": reverse("desk:auditseal_list"),
        }


class AuditPage(AuditView, DetailPage):
    """One entry with everything that it keeps."""

    queryset = EVERY.select_related("posting__role", "posting__division")
    template = "people/audit_detail.html"
    list_title = _("Audit log")
    has_notes = has_files = False
    facts = (
        Group(
            _("What happened"),
            MomentColumn(_("When"), "at"),
            ActorColumn(_("Who"), "actor"),
            Column(_("Under the posting"), "posting"),
            Column(_("What"), "verb_label"),
            NounColumn(_("Kind of object"), "object_type"),
            Column(_("Object"), "object_label"),
            Column(_("Reason"), "note"),
            WordColumn(_("By way of"), "source"),
            Column(_("Request"), "request_id"),
            NumberColumn(_("Number"), "pk"),
        ),
    )

    def title(self) -> str:
        """Say what was done to what."""
        entry = self.object
        return " · ".join(word for word in (entry.verb_label, entry.object_label) if word)

    def context(self, **more: Any) -> dict[str, Any]:
        """Show the entry itself instead of a story of it: nothing ever happens to it."""
        return super().context(**more) | {"history_url": "", "watch_url": ""}

    def standard_actions(self) -> list[Action]:
        """Return nothing: an entry is never changed."""
        return []

    def may_write(self) -> bool:
        """Nobody adds to an entry."""
        return False

    def extra(self) -> dict[str, Any]:
        """Add the changes in words, and the way to the object for whoever may see it."""
        entry = self.object
        thing = entry.subject
        link = ""
        if thing is not None and hasattr(thing, "get_absolute_url"):
            link = thing.get_absolute_url() if may_open(self.request.user, thing) else ""
        return {"changes": lines_of(thing, entry) if thing else (), "object_url": link}


class SealTable(Table):
    """Seals, the last first."""

    number = NumberColumn(_("Seal"), sort="number")
    sealed_at = MomentColumn(_("Sealed at"))
    count = NumberColumn(_("Entries"))
    first_id = NumberColumn(_("First entry"))
    last_id = NumberColumn(_("Last entry"))
    hash = Column(_("Hash"), value=lambda seal: f"{seal.hash[:16]}…")
    default_sort = "-number"


class SealFilter(BaseFilterSet):
    """Seals need no filter."""


class SealList(AuditView, ListPage):
    """The chain of seals, and when it was last proved."""

    queryset, filterset, table = AuditSeal.objects.all(), SealFilter, SealTable
    template = "people/audit_seals.html"
    title = _("Seals of the audit")
    description = _(
        "Each seal continues the hash of the one before; the daily proof walks along all of them."
    )
    export_name = "audit-seals"

    def context(self) -> dict[str, Any]:
        """Add the last proof."""
        proof = AuditProof.objects.order_by("-pk").first()
        return super().context() | {"proof": proof, "proof_words": proof_in_words(proof)}
