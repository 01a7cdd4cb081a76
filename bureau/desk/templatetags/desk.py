"""Words of the templates: icons, badges, dates, money, areas and addresses."""

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bureau.desk import formats, nav, tables
from bureau.desk import steady as parts

register = template.Library()

register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("money", formats.money)
register.filter("area", formats.area)
register.filter("number", formats.number)
register.filter("yes_no", formats.yes_no)
register.filter("file_size", formats.file_size)
register.filter("plain", formats.plain)


@register.simple_tag(takes_context=True)
def steady(context: template.Context, part: str, **values: Any) -> SafeString:
    """Draw a part that these values decide alone; see ``bureau.desk.steady``."""
    return parts.draw(part, context["request"], context.get("csrf_token"), **values)


@register.simple_tag(takes_context=True)
def main_menu(context: template.Context) -> SafeString:
    """Draw the menu of the reader and mark the line in hand."""
    request = context["request"]
    menu = nav.menu(request.user)
    drawn = parts.draw("parts/menu.html", request, context.get("csrf_token"), menu=menu)
    line = f'<a href="{menu.current(request.path)}"'
    # The drawn menu is safe, and so is what the reverse of a name adds.
    return mark_safe(drawn.replace(line, f'{line} aria-current="page"', 1))  # noqa: S308


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is decoration and is not read aloud."""
    if not label:
        return _decoration(name)
    return format_html(
        '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>',
        label,
        f"{static('img/icons.svg')}#{name}",
    )


@cache
def _decoration(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        f"{static('img/icons.svg')}#{name}",
    )


@register.simple_tag
def badge(status: Any, label: Any = "") -> SafeString:
    """Draw a state as a word on the colour that the tokens give it."""
    return tables.badge(status, label or getattr(status, "label", status))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """Return this page's query string with some words changed; None or '' takes a word away.

    Whatever changes the list's rows or order starts it from its first page.
    """
    words = [pair for pair in parts.pairs(context["request"]) if pair[0] not in changes]
    words += [(key, value) for key, value in changes.items() if value not in (None, "")]
    return f"?{urlencode(words)}"


@register.simple_tag(takes_context=True)
def kept(context: template.Context, *names: str) -> list[tuple[str, str]]:
    """Return (name, value) of the named words of the address, for hidden fields of a form."""
    words = context["request"].GET
    return [(name, value) for name in names for value in words.getlist(name)]


@register.filter
def noun(found: Any) -> str:
    """Return what an object is called, as "substation"."""
    return str(found._meta.verbose_name)


@register.filter
def option_of(column: tables.Column, chosen: list[tables.Column]) -> bool:
    """Whether a column is among those shown."""
    return any(column.key == other.key for other in chosen)
