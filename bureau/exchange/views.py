"""The pages of an import: upload, watch, correct, confirm, take the marked copy back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.exchange import exports, registry, services
from bureau.exchange.annotate import annotated
from bureau.exchange.choices import RunState, Severity
from bureau.exchange.exporting import XLSX, as_download
from bureau.exchange.forms import MatchForm, UploadForm
from bureau.exchange.importer import Importer
from bureau.exchange.models import ExportRun, ImportIssue, ImportRun
from bureau.exchange.template import workbook
from bureau.exchange.uploads import MemoryOnly

PAGE = 50
LONGEST_NUMBER = 10
VIEW, ADD = "exchange.view_importrun", "exchange.add_importrun"


def is_number(text: str) -> bool:
    """Whether a word of the address is a number that a column can hold."""
    return text.isdecimal() and len(text) < LONGEST_NUMBER


def _run(request: HttpRequest, pk: int) -> ImportRun:
    """Return an import within the person's scope; 404 for everybody else's."""
    runs = ImportRun.objects.visible_to(request.user).select_related("actor", "job")
    return get_object_or_404(runs, pk=pk)


def _own(request: HttpRequest, pk: int) -> ImportRun:
    """Return the person's own import; an auditor reads those of others, but does nothing."""
    run = _run(request, pk)
    if run.actor_id != request.user.pk:
        raise PermissionDenied
    return run


def _refused(request: HttpRequest, run: ImportRun, error: BusinessError) -> HttpResponse:
    context = _detail(request, run) | {"refusal": error.sentence, "refusal_code": error.code.value}
    return render(request, "exchange/import_detail.html", context, status=409)


# --- List and upload ------------------------------------------------------------------------
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """The person's imports, newest first; auditors see everybody's."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    runs = ImportRun.objects.visible_to(request.user).select_related("actor").order_by("-id")
    before = request.GET.get("before", "")
    if is_number(before):
        runs = runs.filter(pk__lt=int(before))
    page = list(runs[: PAGE + 1])
    labels = {one.kind: one.label for one in registry.kinds()}
    context = {
        "title": _("Imports"),
        "runs": [(run, labels.get(run.kind, run.kind)) for run in page[:PAGE]],
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "may_upload": request.user.has_perm(ADD) and bool(registry.permitted(request.user)),
    }
    return render(request, "exchange/import_list.html", context)


@csrf_exempt
def import_create(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet; the upload handler must be set before the token is looked for."""
    request.upload_handlers = [MemoryOnly(request)]
    return _create(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _create(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ADD) or not registry.permitted(request.user):
        raise PermissionDenied
    if request.method != "POST":
        kind = {"kind": request.GET.get("kind", "")}
        return _upload_page(request, UploadForm(user=request.user, initial=kind))
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = services.start_import(
                form.cleaned_data["kind"], upload.name, upload.read(), actor=request.user
            )
        except BusinessError as refusal:
            form.add_error("file", refusal.sentence)
            return _upload_page(request, form, refusal.code.value)
        return redirect(run)
    return _upload_page(request, form)


def _upload_page(request: HttpRequest, form: UploadForm, code: str = "") -> HttpResponse:
    context = {
        "title": _("Import a spreadsheet"),
        "form": form,
        "code": code,
        "kinds": registry.permitted(request.user),
    }
    return render(request, "exchange/import_form.html", context, status=422 if form.errors else 200)


@require_GET
def import_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Hand out the empty ledger of a kind."""
    importer = next((one for one in registry.kinds() if one.kind == kind), None)
    if importer is None:
        raise Http404
    if not request.user.has_perm(importer.permission):
        raise PermissionDenied
    response = FileResponse(workbook(importer), content_type=XLSX)
    return as_download(response, f"{importer.label}.xlsx")


# --- One import -----------------------------------------------------------------------------
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an import stands, what was found, and what may be done; htmx asks for the middle."""
    run = _run(request, pk)
    htmx = getattr(request, "htmx", None)
    part = bool(htmx) and not htmx.boosted and not htmx.history_restore_request
    template = "exchange/_import.html" if part else "exchange/import_detail.html"
    response = render(request, template, _detail(request, run))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _detail(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    importer = registry.find(run.kind)
    own = run.actor_id == request.user.pk
    context = {
        "title": run.name,
        "run": run,
        "label": importer.label if importer else run.kind,
        "own": own,
        "progress": _progress(run),
        "match": _match(run, importer),
        "file_kept": bool(run.path),
    }
    if importer and run.state == RunState.DONE:
        context["onward"] = importer.onward(run)
    if own and importer and run.path and run.state in (RunState.CHECKED, RunState.UNUSABLE):
        context["form"] = MatchForm(run=run, importer=importer)
    if run.state in (RunState.CHECKED, RunState.DONE, RunState.APPLYING):
        context |= _issues(request, run, importer)
    return context


def _progress(run: ImportRun) -> dict[str, Any] | None:
    if not run.is_busy:
        return None
    job = run.job
    return {"done": job.done, "total": job.total, "phase": job.phase} if job else {}


def _match(run: ImportRun, importer: Importer | None) -> list[tuple[str, str]]:
    """Return (column of the import, heading in the sheet) of every column found."""
    return [
        (column.heading, run.headings.get(str(run.places[column.key]), ""))
        for column in (importer.columns if importer else ())
        if column.key in run.places
    ]


def _issues(request: HttpRequest, run: ImportRun, importer: Importer | None) -> dict[str, Any]:
    wanted = request.GET.get("show", "")
    counts = {word: run.issues.filter(severity=word).count() for word in Severity.values}
    if wanted not in Severity.values:
        wanted = "error" if counts["error"] or not counts["warning"] else "warning"
    issues = run.issues.filter(severity=wanted).in_order()
    after = request.GET.get("after", "").split("-")
    if len(after) == 3 and all(map(is_number, after)):
        row, position, pk = map(int, after)
        issues = issues.filter(
            Q(row__gt=row)
            | Q(row=row, position__gt=position)
            | Q(row=row, position=position, pk__gt=pk)
        )
    page = list(issues[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return {
        "show": wanted,
        "counts": counts,
        "issues": [(issue, _sentence(importer, issue)) for issue in page[:PAGE]],
        "after": f"{last.row}-{last.position}-{last.pk}" if last else "",
        "is_first": len(after) != 3,
    }


def _sentence(importer: Importer | None, issue: ImportIssue) -> str:
    return importer.sentence(issue.code, issue.values) if importer else issue.code


@require_POST
def import_match(request: HttpRequest, pk: int) -> HttpResponse:
    """Check again with the person's own match of columns."""
    run = _own(request, pk)
    importer = registry.find(run.kind)
    if importer is None:
        raise Http404
    form = MatchForm(request.POST, run=run, importer=importer)
    if not form.is_valid():
        context = _detail(request, run) | {"form": form}
        return render(request, "exchange/import_detail.html", context, status=422)
    row, places = form.decision
    try:
        services.match_again(run, actor=request.user, row=row, places=places)
    except BusinessError as error:
        return _refused(request, run, error)
    return redirect(run)


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Save: the rows that pass, or all of them only if all pass, as the person says."""
    run = _own(request, pk)
    accept = request.POST.get("rows") == "passing"
    try:
        services.confirm(run, actor=request.user, accept_passing=accept)
    except BusinessError as error:
        return _refused(request, run, error)
    return redirect(run)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the upload up and delete its file."""
    run = _own(request, pk)
    try:
        services.discard(run, actor=request.user)
    except BusinessError as error:
        return _refused(request, run, error)
    messages.success(request, _("The upload was discarded and its file deleted."))
    return redirect("exchange:import_list")


@require_GET
def import_annotated(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the owner the same workbook with its faulty cells coloured and commented."""
    run = _own(request, pk)
    try:
        copy = annotated(run)
    except BusinessError as error:
        return _refused(request, run, error)
    stem = run.name.rpartition(".")[0] or run.name
    marked = _("marked")
    name = f"{stem}-{marked}-{clock.today():%Y%m%d}.xlsx"
    return as_download(FileResponse(copy, content_type=XLSX), name)


# --- Large exports --------------------------------------------------------------------------
@require_GET
def export_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the owner the written export, unsealed while it is sent."""
    run = get_object_or_404(ExportRun.objects.visible_to(request.user), pk=pk)
    if not exports.is_kept(run):
        raise Http404
    kind = XLSX if run.fmt == "xlsx" else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(exports.unsealed(run), content_type=kind)
    response["Content-Length"] = str(run.size)
    return as_download(response, run.name)
