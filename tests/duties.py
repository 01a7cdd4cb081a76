"""Who may do what, role by role, written by hand and read by people.

It is not made from ``bureau/people/roles.py``: whoever widens or narrows a role there has to say
so here as well. A line that begins at the margin names the roles that hold what follows it;
``offices`` is everybody who works with heating, ``everybody`` is all sixteen.
"""

DUTIES = """
# desk
chief system:
    set_default_savedview
chief leader system:
    share_savedview
chief leader auditor:
    view_bulkrun

# documents
legal:
    add_document archive_document change_document
clerk:
    add_documentnumber add_numberseries archive_numberseries change_documentnumber
    change_numberseries
everybody:
    view_document view_numberseries
clerk chief leader legal auditor:
    view_documentnumber

# exchange
clerk legal town village system:
    add_importrun
chief leader auditor system:
    audit_importrun
clerk chief leader legal town village auditor system:
    view_importrun

# grants
clerk:
    add_policy add_target add_villageproject archive_policy archive_target
    archive_villageproject change_milestone change_policy change_rate change_target
chief:
    abort_paymentbatch approve_business_paymentbatch close_paymentbatch publish_policy
town:
    pass_township_claim
town_team:
    add_acceptancesheet change_acceptancesheet pass_inspection_claim
county:
    add_publicnotice add_reinspectiondraw announce_recovery approve_claim
    change_publicnotice confirm_usecheck correct_item_claim decide_duplicatecase
    decide_recovery hold_claim pass_county_claim publish_claim reject_claim revoke_claim
    sign_duplicatecase suspend_entitlement
village:
    withdraw_claim
finance:
    approve_finance_paymentbatch collect_recovery export_paymentbatch
    import_receipt_paymentbatch
clerk county:
    add_paymentbatch change_projectvillage change_qualitycheck change_villageproject
    lock_paymentbatch
clerk finance:
    add_fund archive_fund change_fund
town village:
    add_usecheck change_usecheck submit_claim
clerk town village:
    add_claim add_dwelling add_household change_dwelling change_household
clerk town county village:
    change_claim
clerk town county finance:
    reveal_household
clerk chief leader legal county finance auditor:
    view_fund view_paymentbatch view_progress view_recovery
clerk chief leader legal town county finance auditor:
    view_duplicatecase
clerk chief leader legal inspector town town_team county village finance auditor:
    view_acceptancesheet view_claim view_dwelling view_entitlement view_household
    view_paymentline view_person view_projectvillage view_publicnotice view_qualitycheck
    view_reinspectiondraw view_usecheck view_villageproject
offices:
    view_milestone view_policy view_rate view_target

# heating
clerk:
    accept_handover_bureau add_building add_equipment add_estate add_handoverstepterm
    add_heatsource add_householdcount add_managementperiod add_substation add_zone
    agree_plan_handover archive_estate archive_handover archive_heatsource
    archive_substation change_building change_equipment change_estate change_handover
    change_heatsource change_householdcount change_managementperiod change_substation
    change_zone issue_notice_handover record_consent_handover register_handover
company:
    accept_handover_company
chief:
    cancel_handover connect_handover connect_in_season_handover send_back_handover
    sign_handover suspend_handover
inspector:
    record_survey_handover
offices:
    view_building view_equipment view_estate view_handover view_handoverstepterm
    view_heatsource view_householdcount view_managementperiod view_substation view_zone

# jobs
system:
    change_job
chief leader auditor system:
    view_job

# people
security:
    add_delegation add_posting add_role archive_role change_apitoken change_delegation
    change_posting change_role view_apitoken
clerk:
    add_organisation archive_organisation change_organisation
system:
    add_user change_user close_user
clerk chief town county system:
    reset_password_user view_phone_user
clerk chief town county auditor:
    search_identifier
leader auditor security audit:
    view_delegation view_posting view_role
everybody:
    view_organisation
auditor audit:
    view_signin
clerk chief leader town county auditor system security audit:
    view_user

# places
clerk:
    add_division change_division change_managingarea
system:
    change_calendaryear
everybody:
    view_calendarday view_calendaryear view_division view_managingarea

# records
auditor audit:
    view_auditentry view_auditseal
"""

SHORT = {
    "clerk": "bureau_clerk",
    "chief": "section_chief",
    "leader": "bureau_leader",
    "legal": "legal_reviewer",
    "inspector": "inspector",
    "company": "company_officer",
    "property": "property_contact",
    "town": "town_reviewer",
    "town_team": "town_team",
    "county": "county_reviewer",
    "village": "village_official",
    "finance": "finance_clerk",
    "auditor": "auditor",
    "system": "system_admin",
    "security": "security_admin",
    "audit": "audit_admin",
}
POSTS = ("system", "security", "audit")
GROUPS = {"everybody": tuple(SHORT), "offices": tuple(SHORT)[: -len(POSTS)]}


def read(text: str) -> dict[str, frozenset[str]]:
    """Return the permissions of each role, as "app.codename" by the role's code."""
    found: dict[str, set[str]] = {code: set() for code in SHORT.values()}
    app, holders = "", []
    for line in text.strip().splitlines():
        words = line.rstrip(":").split()
        if line.startswith("#"):
            app = words[1]
        elif not line.startswith(" "):
            holders = [SHORT[one] for word in words for one in GROUPS.get(word, (word,))]
        else:
            for code in holders:
                found[code] |= {f"{app}.{word}" for word in words}
    return {code: frozenset(permissions) for code, permissions in found.items()}


ROLES = read(DUTIES)
