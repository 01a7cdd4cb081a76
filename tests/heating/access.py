"""Who may ask what of stations, estates, sources and handovers; see ``tests/access.py``."""

PAGES = """
heating:substation_bulk                -/change               get+post:change_substation
heating:substation_bulk                -/archive              get+post:archive_substation
heating:substation_list                -                      get:view_substation
heating:substation_create              -                      get+post:add_substation
heating:substation_detail              station                get:seen
heating:substation_history             station                get:seen
heating:substation_watch               station                post:seen
heating:substation_sheet               station                get:seen
heating:substation_note                station                post:change_substation
heating:substation_file                station                post:change_substation
heating:substation_edit                station                get+post:change_substation
heating:substation_archive             station                get+post:archive_substation
heating:substation_restore             station                post:archive_substation
heating:substation_management          station                get:view_managementperiod
heating:substation_change_management   station                post:add_managementperiod
heating:substation_equipment           station                get:view_equipment
heating:substation_record_equipment    station                post:change_equipment
heating:equipment_remove               equipment              post:change_equipment
heating:substation_zones               station                get:view_zone
heating:substation_record_zone         station                post:change_zone
heating:zone_remove                    zone                   post:change_zone
heating:substation_estates             station                get:seen
heating:substation_photos              station                get:seen
heating:substation_handovers           station                get:view_handover
heating:estate_bulk                    -/change               get+post:change_estate
heating:estate_bulk                    -/archive              get+post:archive_estate
heating:estate_list                    -                      get:view_estate
heating:estate_create                  -                      get+post:add_estate
heating:estate_detail                  estate                 get:seen
heating:estate_history                 estate                 get:seen
heating:estate_watch                   estate                 post:seen
heating:estate_sheet                   estate                 get:seen
heating:estate_note                    estate                 post:change_estate
heating:estate_file                    estate                 post:change_estate
heating:estate_edit                    estate                 get+post:change_estate
heating:estate_archive                 estate                 get+post:archive_estate
heating:estate_restore                 estate                 post:archive_estate
heating:estate_counts                  estate                 get:view_householdcount
heating:estate_record_count            estate                 post:add_householdcount
heating:estate_buildings               estate                 get:view_building
heating:estate_record_building         estate                 post:change_building
heating:building_remove                building               post:change_building
heating:estate_stations                estate                 get:view_substation
heating:source_bulk                    -/change               get+post:change_heatsource
heating:source_bulk                    -/archive              get+post:archive_heatsource
heating:source_list                    -                      get:view_heatsource
heating:source_create                  -                      get+post:add_heatsource
heating:source_detail                  source                 get:seen
heating:source_history                 source                 get:seen
heating:source_watch                   source                 post:seen
heating:source_note                    source                 post:change_heatsource
heating:source_file                    source                 post:change_heatsource
heating:source_edit                    source                 get+post:change_heatsource
heating:source_archive                 source                 get+post:archive_heatsource
heating:source_restore                 source                 post:archive_heatsource
heating:source_stations                source                 get:view_substation
heating:place_estates                  division               get:seen
heating:place_stations                 division               get:seen
heating:direct_supply                  -                      get:view_householdcount
heating:map                            -                      get:view_substation
heating:weekly                         -                      get:view_householdcount
heating:handover_bulk                  -/suspend              get+post:suspend_handover
heating:handover_bulk                  -/resume               get+post:suspend_handover
heating:handover_list                  -                      get:view_handover
heating:handover_funnel                -                      get:view_handover
heating:handover_terms                 - get:view_handoverstepterm post:add_handoverstepterm
heating:handover_create                -                      get+post:register_handover
heating:handover_detail                handover               get:seen
heating:handover_history               handover               get:seen
heating:handover_watch                 handover               post:seen
heating:handover_sheet                 handover               get:seen
heating:handover_notice_paper          handover               get:seen
heating:handover_record_paper          handover               get:seen
heating:handover_brief                 -                      get:view_handover
heating:handover_note                  handover               post:change_handover
heating:handover_paper                 handover               post:FILERS
heating:handover_withdraw_paper        filed                  post:FILERS
heating:handover_defect                handover               post:KEEPERS
heating:handover_close_defect          defect                 post:KEEPERS
heating:handover_reopen_defect         defect                 post:KEEPERS
heating:handover_correct_acceptance    handover               post:SIGNERS
heating:handover_verb                  handover/issue-notice  post:issue_notice_handover
heating:handover_verb                  handover/record-survey post:record_survey_handover
heating:handover_verb                  handover/agree-plan    post:agree_plan_handover
heating:handover_verb                  handover/record-consent post:record_consent_handover
heating:handover_verb                  handover/sign          post:sign_handover
heating:handover_verb                  handover/accept        post:ACCEPTERS
heating:handover_verb                  handover/send-back     post:send_back_handover
heating:handover_verb                  handover/connect       post:connect_handover
heating:handover_verb                  handover/archive       post:archive_handover
heating:handover_verb                  handover/suspend       post:suspend_handover
heating:handover_verb                  handover/resume        post:suspend_handover
heating:handover_verb                  handover/cancel        post:cancel_handover
"""

API = """
heat-sources/                         -             get:view_heatsource post:add_heatsource
heat-sources/{id}/                    source        get:seen change:change_heatsource
heat-sources/{id}/history/            source        get:seen
heat-sources/{id}/notes/              source        get:seen post:change_heatsource
heat-sources/{id}/files/              source        get:seen post:change_heatsource
heat-sources/{id}/archive/            source        post:archive_heatsource
heat-sources/{id}/restore/            source        post:archive_heatsource
estates/                              -             get:view_estate post:add_estate
estates/{id}/                         estate        get:seen change:change_estate
estates/{id}/history/                 estate        get:seen
estates/{id}/notes/                   estate        get:seen post:change_estate
estates/{id}/files/                   estate        get:seen post:change_estate
estates/{id}/archive/                 estate        post:archive_estate
estates/{id}/restore/                 estate        post:archive_estate
estates/{id}/household-counts/        estate        get:view_householdcount
estates/{id}/record-count/            estate        post:add_householdcount
substations/                          -             get:view_substation post:add_substation
substations/{id}/                     station       get:seen change:change_substation
substations/{id}/history/             station       get:seen
substations/{id}/notes/               station       get:seen post:change_substation
substations/{id}/files/               station       get:seen post:change_substation
substations/{id}/archive/             station       post:archive_substation
substations/{id}/restore/             station       post:archive_substation
substations/{id}/management/          station       get:view_managementperiod
substations/{id}/change-management/   station       post:add_managementperiod
handovers/                            -             get:view_handover post:register_handover
handovers/{id}/                       handover      get:seen
handovers/{id}/history/               handover      get:seen
handovers/{id}/notes/                 handover      get:seen post:change_handover
handovers/{id}/papers/                handover      get:seen post:FILERS
handovers/{id}/add-defect/            handover      post:KEEPERS
handovers/{id}/close-defect/          handover      post:KEEPERS
handovers/{id}/issue-notice/          handover      post:issue_notice_handover
handovers/{id}/record-survey/         handover      post:record_survey_handover
handovers/{id}/agree-plan/            handover      post:agree_plan_handover
handovers/{id}/record-consent/        handover      post:record_consent_handover
handovers/{id}/sign/                  handover      post:sign_handover
handovers/{id}/accept/                handover      post:ACCEPTERS
handovers/{id}/send-back/             handover      post:send_back_handover
handovers/{id}/connect/               handover      post:connect_handover
handovers/{id}/archive/               handover      post:archive_handover
handovers/{id}/suspend/               handover      post:suspend_handover
handovers/{id}/resume/                handover      post:suspend_handover
handovers/{id}/cancel/                handover      post:cancel_handover
reports/handover-funnel/              -             get:view_handover
"""
