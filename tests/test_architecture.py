"""The house rules that no reviewer has to remember: they fail here, with file and line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[1]
APPS = ("bureau", "heating", "grants", "complaints")
HARD_CAP = 600
LONGEST_FUNCTION = 40
QUERYSET_WORDS = {
    "objects", "filter", "exclude", "all", "annotate", "order_by", "select_for_update",
    "visible_to", "_base_manager", "_default_manager",
}  # fmt: skip
PURE_OF = ("django", "rest_framework", "celery", "bureau.core.clock", "time", "random")


def modules(*folders: str) -> list[Path]:
    """Return the portal's own Python files, migrations left out."""
    found = [path for folder in folders or APPS for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer(path: Path) -> str:
    """Return the layer of a module: its name, or its package's where a layer is a package."""
    inside = [part.removesuffix(".py") for part in path.relative_to(ROOT).parts[1:]]
    known = ("services", "rules", "models", "querysets", "choices")
    return next((part for part in inside if part in known), inside[-1] if inside else "")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def words_before(node: ast.expr) -> set[str]:
    """Return the attribute names on the way to a call: ``A.objects.filter(…)`` has two."""
    words = set()
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
            node = node.value
        else:
            return words


def test_imports_point_one_way(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS, "see the contracts printed above"


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)


def test_only_services_write_by_set():
    """``shipped`` is what a migration loads; exchange's staging tables are no nouns."""
    found = []
    for path in modules():
        if layer(path) in ("services", "shipped"):
            continue
        for call in calls(tree_of(path)):
            bulk = call.func.attr in ("bulk_create", "bulk_update")
            update = call.func.attr == "update" and words_before(call.func.value) & QUERYSET_WORDS
            if bulk or update:
                found.append(f"{name_of(path)}:{call.lineno}: .{call.func.attr}(")
    assert not found


def test_only_jobs_wakes_celery():
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        if (ROOT / "bureau" / "jobs") not in path.parents
        for call in calls(tree_of(path))
        if call.func.attr in ("delay", "apply_async", "send_task")
    ]
    assert not found


def test_rules_take_the_day_and_never_look_at_the_world():
    found = []
    for path in modules():
        if layer(path) != "rules":
            continue
        tree = tree_of(path)
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}", *(f"{node.module}.{one.name}" for one in node.names)]
            found += [
                f"{name_of(path)}:{node.lineno}: {name}"
                for name in names
                if any(name == bad or name.startswith(f"{bad}.") for bad in PURE_OF)
            ]
        found += [
            f"{name_of(path)}:{call.lineno}: .{call.func.attr}()"
            for call in calls(tree)
            if call.func.attr in ("now", "today", "utcnow")
        ]
    assert not found


def test_no_template_trusts_its_text():
    found = [
        f"{name_of(path)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off", line)
    ]
    assert not found


def test_templates_and_scripts_hold_no_chinese_of_their_own():
    """Chinese stands in the catalogues; the one exception is how the language calls itself."""
    found = [
        f"{name_of(path)}:{number}"
        for folder in ("templates", "static/js")
        for path in sorted((ROOT / folder).rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"[\u4e00-\u9fff]", line.replace("中文", ""))
    ]
    assert not found


def test_no_words_hide_in_an_f_string_where_no_catalogue_finds_them():
    hidden = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        for text in ast.walk(tree_of(path))
        if isinstance(text, ast.JoinedStr)
        for call in calls(text)
        if getattr(call.func, "id", "") in ("_", "gettext", "ngettext", "pgettext")
    ]
    assert not hidden


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "helpers", "common", "misc"}
    found = [
        name_of(path) for path in modules(*APPS, "tests") if drawers & {*path.parts, path.stem}
    ]
    assert not found


def test_files_stay_short_enough_to_read():
    files = [
        *modules(*APPS, "tests"),
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static").rglob("*.css"),
        *(ROOT / "static").rglob("*.js"),
    ]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > HARD_CAP} == {}


def test_functions_stay_short_enough_to_read():
    found = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{name_of(path)}:{node.lineno} {node.name}: {length} lines")
    assert not found


def test_rules_services_and_models_say_what_they_mean():
    found = []
    for path in modules():
        if layer(path) not in ("rules", "services", "models", "querysets"):
            continue
        for node in tree_of(path).body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            if is_public and not ast.get_docstring(node):
                found.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not found


def test_every_package_of_code_is_a_package():
    found = {
        name_of(path.parent)
        for path in modules(*APPS, "tests")
        if not (path.parent / "__init__.py").exists()
    }
    assert found == set()
