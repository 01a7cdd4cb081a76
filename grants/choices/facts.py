"""What the histories of subsidies call what is no field with a name of its own."""

from django.utils.translation import gettext_lazy as _

FACTS = {
    "moved": _("Claims moved on"),
    "items": _("Households on the notice"),
    "sent": _("Lines sent to the bank"),
    "allotted": _("Allotted (yuan)"),
    "freed": _("Freed again (yuan)"),
    "paid": _("Lines paid"),
    "failed": _("Lines failed"),
    "returned": _("Lines returned"),
    "batch": _("Payment batch"),
    "on": _("On"),
    "receipt": _("Bank receipt"),
    "created_by": _("Created by"),
    "locked_by": _("Locked by"),
    "business_approved_by": _("Approved (business) by"),
    "finance_approved_by": _("Approved (finance) by"),
    "exported_by": _("Sent by"),
    "announced_by": _("Announced by"),
    "decided_by": _("Decided by"),
    "signed_by": _("Signed by"),
    "suspended_by": _("Suspended by"),
    "published_by": _("Published by"),
    "recorded_by": _("Recorded by"),
    "inspected_by": _("Inspected by"),
}
