"""The addresses of heating."""

from django.urls import path

from bureau.desk.routes import noun
from heating.views import (
    direct_supply,
    estates,
    funnel,
    handover,
    handover_terms,
    handover_verbs,
    papers,
    places,
    sheets,
    sources,
    station_map,
    stations,
    weekly,
)

app_name = "heating"

STATIONS = [
    *noun(
        "substations", "substation", list=stations.StationList, detail=stations.StationPage,
        create=stations.StationCreate, edit=stations.StationEdit, archive=stations.StationArchive,
        restore=stations.StationRestore,
    ),
    path("substations/<int:pk>/sheet/", sheets.station, name="substation_sheet"),
    path(
        "substations/<int:pk>/management/",
        stations.management_panel,
        name="substation_management",
    ),
    path(
        "substations/<int:pk>/change-management/",
        stations.change_management,
        name="substation_change_management",
    ),
    *stations.EQUIPMENT.routes("substations", "substation", "equipment", "equipment"),
    *stations.ZONES.routes("substations", "substation", "zone", "zones"),
    path("substations/<int:pk>/estates/", stations.estates_panel, name="substation_estates"),
    path("substations/<int:pk>/photos/", stations.photos_panel, name="substation_photos"),
]  # fmt: skip

ESTATES = [
    *noun(
        "estates", "estate", list=estates.EstateList, detail=estates.EstatePage,
        create=estates.EstateCreate, edit=estates.EstateEdit, archive=estates.EstateArchive,
        restore=estates.EstateRestore,
    ),
    path("estates/<int:pk>/sheet/", sheets.estate, name="estate_sheet"),
    path("estates/<int:pk>/counts/", estates.counts_panel, name="estate_counts"),
    path("estates/<int:pk>/record-count/", estates.record_count, name="estate_record_count"),
    *estates.BUILDINGS.routes("estates", "estate", "building", "buildings"),
    path("estates/<int:pk>/stations/", estates.stations_panel, name="estate_stations"),
]  # fmt: skip

SOURCES = [
    *sources.SourcePages.routes("sources", "source"),
    path("sources/<int:pk>/stations/", sources.stations_panel, name="source_stations"),
]

HANDOVERS = [
    path("handovers/funnel/", funnel.page, name="handover_funnel"),
    path("handovers/new/", handover.register, name="handover_create"),
    path("handovers/terms/", handover_terms.terms, name="handover_terms"),
    *noun("handovers", "handover", list=handover.HandoverList, detail=handover.HandoverPage),
    path("handovers/brief.docx", papers.brief, name="handover_brief"),
    path("handovers/<int:pk>/notice.docx", papers.notice, name="handover_notice_paper"),
    path("handovers/<int:pk>/record.docx", papers.record, name="handover_record_paper"),
    path("handovers/<int:pk>/sheet/", handover.sheet, name="handover_sheet"),
    path("handovers/<int:pk>/papers/", handover_verbs.add_paper, name="handover_paper"),
    path(
        "handovers/<int:pk>/papers/<int:paper_pk>/withdraw/",
        handover_verbs.withdraw_paper,
        name="handover_withdraw_paper",
    ),
    path("handovers/<int:pk>/defects/", handover_verbs.add_defect, name="handover_defect"),
    path(
        "handovers/<int:pk>/defects/<int:defect_pk>/close/",
        handover_verbs.close_defect,
        name="handover_close_defect",
    ),
    path(
        "handovers/<int:pk>/defects/<int:defect_pk>/reopen/",
        handover_verbs.reopen_defect,
        name="handover_reopen_defect",
    ),
    path(
        "handovers/<int:pk>/acceptance-record/",
        handover_verbs.correct_acceptance,
        name="handover_correct_acceptance",
    ),
    path("handovers/<int:pk>/<slug:verb>/", handover_verbs.verb, name="handover_verb"),
    path("substations/<int:pk>/handovers/", handover.station_panel, name="substation_handovers"),
]

PLACES = [
    path("places/<int:pk>/estates/", places.estates_panel, name="place_estates"),
    path("places/<int:pk>/stations/", places.stations_panel, name="place_stations"),
]

urlpatterns = [
    *STATIONS,
    *ESTATES,
    *SOURCES,
    *HANDOVERS,
    *PLACES,
    path("direct-supply/", direct_supply.page, name="direct_supply"),
    path("weekly/", weekly.page, name="weekly"),
    path("map/", station_map.StationMap.as_view(), name="map"),
]
