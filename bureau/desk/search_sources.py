"""What the foundation lets people find: organisations, places, papers, accounts, tasks, imports."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.core.identifiers import Identifier
from bureau.desk.search import (
    PERMISSION,
    Hit,
    Source,
    best,
    by_name,
    page_of,
    register,
    register_exact,
    with_phone,
)
from bureau.documents.models import Document, DocumentNumber
from bureau.exchange.models import ImportRun
from bureau.jobs.models import Job
from bureau.people.models import Organisation, User
from bureau.places.models import Division, DivisionAlias

LARGEST_ID = 2**62


def find_organisations(user: Any, text: str, limit: int) -> list[Hit]:
    """Find by the whole credit code, the name, or two characters of it."""
    rows = best(
        Organisation.objects.visible_to(user).current(),
        exact=Q(credit_code=text.upper()) | Q(name=text) | Q(short_name=text),
        named=by_name(text),
        order="pinyin",
        limit=limit,
    )
    return [_organisation(row, row.is_exact) for row in rows]


def find_divisions(user: Any, text: str, limit: int) -> list[Hit]:
    """Find by the code, whole or its beginning, a former name, or two characters of the name."""
    named = by_name(text)
    if text.isdecimal():
        named |= Q(code__startswith=text)
    called = DivisionAlias.objects.filter(alias=text).values("division_id")
    rows = best(
        Division.objects.visible_to(user).select_related("parent__parent", "merged_into"),
        exact=Q(code=text) | Q(name=text) | Q(pk__in=called),
        named=named,
        order="code",
        limit=limit,
    )
    return [Hit(row.name, _where(row), row.get_absolute_url(), row.is_exact) for row in rows]


def find_documents(user: Any, text: str, limit: int) -> list[Hit]:
    """Find laws, schemes and notices by title, short title or number."""
    rows = best(
        Document.objects.visible_to(user).current(),
        exact=Q(title=text) | Q(short_title=text) | Q(number=text),
        named=by_name(text, "title"),
        order="pinyin",
        limit=limit,
    )
    return [
        Hit(
            str(row),
            " · ".join(word for word in (str(row.get_kind_display()), row.number) if word),
            row.get_absolute_url(),
            row.is_exact,
        )
        for row in rows
    ]


def find_numbers(user: Any, text: str, limit: int) -> list[Hit]:
    """Find numbers of the office's own papers, by number or by two characters of the subject."""
    rows = best(
        DocumentNumber.objects.visible_to(user),
        exact=Q(text=text),
        named=by_name(text, "text"),
        order="text",
        limit=limit,
    )
    return [
        Hit(
            row.text,
            " · ".join(word for word in (str(row.get_state_display()), row.subject) if word),
            row.get_absolute_url(),
            row.is_exact,
        )
        for row in rows
    ]


def find_users(user: Any, text: str, limit: int) -> list[Hit]:
    """Find accounts by the user name or a part of the full name."""
    rows = best(
        User.objects.visible_to(user),
        exact=Q(username=text) | Q(display_name=text),
        named=Q(display_name__icontains=text) | Q(username__istartswith=text),
        order="username",
        limit=limit,
    )
    return [_account(row, row.is_exact) for row in rows]


def find_jobs(user: Any, text: str, limit: int) -> list[Hit]:
    """Find a task by its number."""
    if (number := _number(text)) is None:
        return []
    jobs = Job.objects.visible_to(user).filter(pk=number).select_related("created_by")[:limit]
    return [
        Hit(f"#{job.pk} {job}", job.get_state_display(), job.get_absolute_url(), True)
        for job in jobs
    ]


def find_imports(user: Any, text: str, limit: int) -> list[Hit]:
    """Find an import by its number or a part of its file's name."""
    number = _number(text)
    wanted = Q(name__icontains=text) | (Q(pk=number) if number is not None else Q())
    runs = ImportRun.objects.visible_to(user).filter(wanted).order_by("-pk")[:limit]
    return [
        Hit(run.name, run.get_state_display(), run.get_absolute_url(), run.pk == number)
        for run in runs
    ]


def find_organisations_by_phone(user: Any, wanted: Identifier) -> list[Hit]:
    """Find organisations whose contact or hotline has this number."""
    if not user.has_perm("people.view_organisation"):
        return []
    rows = Organisation.objects.visible_to(user).visible_to(user, PERMISSION)
    found = with_phone(rows, "contact_phone", wanted.plain) | with_phone(
        rows, "hotline", wanted.plain
    )
    return [_organisation(row) for row in found.order_by("pinyin", "pk")[:20]]


def find_organisations_by_code(user: Any, wanted: Identifier) -> list[Hit]:
    """Find the organisation whose credit code looks like an identity number."""
    rows = Organisation.objects.visible_to(user).visible_to(user, PERMISSION)
    return [_organisation(row) for row in rows.filter(credit_code=wanted.plain.upper())[:2]]


def find_users_by_phone(user: Any, wanted: Identifier) -> list[Hit]:
    """Find accounts by their phone."""
    rows = User.objects.visible_to(user).filter(
        pk__in=User.objects.visible_to(user, PERMISSION).values("pk")
    )
    return [_account(row) for row in with_phone(rows, "phone", wanted.plain)[:20]]


def _organisation(row: Organisation, matched: bool = False) -> Hit:
    return Hit(row.name, str(row.get_kind_display()), row.get_absolute_url(), matched)


def _account(row: User, matched: bool = False) -> Hit:
    return Hit(str(row), row.username, page_of("desk:user_detail", row.pk), matched)


def _where(row: Division) -> str:
    above = row.parent
    names = [row.code]
    while above is not None and len(names) < 3:
        names.append(above.name)
        above = above.parent if len(names) < 3 else None
    if row.merged_into is not None:
        names.append(_("merged into %(place)s") % {"place": row.merged_into.name})
    return " · ".join(str(name) for name in names)


def _number(text: str) -> int | None:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        return None
    return int(digits)


register(
    Source(
        "organisations", _("Organisations"), "building", "people.view_organisation",
        find_organisations, "desk:organisation_list", 50,
    ),
    Source(
        "divisions", _("Places"), "map-pin", "places.view_division",
        find_divisions, "desk:division_list", 60,
    ),
    Source(
        "documents", _("Documents"), "file-text", "documents.view_document",
        find_documents, "desk:document_list", 62,
    ),
    Source(
        "numbers", _("Document numbers"), "file-check", "documents.view_documentnumber",
        find_numbers, "desk:documentnumber_list", 64,
    ),
    Source(
        "users", _("Accounts"), "users", "people.view_user", find_users, "desk:user_list", 70
    ),
    Source("jobs", _("Tasks"), "list-check", "", find_jobs, "", 80),
    Source(
        "imports", _("Imports"), "table-import", "exchange.view_importrun", find_imports, "", 81
    ),
)  # fmt: skip
register_exact("phone", find_organisations_by_phone)
register_exact("phone", find_users_by_phone)
register_exact("id_number", find_organisations_by_code)
