"""The workflows of heating, for the documents."""

from heating.rules.handover import WORKFLOW

WORKFLOWS = {"handover": ("Handover of a heat substation", WORKFLOW)}
