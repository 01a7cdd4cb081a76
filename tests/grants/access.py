"""Who may ask what of claims and their review; the words are those of ``tests/access.py``."""

PAGES = """
grants:claim_list                      -                      get:view_claim
grants:claim_bulk                      -/submit               get+post:submit_claim
grants:claim_bulk                      -/pass-township        get+post:pass_township_claim
grants:claim_bulk                      -/pass-inspection      get+post:pass_inspection_claim
grants:claim_bulk                      -/pass-county          get+post:pass_county_claim
grants:claim_bulk                      -/return               get+post:CLAIM_RETURNERS
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
"""

API = """
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
"""
