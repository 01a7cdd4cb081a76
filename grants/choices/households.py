"""Words of dwellings, households and the people in them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Relation(TextChoices):
    """What a person is to the head of the household."""

    HEAD = "head", _("Head of household")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    OTHER = "other", _("Other relative")


class PayeeKind(TextChoices):
    """To whom a subsidy is paid."""

    HEAD = "head", _("Head of household")
    MEMBER = "member", _("Another member of the household")
    SUPPLIER = "supplier", _("Supplier of the device")
    UTILITY = "utility", _("Gas or power account")


class PersonalKind(TextChoices):
    """What is sealed, and shown whole only with a reason."""

    ID_NUMBER = "id_number", _("Identity number")
    PHONE = "phone", _("Phone")
    CARD = "card", _("Bank card")


class HouseholdVerb(TextChoices):
    """What the audit tells of a household file."""

    RECORD = "record_household", _("Record household")
    EDIT = "edit_household", _("Edit household")
    EDIT_DWELLING = "edit_dwelling", _("Edit dwelling")
    RECORD_PERSON = "record_person", _("Record person")
    ADD_MEMBER = "add_member", _("Add member")
    EDIT_MEMBER = "edit_member", _("Correct member")
    END_MEMBERSHIP = "end_membership", _("End membership")
    CHANGE_HEAD = "change_head", _("Change head of household")
    CHANGE_ACCOUNT = "change_account", _("Change account")
    MOVE_OUT = "move_out", _("Record move")
    SPLIT = "split_household", _("Split household")
    REVEAL = "reveal", _("Show whole number")
    REVEAL_CARD = "reveal_card", _("Show whole card number")


class HouseholdPaper(TextChoices):
    """What proves a change in a household."""

    PROOF = "proof", _("Proof of a change")


class HouseholdRefusal(TextChoices):
    """Why something on a household is not possible."""

    MISSING_NAME = ("missing_name", _("The name is missing. Enter it as the identity card has it."))
    MISSING_ID = ("missing_id", _("The identity number of %(name)s is missing. Enter it."))
    NO_VILLAGE = (
        "no_village",
        _("A dwelling lies in a village or community that exists today. Choose one."),
    )
    MISSING_ACCOUNT = (
        "missing_account",
        _(
            "The electricity account number is missing. Enter it, or the number of the pending "
            "meter application."
        ),
    )
    DWELLING_EXISTS = (
        "dwelling_exists",
        _("“%(village)s” already has a dwelling with account %(account)s. Open that one."),
    )
    ID_LENGTH = (
        "id_length",
        _("An identity number has 18 digits (15 before 1999); this one has %(count)s characters."),
    )
    ID_CHECKSUM = (
        "id_checksum",
        _("The identity number %(value)s is mistyped: its last character does not fit the others."),
    )
    ID_BIRTH = (
        "id_birth",
        _("The identity number %(value)s names no possible birthday. Compare it with the card."),
    )
    ID_IS_NUMBER = (
        "id_is_number",
        _(
            "The spreadsheet has turned the identity number into a number and lost its last "
            "digits. Format the column as text and type the number again."
        ),
    )
    BAD_PHONE = (
        "bad_phone",
        _("%(value)s is no mobile number: eleven digits that begin with 13 to 19 are needed."),
    )
    CARD_LENGTH = (
        "card_length",
        _("A card number has 12 to 19 digits; this one has %(count)s."),
    )
    CARD_SIGNS = (
        "card_signs",
        _("A card number holds nothing but digits; this one has other characters too."),
    )
    NAME_HOLDS_NUMBER = (
        "name_holds_number",
        _("The name holds a number: %(value)s. Write the name alone; numbers have other fields."),
    )
    BAD_ACCOUNT = (
        "bad_account",
        _(
            "“%(value)s” is no electricity account. Enter the digits on the bill, or the number "
            "of the pending meter application in its own field."
        ),
    )
    UTILITY_LENGTH = (
        "utility_length",
        _("A gas or power account has 6 to 20 digits; this one has %(count)s."),
    )
    CARD_IS_NUMBER = (
        "card_is_number",
        _(
            "The spreadsheet has turned the card number into a number and lost its last digits. "
            "Format the column as text and type the number again."
        ),
    )
    WARN_LUHN = (
        "warn_luhn",
        _("The check digit of card %(value)s does not fit. Compare it with the card."),
    )
    WARN_REGION = (
        "warn_region",
        _("The identity number %(value)s was issued elsewhere. Make sure it is right."),
    )
    MISSING_CARD = ("missing_card", _("The number to pay to is missing. Enter it."))
    MISSING_HOLDER = (
        "missing_holder",
        _("“%(payee)s” is paid: say to whom the account belongs."),
    )
    NOT_A_MEMBER = (
        "not_a_member",
        _("%(name)s is no member of this household now. Add the person first."),
    )
    ALREADY_MEMBER = ("already_member", _("%(name)s is a member of this household already."))
    HEAD_STAYS = (
        "head_stays",
        _("%(name)s is the head of the household. Make another member head first."),
    )
    PROOF_NEEDED = (
        "proof_needed",
        _("Attach the paper that proves it, such as a death certificate or the register."),
    )
    FUTURE_DAY = ("future_day", _("%(day)s has not come yet. Enter the day on which it happened."))
    DAY_TOO_EARLY = (
        "day_too_early",
        _("%(day)s lies before %(since)s, when what it ends began. Enter a later day."),
    )
    STILL_LIVED_IN = (
        "still_lived_in",
        _("%(name)s lives in this dwelling. Record that the household moved out first."),
    )
    MOVED_OUT = ("moved_out", _("%(name)s moved out; the file stays as it is."))
    UNDER_REVIEW = (
        "under_review",
        _(
            "Claim %(claim)s (%(name)s, %(year)s) stands at “%(state)s”, and its signatures rest "
            "on “%(field)s”. Have the claim returned first, or change this after its approval."
        ),
    )
    APPROVED_WITH = (
        "approved_with",
        _(
            "Claim %(claim)s (%(name)s, %(year)s) was approved with this “%(field)s”, which "
            "stays. If it was wrong, have the county revoke the claim, then file it anew."
        ),
    )
    REASON_NEEDED = ("reason_needed", _("Say why the whole number is needed; the audit keeps it."))
    NOT_HELD = ("not_held", _("There is no %(kind)s on file here."))
    OWN_HOUSEHOLD = (
        "own_household",
        _("This is your own household. Ask a colleague to handle it."),
    )
    PERSON_ELSEWHERE = (
        "person_elsewhere",
        _("A person with this identity number lives in %(dwelling)s already."),
    )
