"""The whole portal on one machine: ``make run`` ends in this process, and it ends all others."""

import json
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bureau.core.embedded import children, keys, locate, ports, postgres, valkey
from bureau.core.embedded.occupancy import Holder, OccupiedError
from bureau.core.embedded.privileges import NoWayError
from bureau.core.embedded.supervisor import Part, PartFailedError, StopAsked, Supervisor

ROOT = Path(__file__).resolve().parents[3]
READY_SECONDS = 120
KEEPER_SECONDS = 3
CREW = {"web", "worker", "beat"}
# One process: the API's throttle counts in its memory, so the limit is exact.
WEB = (
    *("-m", "gunicorn", "bureau.wsgi", "-k", "gthread", "-w", "1", "--threads", "8"),
    *("--graceful-timeout", "5", "--preload", "--no-control-socket"),
)
# Each thread would keep memory of its own that it has long given back.
WEB_ENV = {"MALLOC_ARENA_MAX": "2"}
WORKER = (
    *("-m", "celery", "-A", "bureau", "worker", "-l", "INFO", "-c", "2"),
    *("--max-tasks-per-child", "200"),
    *("--without-gossip", "--without-mingle", "-n", "portal@localhost"),
)
BEAT = ("-m", "celery", "-A", "bureau", "beat", "-l", "INFO", "--pidfile=")


class Portal:
    """One portal: its port, its folder, and the environment its processes share."""

    def __init__(self, port: int, var_dir: Path) -> None:
        self.port, self.var_dir = port, var_dir
        self.url = f"http://{locate.HOST}:{port}"
        self.env = os.environ | {
            "VAR_DIR": str(var_dir),
            "PORTAL_STARTED": datetime.now(UTC).isoformat(),
            "DJANGO_SETTINGS_MODULE": "bureau.settings",
            "PYTHONUNBUFFERED": "1",
        }
        self.supervisor = Supervisor(say)

    def run(self) -> None:
        """Bring everything up, say so, and keep it up until a signal comes."""
        self.start_servers()
        self.prepare()
        self.start_crew()
        self.supervisor.wait_until(self.is_ready, READY_SECONDS, f"{self.url}/readyz")
        self.greet()
        self.supervisor.watch()

    def start_servers(self) -> None:
        """Start the private servers that the environment does not replace, each on a free port."""
        if not os.environ.get("DATABASE_URL"):
            port = ports.free()
            start = partial(postgres.start, self.var_dir, port=port)
            log = postgres.log_file(self.var_dir)
            self.supervisor.add(Part("PostgreSQL", start, log, postgres.stop))
        if not os.environ.get("REDIS_URL"):
            port = ports.free()
            start = partial(valkey.start, self.var_dir, port=port)
            log = valkey.log_file(self.var_dir)
            self.supervisor.add(Part("Valkey", start, log, valkey.stop))

    def prepare(self) -> None:
        """Check the settings, migrate, fill an empty database, collect what browsers load."""
        command = [sys.executable, str(ROOT / "manage.py"), "prepare_portal"]
        command += ["--report", str(self.report)]
        self.supervisor.complete("The preparation", command, self.env, self.log("prepare"))

    def start_crew(self) -> None:
        """Start the web server, the worker and beat; they load at the same time."""
        beat = self.var_dir / "beat"
        beat.mkdir(exist_ok=True, mode=0o700)
        worker_env = self.env | {"PORTAL_ROLE": "worker", "REMAP_SIGTERM": "SIGQUIT"}
        here = f"{locate.HOST}:{self.port}"
        self.hire("web", [*WEB, "-b", here], self.env | WEB_ENV)
        # Leaving politely takes a broker, and ours ends with us: what was begun stands in rows.
        self.hire("worker", WORKER, worker_env, last_word=signal.SIGKILL)
        self.hire("beat", [*BEAT, "-s", str(beat / "schedule")], worker_env)

    def hire(
        self,
        name: str,
        words: Sequence[str],
        env: dict[str, str],
        last_word: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Start one process of the crew in the project's folder, its words in a log of its own."""
        log, command = self.log(name), [sys.executable, *words]
        start = partial(children.start, command, log, last_word=last_word, env=env, cwd=ROOT)
        self.supervisor.add(Part(name, start, log))

    def is_ready(self) -> bool:
        """Tell whether the portal says of itself that it is ready."""
        allowed = os.environ.get("ALLOWED_HOSTS", locate.HOST).split(",")[0].lstrip(".")
        host = allowed if allowed not in {"", "*"} else locate.HOST
        request = urllib.request.Request(f"{self.url}/readyz", headers={"Host": host})  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def greet(self) -> None:
        """Print where the portal is and, where there are any, who may try it."""
        say(f"Ready at {self.url}")
        report = json.loads(self.report.read_text())
        if report["accounts"]:
            say(f"Demo accounts, password {report['password']}:")
            for username, words in report["accounts"]:
                say(f"  {username:<12} {words}")

    def stop(self) -> None:
        """Stop everything within ten seconds."""
        self.supervisor.stop_all(CREW)

    @property
    def report(self) -> Path:
        """Return where the preparation leaves what the greeting says."""
        return self.var_dir / "prepared.json"

    def log(self, name: str) -> Path:
        """Return the log of one of our processes."""
        return self.var_dir / "log" / f"{name}.log"


def say(text: str) -> None:
    """Print for the operator; a terminal that is gone does not matter."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> int:
    """Run the portal of ``PORT`` and ``VAR_DIR``; 1 with a sentence if it cannot be."""
    children.die_with_parent(signal.SIGTERM)
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return refuse(f"PORT must be a number from 1 to 65535, not {port!r}.")
    try:
        holder = Holder(var_dir, f"the portal on port {port}", patience=KEEPER_SECONDS)
        if ports.taken(int(port)):
            return refuse(f"Port {port} is in use; choose another with PORT=…")
        keys.load(var_dir, must_be_given=bool(os.environ.get("DATABASE_URL")))
    except (OccupiedError, OSError, keys.ImproperlyConfigured) as refusal:
        return refuse(str(refusal))
    return supervise(Portal(int(port), var_dir), holder)


def supervise(portal: Portal, holder: Holder) -> int:
    """Run the portal until a signal comes or a part fails, and leave nothing behind."""
    try:
        portal.run()
    except StopAsked:
        say("Stopping …")
        return 0
    except (PartFailedError, postgres.StartError, NoWayError, OSError) as failure:
        return refuse(str(failure))
    finally:
        portal.stop()
        holder.file.close()
    return 0


def refuse(sentence: str) -> int:
    """Say why there is no portal."""
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
