"""Import a spreadsheet from the command line; the answer is one JSON object on stdout."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from bureau.core import context
from bureau.core.errors import BusinessError
from bureau.exchange import gate, ledger
from bureau.exchange.readers import refused
from bureau.people.models import User

OK, REJECTED, UNUSABLE = 0, 1, 2


class Command(BaseCommand):
    """Check and save a ledger through the same services as the page, without a worker."""

    help = (
        "Import a spreadsheet; prints one JSON object. Exit 0, 1 (rows rejected) or 2 (unusable)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("kind")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--accept-passing", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, username = options["kind"], options["username"]
        actor = User.objects.filter(username=username, is_active=True).first()
        language = getattr(actor, "language", "") or settings.LANGUAGE_CODE
        with translation.override(language), context.coming_from("command"):
            try:
                if actor is None:
                    raise refused("unknown_user", username=username)
                data = _read(options["file"])
                answer = ledger.import_ledger(
                    kind,
                    options["file"].name,
                    data,
                    actor=actor,
                    dry_run=options["dry_run"],
                    accept_passing=options["accept_passing"],
                )
            except BusinessError as refusal:
                answer = ledger.unusable(kind, refusal)
            except Exception as error:
                logging.getLogger(__name__).error("import_ledger: %s", type(error).__name__)
                answer = ledger.unusable(
                    kind, refused("internal_error", error=type(error).__name__)
                )
        self._print(answer.report)
        if answer.exit_code:
            sys.exit(answer.exit_code)

    def _print(self, report: dict[str, Any]) -> None:
        reconfigure = getattr(getattr(self.stdout, "_out", None), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
        self.stdout.write(json.dumps(report, ensure_ascii=False))


def _read(path: Path) -> bytes:
    """Return the bytes of a file of bearable size; raises FileRefused."""
    try:
        if path.stat().st_size > gate.MAX_BYTES:
            raise refused("file_too_large", limit=gate.MAX_BYTES // (1024 * 1024))
        return path.read_bytes()
    except OSError as error:
        raise refused("file_not_found", name=path.name) from error
