"""Prove that nobody changed, deleted, swapped or cut off what the audit says."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bureau.records import sealing


class Command(BaseCommand):
    """Exit 0 when the sealed chain holds, 1 when it does not or the head cannot be read."""

    requires_system_checks = ()
    help = "Prove the sealed audit chain, if wanted against a head exported before."

    def add_arguments(self, parser):
        parser.add_argument("--head", metavar="FILE", help="compare with this exported head")
        parser.add_argument("--export-head", metavar="FILE", help="write the chain's head here")
        parser.add_argument("--json", action="store_true", help="answer as one JSON object")

    def handle(self, *args, **options):
        exported = _read_head(options["head"]) if options["head"] else None
        proof = sealing.verify(exported)
        fault = proof.fault
        if options["export_head"] and fault is None:
            Path(options["export_head"]).write_text(sealing.head_as_json(), encoding="utf-8")
        facts = {
            "ok": fault is None,
            "code": fault.code.value if fault else "",
            "seals": proof.seals,
            "entries": proof.entries,
            "unsealed": proof.unsealed,
        }
        sentence = (
            fault.sentence
            if fault
            else _(
                "The audit chain holds: %(seals)s seals over %(entries)s entries; "
                "%(unsealed)s entries are not sealed yet."
            )
            % facts
        )
        if options["json"]:
            self.stdout.write(json.dumps({**facts, "detail": sentence}, ensure_ascii=False))
        else:
            (self.stderr if fault else self.stdout).write(sentence)
        if fault is not None:
            raise SystemExit(1)


def _read_head(path):
    try:
        exported = json.loads(Path(path).read_text(encoding="utf-8"))
        exported = {"number": int(exported["number"]), "hash": str(exported["hash"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        sentence = _("The exported head in %(path)s cannot be read: %(error)s")
        raise CommandError(sentence % {"path": path, "error": error}) from None
    return exported if exported["number"] else None
