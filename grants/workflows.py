"""The workflows of subsidies, for the documents."""

from grants.rules import claims, notices, payments

WORKFLOWS = {
    "claim": ("Subsidy claim", claims.WORKFLOW),
    "notice": ("Public notice", notices.WORKFLOW),
    "payment-batch": ("Payment batch", payments.BATCH),
    "payment-line": ("Payment line", payments.LINE),
    "recovery": ("Recovery", payments.RECOVERY),
}
