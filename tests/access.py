"""Who may ask what: one line for every address of the portal.

A page's line: the name of its address · what it is about, further words of the address after a
slash · method:gate. A path of the API: the same, where ``change`` is PUT and PATCH. A gate is

- ``open``: everybody, signed in or not; ``signed-in``: everybody who has signed in,
- ``seen``: whoever the object is shown to; ``owner``: the person it belongs to,
- a permission without its app, or a word of ``ANY_OF``: one of several permissions.
"""

from dataclasses import dataclass

from bureau.people.roles import STANDARD_ROLES
from grants.rules.claims import PERMISSIONS as CLAIM_STEPS
from grants.services.notice_papers import FILERS as NOTICE_FILERS
from heating.rules.handover import PERMISSIONS as STEPS
from tests.grants import access as grants_access
from tests.heating import access as heating_access

PAGES = """
healthz                                -                      get:open

readyz                                 -                      get:open

people:login                           -                      get+post:open
people:logout                          -                      post:signed-in
people:profile                         -                      get+post:signed-in
people:password                        -                      get+post:signed-in
people:session_end                     session                post:owner
people:session_end_others              -                      post:signed-in

desk:home                              -                      get:signed-in
desk:work_count                        -                      get:signed-in
desk:session                           -                      get:signed-in
desk:sign_in_again                     -                      post:open
desk:watching                          -                      get:signed-in
desk:search                            -                      get+post:signed-in
desk:search_live                       -                      post:signed-in
desk:search_exact                      -                      post:search_identifier
desk:token_list                        -                      get+post:signed-in
desk:token_revoke                      token                  post:owner
desk:pick                              -/organisation         get:view_organisation
desk:pick                              -/heating-company      get:view_organisation
desk:pick                              -/manager              get:view_organisation
desk:pick                              -/source               get:view_heatsource
desk:pick                              -/estate               get:view_estate
desk:pick                              -/any-organisation     get:view_organisation
desk:pick                              -/any-company          get:view_organisation
desk:pick                              -/any-manager          get:view_organisation
desk:pick                              -/any-source           get:view_heatsource
desk:pick                              -/any-user             get:view_user
desk:pick                              -/any-series           get:view_numberseries
desk:pick                              -/document             get:view_document
desk:pick                              -/deputy               get:signed-in
desk:place_steps                       -                      get:signed-in
desk:language                          -                      post:open
desk:theme                             -                      post:open
desk:file                              paper                  get:seen
desk:file_withdraw                     photo                  post:change_substation
desk:note_withdraw                     note                   post:change_estate
desk:calendaryear_list                 -                      get:view_calendaryear
desk:calendaryear_open                 -                      post:change_calendaryear
desk:calendaryear_detail               year                   get:seen
desk:calendaryear_history              year                   get:seen
desk:calendaryear_watch                year                   post:seen
desk:calendaryear_verb                 year/publish           post:change_calendaryear
desk:calendaryear_verb                 year/unpublish         post:change_calendaryear
desk:calendaryear_verb                 year/add-day           post:change_calendaryear
desk:calendarday_remove                calendar_day           post:change_calendaryear
desk:document_list                     -                      get:view_document
desk:document_create                   -                      get+post:add_document
desk:document_detail                   document               get:seen
desk:document_history                  document               get:seen
desk:document_watch                    document               post:seen
desk:document_note                     document               post:change_document
desk:document_file                     document               post:change_document
desk:document_edit                     document               get+post:change_document
desk:document_archive                  document               get+post:archive_document
desk:document_add_article              document               post:change_document
desk:article_remove                    article                post:change_document
desk:numberseries_list                 -                      get:view_numberseries
desk:numberseries_create               -                      get+post:add_numberseries
desk:numberseries_detail               series                 get:seen
desk:numberseries_history              series                 get:seen
desk:numberseries_watch                series                 post:seen
desk:numberseries_note                 series                 post:change_numberseries
desk:numberseries_edit                 series                 get+post:change_numberseries
desk:numberseries_archive              series                 get+post:archive_numberseries
desk:numberseries_reserve              series                 post:add_documentnumber
desk:numberseries_start_year           series                 post:change_numberseries
desk:documentnumber_list               -                      get:view_documentnumber
desk:documentnumber_create             -                      get+post:add_documentnumber
desk:documentnumber_detail             number                 get:seen
desk:documentnumber_history            number                 get:seen
desk:documentnumber_watch              number                 post:seen
desk:documentnumber_issue              number                 post:add_documentnumber
desk:documentnumber_void               number                 post:change_documentnumber
desk:managingarea_list                 -                      get:view_managingarea
desk:managingarea_detail               area                   get:seen
desk:managingarea_history              area                   get:seen
desk:managingarea_watch                area                   post:seen
desk:managingarea_edit                 area                   get+post:change_managingarea
desk:managingarea_take_over            area                   post:change_managingarea
desk:managingarea_hand_back            run_town               post:change_managingarea
desk:user_list                         -                      get:view_user
desk:user_create                       -                      get+post:add_user
desk:user_detail                       user                   get:seen
desk:user_history                      user                   get:seen
desk:user_watch                        user                   post:seen
desk:user_edit                         user                   get+post:change_user
desk:user_verb                         user/reset-password    post:reset_password_user
desk:user_verb                         user/unlock            post:reset_password_user
desk:user_verb                         user/own-number        post:reset_password_user
desk:user_verb                         user/end-sessions      post:close_user
desk:user_verb                         user/close             post:close_user
desk:user_verb                         user/reopen            post:close_user
desk:role_list                         -                      get:view_role
desk:role_create                       -                      get+post:add_role
desk:role_detail                       role                   get:seen
desk:role_history                      role                   get:seen
desk:role_watch                        role                   post:seen
desk:role_edit                         role                   get+post:change_role
desk:role_archive                      role                   get+post:archive_role
desk:posting_list                      -                      get:view_posting
desk:posting_create                    -                      get+post:add_posting
desk:posting_detail                    posting                get:seen
desk:posting_history                   posting                get:seen
desk:posting_watch                     posting                post:seen
desk:posting_end                       posting                post:change_posting
desk:delegation_list                   -                      get:signed-in
desk:delegation_create                 -                      get+post:signed-in
desk:delegation_detail                 delegation             get:owner
desk:delegation_history                delegation             get:owner
desk:delegation_watch                  delegation             post:owner
desk:delegation_end                    delegation             post:owner
desk:signin_list                       -                      get:view_signin
desk:auditentry_list                   -                      get:view_auditentry
desk:auditentry_detail                 entry                  get:seen
desk:auditseal_list                    -                      get:view_auditseal
desk:division_list                     -                      get:view_division
desk:division_detail                   division               get:seen
desk:division_history                  division               get:seen
desk:division_watch                    division               post:seen
desk:division_edit                     division               get+post:change_division
desk:division_merge                    division               get+post:change_division
desk:division_bulk                     -/change               get+post:change_division
desk:alias_remove                      alias                  post:change_division
desk:division_verb                     division/add-alias     post:change_division
desk:division_verb                     division/take-over     post:change_division
desk:division_verb                     division/hand-back     post:change_division
desk:list_choice                       -                      post:signed-in
desk:list_export                       -                      post:signed-in
desk:savedview_list                    -                      get:signed-in
desk:savedview_save                    -                      post:signed-in
desk:savedview_edit                    savedview              get+post:owner
desk:savedview_archive                 savedview              get+post:owner
desk:savedview_update                  savedview              post:owner
desk:savedview_copy                    savedview              post:owner
desk:bulkrun_list                      -                      get:signed-in
desk:bulkrun_detail                    bulkrun                get:owner
desk:organisation_list                 -                      get:view_organisation
desk:organisation_bulk                 -/change               get+post:change_organisation
desk:organisation_bulk                 -/archive              get+post:archive_organisation
desk:organisation_create               -                      get+post:add_organisation
desk:organisation_detail               organisation           get:seen
desk:organisation_history              organisation           get:seen
desk:organisation_watch                organisation           post:seen
desk:organisation_note                 organisation           post:change_organisation
desk:organisation_file                 organisation           post:change_organisation
desk:organisation_edit                 organisation           get+post:change_organisation
desk:organisation_archive              organisation           get+post:archive_organisation
desk:organisation_restore              organisation           post:archive_organisation

jobs:job_list                          -                      get:signed-in
jobs:job_detail                        job                    get:owner
jobs:job_progress                      job                    get:owner
jobs:job_retry                         job                    post:owner
jobs:job_cancel                        job                    post:owner

exchange:export_download               export                 get:owner
exchange:import_list                   -                      get:view_importrun
exchange:import_create                 -                      get+post:add_importrun
exchange:import_template               -/substations          get:add_substation
exchange:import_detail                 run                    get:owner
exchange:import_annotated              run                    get:owner
exchange:import_match                  run                    post:owner
exchange:import_confirm                run                    post:owner
exchange:import_discard                run                    post:owner
"""

API = """
divisions/                            -             get:view_division
divisions/{id}/                       division      get:seen change:change_division
divisions/{id}/aliases/               division      get:seen post:change_division
divisions/{id}/remove-alias/          division      post:change_division
divisions/{id}/merge/                 division      post:change_division
managing-areas/                       -             get:view_managingarea
managing-areas/{id}/                  area          get:seen change:change_managingarea
managing-areas/{id}/history/          area          get:seen
managing-areas/{id}/take-over/        area          post:change_managingarea
managing-areas/{id}/hand-back/        area          post:change_managingarea
documents/                            -             get:view_document post:add_document
documents/{id}/                       document      get:seen change:change_document
documents/{id}/history/               document      get:seen
documents/{id}/notes/                 document      get:seen post:change_document
documents/{id}/files/                 document      get:seen post:change_document
documents/{id}/archive/               document      post:archive_document
documents/{id}/add-article/           document      post:change_document
documents/{id}/remove-article/        document      post:change_document
number-series/                        -             get:view_numberseries post:add_numberseries
number-series/{id}/                   series        get:seen change:change_numberseries
number-series/{id}/history/           series        get:seen
number-series/{id}/notes/             series        get:seen post:change_numberseries
number-series/{id}/archive/           series        post:archive_numberseries
number-series/{id}/start-year/        series        post:change_numberseries
number-series/{id}/reserve/           series        post:add_documentnumber
document-numbers/                     -    get:view_documentnumber post:add_documentnumber
document-numbers/{id}/                number        get:seen
document-numbers/{id}/history/        number        get:seen
document-numbers/{id}/issue/          number        post:add_documentnumber
document-numbers/{id}/void/           number        post:change_documentnumber
calendar-years/                       -    get:view_calendaryear post:change_calendaryear
calendar-years/{id}/                  year          get:seen
calendar-years/{id}/history/          year          get:seen
calendar-years/{id}/publish/          year          post:change_calendaryear
calendar-years/{id}/unpublish/        year          post:change_calendaryear
calendar-days/                        -    get:view_calendarday post:change_calendaryear
calendar-days/{id}/                   calendar_day  get:seen
calendar-days/{id}/remove/            calendar_day  post:change_calendaryear
divisions/{id}/history/               division      get:seen
organisations/                        -             get:view_organisation post:add_organisation
files/{id}/                            photo         get:seen
organisations/{id}/                   organisation  get:seen change:change_organisation
organisations/{id}/history/           organisation  get:seen
organisations/{id}/notes/             organisation  get:seen post:change_organisation
organisations/{id}/files/             organisation  get:seen post:change_organisation
organisations/{id}/archive/           organisation  post:archive_organisation
organisations/{id}/restore/           organisation  post:archive_organisation
users/                                -             get:view_user post:add_user
users/{id}/                           user          get:seen change:change_user
users/{id}/end-sessions/              user          post:close_user
users/{id}/own-number/                user          post:reset_password_user
users/{id}/close/                     user          post:close_user
users/{id}/reopen/                    user          post:close_user
users/{id}/unlock/                    user          post:reset_password_user
users/{id}/reset-password/            user          post:reset_password_user
roles/                                -             get:view_role post:add_role
roles/{id}/                           role          get:seen change:change_role
roles/{id}/archive/                   role          post:archive_role
postings/                             -             get:view_posting post:add_posting
postings/{id}/                        posting       get:seen
postings/{id}/end/                    posting       post:change_posting
delegations/                          -             get+post:signed-in
delegations/{id}/                     delegation    get:owner
delegations/{id}/end/                 delegation    post:owner
audit-entries/                        -             get:view_auditentry
audit-entries/{id}/                   entry         get:seen
sign-ins/                             -             get:view_signin
sign-ins/{id}/                        signin        get:seen
saved-views/                          -             get+post:signed-in
saved-views/{id}/                     savedview     get+change:owner
saved-views/{id}/archive/             savedview     post:owner
bulk-runs/                            -             get:signed-in
bulk-runs/{id}/                       bulkrun       get:owner
reports/direct-supply/                -             get:view_householdcount
jobs/                                 -             get:signed-in
jobs/{id}/                            job           get:owner
jobs/{id}/cancel/                     job           post:owner
jobs/{id}/retry/                      job           post:owner
import-runs/                          -             get:view_importrun post:add_importrun
import-runs/{id}/                     run           get:owner
import-runs/{id}/issues/              run           get:owner
import-runs/{id}/confirm/             run           post:owner
import-runs/{id}/discard/             run           post:owner
"""

OPEN, SIGNED_IN, SEEN, OWNER = "open", "signed-in", "seen", "owner"
WORDS = (OPEN, SIGNED_IN, SEEN, OWNER)
ANY_OF = {
    "KEEPERS": ("heating.change_handover", "heating.record_survey_handover"),
    "SIGNERS": ("heating.change_handover", "heating.accept_handover_company"),
    "ACCEPTERS": ("heating.accept_handover_company", "heating.accept_handover_bureau"),
    "CLAIM_FILERS": ("grants.change_claim", *CLAIM_STEPS),
    "CLAIM_RETURNERS": (
        "grants.pass_township_claim",
        "grants.pass_inspection_claim",
        "grants.pass_county_claim",
    ),
    "CLAIM_HEARERS": ("grants.reject_claim", "grants.revoke_claim"),
    "FILERS": ("heating.change_handover", *STEPS),
    "NOTICE_FILERS": NOTICE_FILERS,
}
METHODS = {"get": ("GET",), "post": ("POST",), "change": ("PUT", "PATCH")}
EVERYTHING = frozenset[str]().union(*(role.permissions for role in STANDARD_ROLES))
VIEWS = frozenset(name for name in EVERYTHING if ".view_" in name)
FULL_NAMES = {name.partition(".")[2]: name for name in EVERYTHING}


@dataclass(frozen=True)
class Line:
    """What stands on one line: ``words`` complete the address, ``gates`` are by method."""

    name: str
    subject: str
    words: tuple[str, ...]
    gates: dict[str, str]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the address has."""
        return tuple(self.gates)

    @property
    def is_api(self) -> bool:
        """Whether it is a path of the API."""
        return self.name.endswith("/")

    def permissions(self, method: str) -> tuple[str, ...]:
        """Return the permissions of which one opens the gate; none for the other gates."""
        gate = self.gates[method]
        if gate in WORDS:
            return ()
        return ANY_OF.get(gate) or (FULL_NAMES[gate],)

    def __str__(self) -> str:
        return " ".join((self.name, *self.words))


def read(table: str) -> list[Line]:
    """Return the lines of a table."""
    return [_line(*row.split()) for row in table.splitlines() if row]


def _line(name: str, about: str, *gates: str) -> Line:
    subject, *words = about.split("/")
    found = {}
    for entry in gates:
        methods, _colon, gate = entry.partition(":")
        found |= {method: gate for word in methods.split("+") for method in METHODS[word]}
    return Line(name, subject.strip("-"), tuple(words), found)


PAGE_LINES = read(PAGES + heating_access.PAGES + grants_access.PAGES)
API_LINES = read(API + heating_access.API + grants_access.API)
LINES = [*PAGE_LINES, *API_LINES]
