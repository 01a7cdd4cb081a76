"""Draw the SVG sprite of the icons that pages use, from the icon set in node_modules."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bureau.desk import icons

NAMES = re.compile(r'<symbol id="([a-z0-9-]+)"')


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Write static/img/icons.svg with the icons in use; --check fails when one is missing."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--source", type=Path, help="folder with the SVG files of the set")

    def handle(self, *args, check=False, source=None, **options):
        sprite = settings.BASE_DIR / icons.SPRITE
        drawn = set(NAMES.findall(sprite.read_text())) if sprite.exists() else set()
        if check:
            if missing := icons.used(drawn) - drawn:
                raise CommandError(f"run `manage.py icon_sprite`; not drawn: {sorted(missing)}")
            return
        folder = source or settings.BASE_DIR / "node_modules/@tabler/icons/icons/outline"
        known = {path.stem for path in folder.glob("*.svg")}
        wanted = icons.used(known)
        if unknown := wanted - known:
            raise CommandError(f"the icon set has no {sorted(unknown)}")
        symbols = [
            icons.symbol(name, (folder / f"{name}.svg").read_text()) for name in sorted(wanted)
        ]
        head = '<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT License -->'
        sprite.write_text("\n".join([head, *symbols, "</svg>"]) + "\n")
        self.stdout.write(f"{len(symbols)} icons")
