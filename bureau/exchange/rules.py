"""How an import moves: one table for service, trigger and diagram."""

from datetime import timedelta

from bureau.core.transitions import Transition

KEPT_FOR = timedelta(days=30)
EXPORTS_KEPT_FOR = timedelta(days=7)
ORPHANS_AFTER = timedelta(days=1)

WORKFLOW = (
    Transition("upload", (), "uploaded", ()),
    Transition("begin", ("uploaded", "checked", "unusable", "checking"), "checking", ()),
    Transition("pass", ("checking",), "checked", ()),
    Transition("refuse", ("checking",), "unusable", ()),
    Transition("confirm", ("checked",), "applying", ()),
    Transition("send_back", ("applying",), "checked", ()),
    Transition("finish", ("applying",), "done", ()),
    Transition("fail", ("uploaded", "checking", "applying"), "failed", ()),
    Transition(
        "discard", ("uploaded", "checking", "checked", "unusable", "failed"), "discarded", ()
    ),
)

BUSY = ("uploaded", "checking", "applying")
OVER = ("done", "discarded")
STAGED = ("checked", "applying")
