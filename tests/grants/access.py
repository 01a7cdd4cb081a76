"""Who may ask what of the subsidies; see ``tests/access.py``."""

PAGES = """
grants:calculator                      -                      get:open
grants:progress                        -                      get:view_progress
grants:policy_bulk                     -/archive              get+post:archive_policy
grants:policy_list                     -                      get:view_policy
grants:policy_create                   -                      get+post:add_policy
grants:policy_detail                   policy                 get:seen
grants:policy_history                  policy                 get:seen
grants:policy_watch                    policy                 post:seen
grants:policy_note                     policy                 post:change_policy
grants:policy_file                     policy                 post:change_policy
grants:policy_edit                     policy                 get+post:change_policy
grants:policy_archive                  policy                 get+post:archive_policy
grants:policy_restore                  policy                 post:archive_policy
grants:policy_publish                  policy                 get+post:publish_policy
grants:policy_rates                    policy                 get:view_rate
grants:policy_record_rate              policy                 post:change_rate
grants:rate_remove                     rate                   post:change_rate
grants:target_bulk                     -/change               get+post:change_target
grants:target_bulk                     -/archive              get+post:archive_target
grants:target_list                     -                      get:view_target
grants:target_create                   -                      get+post:add_target
grants:target_detail                   target                 get:seen
grants:target_history                  target                 get:seen
grants:target_watch                    target                 post:seen
grants:target_note                     target                 post:change_target
grants:target_file                     target                 post:change_target
grants:target_edit                     target                 get+post:change_target
grants:target_archive                  target                 get+post:archive_target
grants:target_restore                  target                 post:archive_target
grants:target_milestones               target                 get:view_milestone
grants:target_record_milestone         target                 post:change_milestone
grants:milestone_remove                milestone              post:change_milestone
grants:villageproject_bulk             -/change               get+post:change_villageproject
grants:villageproject_bulk             -/archive              get+post:archive_villageproject
grants:villageproject_list             -                      get:view_villageproject
grants:villageproject_create           -                      get+post:add_villageproject
grants:villageproject_detail           project                get:seen
grants:villageproject_history          project                get:seen
grants:villageproject_watch            project                post:seen
grants:villageproject_note             project                post:change_villageproject
grants:villageproject_file             project                post:change_villageproject
grants:villageproject_edit             project                get+post:change_villageproject
grants:villageproject_archive          project                get+post:archive_villageproject
grants:villageproject_restore          project                post:archive_villageproject
grants:villageproject_more_villages    project                get:view_projectvillage
grants:villageproject_record_village   project                post:change_projectvillage
grants:village_remove                  projectvillage         post:change_projectvillage
grants:villageproject_checks           project                get:view_qualitycheck
grants:villageproject_record_check     project                post:change_qualitycheck
grants:check_remove                    check                  post:change_qualitycheck
grants:household_list                  -                      get:view_household
grants:household_create                -                      get+post:add_household
grants:household_detail                household              get:seen
grants:household_history               household              get:seen
grants:household_watch                 household              post:seen
grants:household_note                  household              post:change_household
grants:household_file                  household              post:change_household
grants:household_edit                  household              get+post:change_household
grants:household_reveal                household              post:reveal_household
grants:household_move_out              household              post:change_household
grants:household_move_in               dwelling               get+post:add_household
grants:household_members               household              get:seen
grants:household_add_member            household              post:change_household
grants:household_end_membership        member                 post:change_household
grants:household_change_head           household              post:change_household
grants:household_split                 household              post:change_household
grants:household_accounts              household              get:seen
grants:household_change_account        household              post:change_household
grants:household_papers                household              get:seen
grants:household_residents             household              get:seen

grants:claim_list                      -                      get:view_claim
grants:claim_bulk                      -/submit               get+post:submit_claim
grants:claim_bulk                      -/pass-township        get+post:pass_township_claim
grants:claim_bulk                      -/pass-inspection      get+post:pass_inspection_claim
grants:claim_bulk                      -/pass-county          get+post:pass_county_claim
grants:claim_bulk                      -/return               get+post:CLAIM_RETURNERS
grants:claim_create                    -                      get+post:add_claim
grants:claim_photos                    -                      get+post:change_claim
grants:claim_codes                     -                      get:change_claim
grants:claim_photo                     claim                  get+post:change_claim
grants:household_file_claim            household              get+post:add_claim
grants:household_claims                household              get:view_claim
grants:village_list                    -                      get:view_claim
grants:village_silent                  -                      get:view_claim
grants:village_detail                  claimvillage           get:seen
grants:claim_detail                    claim                  get:seen
grants:claim_history                   claim                  get:seen
grants:claim_watch                     claim                  post:seen
grants:claim_note                      claim                  post:change_claim
grants:claim_edit                      claim                  get+post:change_claim
grants:claim_paper                     claim                  post:CLAIM_FILERS
grants:claim_withdraw_paper            claimpaper             post:CLAIM_FILERS
grants:claim_announce                  claim                  post:CLAIM_HEARERS
grants:claim_hear                      claim                  post:CLAIM_HEARERS
grants:claim_verb                      claim/submit           post:submit_claim
grants:claim_verb                      claim/pass-township    post:pass_township_claim
grants:claim_verb                      claim/pass-inspection  post:pass_inspection_claim
grants:claim_verb                      claim/pass-county      post:pass_county_claim
grants:claim_verb                      claim/return           post:CLAIM_RETURNERS
grants:claim_verb                      claim/reject           post:reject_claim
grants:claim_verb                      claim/withdraw         post:withdraw_claim
grants:claim_verb                      claim/revoke           post:revoke_claim

grants:acceptancesheet_list            -                      get:view_acceptancesheet
grants:acceptancesheet_create          -                      get+post:add_acceptancesheet
grants:acceptancesheet_detail          sheet                  get:seen
grants:acceptancesheet_history         sheet                  get:seen
grants:acceptancesheet_watch           sheet                  post:seen
grants:acceptancesheet_record          sheet                  post:add_acceptancesheet
grants:reinspectiondraw_list           -                      get:view_reinspectiondraw
grants:reinspectiondraw_create         -                      get+post:add_reinspectiondraw
grants:reinspectiondraw_detail         draw                   get:seen
grants:reinspectiondraw_history        draw                   get:seen
grants:reinspectiondraw_watch          draw                   post:seen
grants:reinspectiondraw_record         drawn                  post:add_reinspectiondraw

grants:duplicatecase_list              -                      get:view_duplicatecase
grants:duplicatecase_detail            duplicate              get:seen
grants:duplicatecase_history           duplicate              get:seen
grants:duplicatecase_watch             duplicate              post:seen
grants:duplicatecase_decide            duplicate              post:decide_duplicatecase
grants:duplicatecase_sign              duplicate              post:sign_duplicatecase
grants:entitlement_list                -                      get:view_entitlement
grants:entitlement_detail              entitlement            get:seen
grants:entitlement_history             entitlement            get:seen
grants:entitlement_watch               entitlement            post:seen
grants:entitlement_note                entitlement            post:suspend_entitlement
grants:entitlement_payments            entitlement            get:view_paymentline
grants:entitlement_recoveries          entitlement            get:view_recovery
grants:entitlement_recover             entitlement            post:announce_recovery
grants:entitlement_verb                entitlement/suspend    post:suspend_entitlement
grants:entitlement_verb                entitlement/lift       post:suspend_entitlement
grants:claim_payments                  claim                  get:view_paymentline
grants:household_payments              household              get:view_paymentline
grants:place_payments                  division               get:view_paymentline
grants:paymentbatch_list               -                      get:view_paymentbatch
grants:paymentbatch_create             -                      get+post:add_paymentbatch
grants:paymentbatch_detail             batch                  get:seen
grants:paymentbatch_history            batch                  get:seen
grants:paymentbatch_watch              batch                  post:seen
grants:paymentbatch_note               batch                  post:lock_paymentbatch
grants:paymentbatch_lines              batch                  get:view_paymentline
grants:paymentbatch_sheet              batch                  get:seen
grants:paymentbatch_bank_file          batch/csv              post:export_paymentbatch
grants:paymentbatch_verb               batch/lock             post:lock_paymentbatch
grants:paymentbatch_verb               batch/unlock           post:lock_paymentbatch
grants:paymentbatch_verb               batch/approve-business post:approve_business_paymentbatch
grants:paymentbatch_verb               batch/approve-finance  post:approve_finance_paymentbatch
grants:paymentbatch_verb               batch/export           post:export_paymentbatch
grants:paymentbatch_verb               batch/import-receipt   post:import_receipt_paymentbatch
grants:paymentbatch_verb               batch/import-returns   post:import_receipt_paymentbatch
grants:paymentbatch_verb               batch/close            post:close_paymentbatch
grants:paymentbatch_verb               batch/abort            post:abort_paymentbatch
grants:paymentline_list                -                      get:view_paymentline
grants:recovery_list                   -                      get:view_recovery
grants:recovery_detail                 recovery               get:seen
grants:recovery_history                recovery               get:seen
grants:recovery_watch                  recovery               post:seen
grants:recovery_note                   recovery               post:announce_recovery
grants:recovery_file                   recovery               post:announce_recovery
grants:recovery_verb                   recovery/hear          post:announce_recovery
grants:recovery_verb                   recovery/cancel        post:announce_recovery
grants:recovery_verb                   recovery/decide        post:decide_recovery
grants:recovery_verb                   recovery/record-cash   post:collect_recovery
grants:recovery_verb                   recovery/offset        post:collect_recovery
grants:fund_ledger                     -                      get:view_fund
grants:fund_bulk                       -/change               get+post:change_fund
grants:fund_bulk                       -/archive              get+post:archive_fund
grants:fund_list                       -                      get:view_fund
grants:fund_create                     -                      get+post:add_fund
grants:fund_detail                     fund                   get:seen
grants:fund_history                    fund                   get:seen
grants:fund_watch                      fund                   post:seen
grants:fund_note                       fund                   post:change_fund
grants:fund_file                       fund                   post:change_fund
grants:fund_edit                       fund                   get+post:change_fund
grants:fund_archive                    fund                   get+post:archive_fund
grants:fund_restore                    fund                   post:archive_fund
grants:fund_allotments                fund                   get:seen
grants:fund_allot                      fund                   post:change_fund
grants:allotment_release               allotment              post:change_fund

grants:publicnotice_public             -/金丝雀甲                 get:open
grants:publicnotice_bulk               -/confirm              get+post:approve_claim
grants:publicnotice_list               -                      get:view_publicnotice
grants:publicnotice_create             -                      get+post:add_publicnotice
grants:publicnotice_detail             notice                 get:seen
grants:publicnotice_history            notice                 get:seen
grants:publicnotice_watch              notice                 post:seen
grants:publicnotice_note               notice                 post:change_publicnotice
grants:publicnotice_sheet              notice                 get:seen
grants:publicnotice_file               notice                 get:seen
grants:publicnotice_docx               notice                 get:seen
grants:publicnotice_paper              notice                 post:NOTICE_FILERS
grants:publicnotice_withdraw_paper     noticepaper            post:NOTICE_FILERS
grants:publicnotice_verb               notice/publish         post:publish_claim
grants:publicnotice_verb               notice/confirm         post:approve_claim
grants:publicnotice_verb               notice/cancel          post:add_publicnotice
grants:noticeitem_detail               item                   get:seen
grants:noticeitem_decide               objection              post:hold_claim
grants:noticeitem_verb                 item/object            post:hold_claim
grants:noticeitem_verb                 item/release           post:hold_claim
grants:noticeitem_verb                 item/correct           post:correct_item_claim
grants:usecheck_list                   -                      get:view_usecheck
grants:usecheck_create                 -                      get+post:add_usecheck
grants:usecheck_detail                 usecheck               get:seen
grants:usecheck_history                usecheck               get:seen
grants:usecheck_watch                  usecheck               post:seen
grants:usecheck_note                   usecheck               post:change_usecheck
grants:usecheck_file                   usecheck               post:change_usecheck
grants:usecheck_tick                   usecheck               post:change_usecheck
grants:usecheck_verb                   usecheck/submit        post:change_usecheck
grants:usecheck_verb                   usecheck/return        post:confirm_usecheck
grants:usecheck_verb                   usecheck/confirm       post:confirm_usecheck
grants:claim_verb                      claim/publish          post:publish_claim
grants:claim_verb                      claim/approve          post:approve_claim
grants:claim_verb                      claim/hold             post:hold_claim
grants:claim_verb                      claim/release          post:hold_claim
grants:claim_verb                      claim/correct-item     post:correct_item_claim
"""

API = """
policies/                             -             get:view_policy post:add_policy
policies/{id}/                        policy        get:seen change:change_policy
policies/{id}/history/                policy        get:seen
policies/{id}/notes/                  policy        get:seen post:change_policy
policies/{id}/files/                  policy        get:seen post:change_policy
policies/{id}/archive/                policy        post:archive_policy
policies/{id}/restore/                policy        post:archive_policy
targets/                              -             get:view_target post:add_target
targets/{id}/                         target        get:seen change:change_target
targets/{id}/history/                 target        get:seen
targets/{id}/notes/                   target        get:seen post:change_target
targets/{id}/files/                   target        get:seen post:change_target
targets/{id}/archive/                 target        post:archive_target
targets/{id}/restore/                 target        post:archive_target
villages/                             -             get:view_claim
villages/{id}/                        village       get:seen
dwellings/                            -             get:view_dwelling
dwellings/{id}/                       dwelling      get:seen
households/                           -             get:view_household post:add_household
households/{id}/                      household     get:seen change:change_household
households/{id}/history/              household     get:seen
households/{id}/notes/                household     get:seen post:change_household
households/{id}/files/                household     get:seen post:change_household
households/{id}/add-member/           household     post:change_household
households/{id}/end-membership/       household     post:change_household
households/{id}/change-account/       household     post:change_household
households/{id}/move-out/             household     post:change_household
households/{id}/change-head/          household     post:change_household
households/{id}/split/                household     post:change_household
households/{id}/reveal/               household     post:reveal_household
village-projects/                     -             get:view_villageproject post:add_villageproject
village-projects/{id}/                project       get:seen change:change_villageproject
village-projects/{id}/history/        project       get:seen
village-projects/{id}/notes/          project       get:seen post:change_villageproject
village-projects/{id}/files/          project       get:seen post:change_villageproject
village-projects/{id}/archive/        project       post:archive_villageproject
village-projects/{id}/restore/        project       post:archive_villageproject
policies/{id}/add-rate/               policy        post:change_policy
policies/{id}/publish/                policy        post:publish_policy
subsidy-quote/                        -             post:open

claims/                               -             get:view_claim post:add_claim
claims/{id}/                          claim         get:seen change:change_claim
claims/{id}/history/                  claim         get:seen
claims/{id}/notes/                    claim         get:seen post:change_claim
claims/{id}/papers/                   claim         get:seen post:CLAIM_FILERS
claims/{id}/submit/                   claim         post:submit_claim
claims/{id}/pass-township/            claim         post:pass_township_claim
claims/{id}/pass-inspection/          claim         post:pass_inspection_claim
claims/{id}/pass-county/              claim         post:pass_county_claim
claims/{id}/return/                   claim         post:CLAIM_RETURNERS
claims/{id}/reject/                   claim         post:reject_claim
claims/{id}/withdraw/                 claim         post:withdraw_claim
claims/{id}/revoke/                   claim         post:revoke_claim
claims/{id}/announce-intent/          claim         post:CLAIM_HEARERS
claims/{id}/record-statement/         claim         post:CLAIM_HEARERS

acceptance-sheets/ - get:view_acceptancesheet post:add_acceptancesheet
acceptance-sheets/{id}/               sheet         get:seen
acceptance-sheets/{id}/history/       sheet         get:seen
acceptance-sheets/{id}/accept/        sheet         post:add_acceptancesheet
reinspection-draws/ - get:view_reinspectiondraw post:add_reinspectiondraw
reinspection-draws/{id}/              draw          get:seen
reinspection-draws/{id}/history/      draw          get:seen
reinspection-draws/{id}/record/       draw          post:add_reinspectiondraw

duplicate-cases/                      -             get:view_duplicatecase
duplicate-cases/{id}/                 duplicate     get:seen
duplicate-cases/{id}/history/         duplicate     get:seen
duplicate-cases/{id}/decide/          duplicate     post:decide_duplicatecase
duplicate-cases/{id}/sign/            duplicate     post:sign_duplicatecase
entitlements/                         -             get:view_entitlement
entitlements/{id}/                    entitlement   get:seen
entitlements/{id}/history/            entitlement   get:seen
entitlements/{id}/suspend/            entitlement   post:suspend_entitlement
entitlements/{id}/lift/               entitlement   post:suspend_entitlement
payment-batches/                      -             get:view_paymentbatch post:add_paymentbatch
payment-batches/{id}/                 batch         get:seen
payment-batches/{id}/history/         batch         get:seen
payment-batches/{id}/bank-file/       batch         get:export_paymentbatch
payment-batches/{id}/lock/            batch         post:lock_paymentbatch
payment-batches/{id}/unlock/          batch         post:lock_paymentbatch
payment-batches/{id}/approve-business/ batch        post:approve_business_paymentbatch
payment-batches/{id}/approve-finance/ batch         post:approve_finance_paymentbatch
payment-batches/{id}/export/          batch         post:export_paymentbatch
payment-batches/{id}/import-receipt/  batch         post:import_receipt_paymentbatch
payment-batches/{id}/import-returns/  batch         post:import_receipt_paymentbatch
payment-batches/{id}/close/           batch         post:close_paymentbatch
payment-batches/{id}/abort/           batch         post:abort_paymentbatch
payment-lines/                        -             get:view_paymentline
payment-lines/{id}/                   line          get:seen
recoveries/                           -             get:view_recovery post:announce_recovery
recoveries/{id}/                      recovery      get:seen
recoveries/{id}/history/              recovery      get:seen
recoveries/{id}/hear/                 recovery      post:announce_recovery
recoveries/{id}/cancel/               recovery      post:announce_recovery
recoveries/{id}/decide/               recovery      post:decide_recovery
recoveries/{id}/record-cash/          recovery      post:collect_recovery
recoveries/{id}/offset/               recovery      post:collect_recovery
funds/                                -             get:view_fund post:add_fund
funds/{id}/                           fund          get:seen change:change_fund
funds/{id}/history/                   fund          get:seen
funds/{id}/notes/                     fund          get:seen post:change_fund
funds/{id}/files/                     fund          get:seen post:change_fund
funds/{id}/archive/                   fund          post:archive_fund
funds/{id}/restore/                   fund          post:archive_fund
funds/{id}/allot/                     fund          post:change_fund
funds/{id}/release/                   fund          post:change_fund

public-notices/                       -             get:view_publicnotice post:add_publicnotice
public-notices/{id}/                  notice        get:seen
public-notices/{id}/history/          notice        get:seen
public-notices/{id}/notes/            notice        get:seen post:change_publicnotice
public-notices/{id}/papers/           notice        get:seen post:NOTICE_FILERS
public-notices/{id}/publish/          notice        post:publish_claim
public-notices/{id}/confirm/          notice        post:approve_claim
public-notices/{id}/cancel/           notice        post:add_publicnotice
public-notices/{id}/object/           notice        post:hold_claim
public-notices/{id}/decide-objection/ notice        post:hold_claim
use-checks/                           -             get:view_usecheck post:add_usecheck
use-checks/{id}/                      usecheck      get:seen
use-checks/{id}/history/              usecheck      get:seen
use-checks/{id}/notes/                usecheck      get:seen post:change_usecheck
use-checks/{id}/files/                usecheck      get:seen post:change_usecheck
use-checks/{id}/tick/                 usecheck      post:change_usecheck
use-checks/{id}/submit/               usecheck      post:change_usecheck
use-checks/{id}/return/               usecheck      post:confirm_usecheck
use-checks/{id}/confirm/              usecheck      post:confirm_usecheck
claims/{id}/publish/                  claim         post:publish_claim
claims/{id}/approve/                  claim         post:approve_claim
claims/{id}/hold/                     claim         post:hold_claim
claims/{id}/release/                  claim         post:hold_claim
claims/{id}/correct-item/             claim         post:correct_item_claim
"""
