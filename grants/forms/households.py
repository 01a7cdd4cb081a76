"""Forms of household files; what is typed of a personal number is never shown again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.forms import DayField, DayInput, DeskForm, KeptForm
from bureau.desk.place_picker import PlaceField
from grants.choices import PayeeKind, PersonalKind, Relation
from grants.models import Household, Membership
from grants.rules.identity import mask_id, mask_tail
from grants.services.households import EDITED_DWELLING
from grants.services.personal import head_of

#: No browser keeps such a number, neither in its memory of forms nor among its drafts.
HIDDEN = {"autocomplete": "off", "spellcheck": "false", "data-personal": ""}
# Of a member; the head is made by its own verb.
RELATIONS = [one for one in Relation.choices if one[0] != Relation.HEAD]
PAYEES = {
    "payee": (_("Payee"), PayeeKind.choices),
    "relation": (_("Relation to the head"), [("", _("not chosen")), *RELATIONS]),
}


def number(label: Any, *, required: bool = False, hint: Any = "") -> forms.CharField:
    """Return the field of a personal number, which the browser does not remember."""
    widget = forms.TextInput(attrs=dict(HIDDEN))
    return forms.CharField(
        label=label, max_length=40, required=required, help_text=hint, widget=widget
    )


def word(label: Any, length: int, *, required: bool = False) -> forms.CharField:
    """Return a plain field of text."""
    return forms.CharField(label=label, max_length=length, required=required)


class PayeeFields(forms.Form):
    """To whom a household is paid; mixed into the forms that ask it."""

    payee = forms.ChoiceField(label=PAYEES["payee"][0], choices=PAYEES["payee"][1])
    card = number(
        _("Bank card"),
        hint=_("12 to 19 digits; of a gas or power account its customer number."),
    )
    bank = word(_("Bank"), 60)
    holder_name = forms.CharField(
        label=_("Account holder"),
        max_length=100,
        required=False,
        help_text=_("Only where somebody else than the head is paid."),
    )
    relation = forms.ChoiceField(
        label=PAYEES["relation"][0], choices=PAYEES["relation"][1], required=False
    )


class HouseholdForm(KeptForm):
    """A household and its dwelling, as they are changed."""

    sections = {
        _("Head of household"): ("name", "id_number", "phone"),
        _("Dwelling"): (
            "village", "account_number", "pending_number", "gas_account", "door_number",
            "demolished_on",
        ),
        _("Account paid to"): ("payee", "card", "bank", "holder_name", "relation"),
        _("Household"): ("register_number", "valid_from", "remarks"),
    }  # fmt: skip
    name = word(_("Name of the person"), 100, required=True)
    id_number = number(_("Identity number"))
    phone = number(_("Phone"))
    account_number = word(_("Electricity account"), 20)
    pending_number = forms.CharField(
        label=_("Pending application number"),
        max_length=30,
        required=False,
        help_text=_("Where the meter was applied for and has no account yet."),
    )
    gas_account = word(_("Gas account"), 20)
    door_number = word(_("Door number"), 40)
    demolished_on = DayField(
        label=_("Demolished on"),
        required=False,
        help_text=_("From the season on that begins after it, nothing is paid for operation."),
    )

    class Meta:
        model = Household
        fields = ("register_number", "valid_from", "remarks")
        widgets = {"valid_from": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields.pop("demolished_on", None)
            return
        home = self.instance.dwelling
        for name in EDITED_DWELLING:
            self.initial.setdefault(name, getattr(home, name))
        self.initial.setdefault("name", self.instance.name)
        head = head_of(self.instance)
        kept = _("On record: %(number)s. Leave it empty to keep it.")
        if head is not None and head.id_number_tail:
            shown = mask_id(head.id_number_head, head.id_number_tail)
            self.fields["id_number"].help_text = kept % {"number": shown}
        if head is not None and head.phone_tail:
            shown = mask_tail(head.phone_tail)
            self.fields["phone"].help_text = kept % {"number": shown}


class NewHouseholdForm(PayeeFields, HouseholdForm):
    """A new household file."""

    id_number = number(_("Identity number"), required=True)
    village = PlaceField(label=_("Village"), permission="grants.add_household")

    class Meta(HouseholdForm.Meta):
        pass


class MoveInForm(PayeeFields, KeptForm):
    """The household that now lives in a dwelling that stands empty."""

    sections = {
        _("Head of household"): ("name", "id_number", "phone"),
        _("Account paid to"): ("payee", "card", "bank", "holder_name", "relation"),
        _("Household"): ("register_number", "valid_from", "remarks"),
    }
    name = word(_("Name of the person"), 100, required=True)
    id_number = number(_("Identity number"), required=True)
    phone = number(_("Phone"))

    class Meta(HouseholdForm.Meta):
        pass


class MemberForm(DeskForm):
    """A person who lives in the household."""

    name = word(_("Name of the person"), 100, required=True)
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=RELATIONS)
    id_number = number(_("Identity number"))
    phone = number(_("Phone"))
    since = DayField(label=_("From"), required=False)


class AccountForm(PayeeFields, DeskForm):
    """Another account to which is paid from a day on."""

    field_order = ("payee", "member", "holder_name", "relation", "card", "bank", "on", "note")
    member = forms.ModelChoiceField(
        Membership.objects.none(), label=_("Member paid"), required=False
    )
    on = DayField(label=_("From"), initial=clock.today)
    note = word(_("Reason"), 500, required=True)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = others_of(household)
        self.fields["card"].required = True

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        given = dict(self.cleaned_data)
        member = given.pop("member")
        return given | {"holder": member.person if member is not None else None}


class EndForm(DeskForm):
    """Since when and why somebody lives there no more."""

    on = DayField(label=_("On"), initial=clock.today)
    died = forms.BooleanField(label=_("Died"), required=False)
    note = word(_("Reason"), 500, required=True)


class HeadForm(DeskForm):
    """Another member becomes the head, by a paper."""

    member = forms.ModelChoiceField(Membership.objects.none(), label=_("New head of household"))
    on = DayField(label=_("On"), initial=clock.today)
    died = forms.BooleanField(label=_("The former head died"), required=False)
    proof = forms.FileField(
        label=_("Proof"),
        help_text=_("Death certificate, household register or agreement; picture or PDF."),
    )
    note = word(_("Reason"), 500, required=True)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = others_of(household)


class MoveOutForm(DeskForm):
    """When the household left its dwelling."""

    on = DayField(label=_("Moved out on"), initial=clock.today)
    note = word(_("Reason"), 500, required=True)


class SplitForm(DeskForm):
    """Members who now live in a dwelling of their own in the same village."""

    members = forms.ModelMultipleChoiceField(
        Membership.objects.none(), label=_("Who leaves"), widget=forms.CheckboxSelectMultiple
    )
    head = forms.ModelChoiceField(Membership.objects.none(), label=_("Head of the new household"))
    account_number = word(_("Electricity account"), 20)
    pending_number = word(_("Pending application number"), 30)
    door_number = word(_("Door number"), 40)
    register_number = word(_("Household-register number"), 30)
    on = DayField(label=_("On"), initial=clock.today)
    note = word(_("Reason"), 500, required=True)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("members", "head"):
            self.fields[name].queryset = others_of(household)


class RevealForm(DeskForm):
    """Which whole number somebody needs to see, and why."""

    number = forms.ChoiceField(label=_("Which number"))
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The history keeps who looked and why."),
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {
            member.person_id: member.person
            for member in household.memberships.select_related("person")
        }
        self.fields["number"].choices = list(self._numbers(household))

    @property
    def wanted(self) -> dict[str, Any]:
        """Return what the service takes: the kind, and whose."""
        kind, _sign, pk = self.cleaned_data["number"].partition("-")
        person = self.people.get(int(pk)) if pk else None
        return {"kind": kind, "person": person, "reason": self.cleaned_data["note"]}

    def _numbers(self, household: Household) -> Any:
        id_label, phone_label, card_label = (one.label for one in PersonalKind)
        for pk, person in self.people.items():
            if person.id_number_tail:
                yield f"id_number-{pk}", f"{person.name} · {id_label}"
            if person.phone_tail:
                yield f"phone-{pk}", f"{person.name} · {phone_label}"
        account = household.accounts.current().first()
        if account is not None and account.card_tail:
            yield "card", f"{account.holder_name} · {card_label}"


def others_of(household: Household) -> Any:
    """Return the members of today who are not the head."""
    return household.memberships.current().exclude(relation=Relation.HEAD).select_related("person")
