"""Every verb by its name, so that page and API offer exactly what the table lists."""

from collections.abc import Callable
from typing import Any

from heating.choices import HandoverVerb as Verb
from heating.models import Handover
from heating.services.handover import (
    agree_plan,
    archive_handover,
    connect_station,
    issue_notice,
    record_consent,
    record_survey,
    sign_agreement,
)
from heating.services.handover_acceptance import accept_handover
from heating.services.handover_detours import (
    cancel_handover,
    resume_handover,
    send_back,
    suspend_handover,
)

SERVICES: dict[str, Callable[..., Handover]] = {
    Verb.ISSUE_NOTICE.value: issue_notice,
    Verb.RECORD_SURVEY.value: record_survey,
    Verb.AGREE_PLAN.value: agree_plan,
    Verb.RECORD_CONSENT.value: record_consent,
    Verb.SIGN.value: sign_agreement,
    Verb.ACCEPT.value: accept_handover,
    Verb.SEND_BACK.value: send_back,
    Verb.CONNECT.value: connect_station,
    Verb.ARCHIVE.value: archive_handover,
    Verb.SUSPEND.value: suspend_handover,
    Verb.RESUME.value: resume_handover,
    Verb.CANCEL.value: cancel_handover,
}


def do(verb: str, handover: Handover, *, actor: Any, **given: Any) -> Handover:
    """Carry out a verb of the table; KeyError for any other word."""
    return SERVICES[verb](handover, actor=actor, **given)
