"""The addresses of places, of who runs them, of the calendar and of documents."""

from django.urls import path

from bureau.desk.registers import (
    calendar,
    divisions,
    documents,
    documents_numbers,
    documents_series,
    managing_areas,
    place_changes,
    place_changes_merge,
)
from bureau.desk.routes import noun

PLACES = [
    *noun(
        "places",
        "division",
        list=divisions.DivisionList,
        detail=divisions.DivisionPage,
        edit=divisions.DivisionEdit,
    ),
    path(
        "places/<int:pk>/merge/",
        place_changes_merge.DivisionMerge.as_view(),
        name="division_merge",
    ),
    path(
        "places/<int:pk>/aliases/<int:alias_pk>/remove/",
        place_changes.remove_alias,
        name="alias_remove",
    ),
    path("places/<int:pk>/<slug:verb>/", place_changes.division_verb, name="division_verb"),
]

AREAS = [
    *noun(
        "managing-areas",
        "managingarea",
        list=managing_areas.AreaList,
        detail=managing_areas.AreaPage,
        edit=managing_areas.AreaEdit,
    ),
    path(
        "managing-areas/<int:pk>/take-over/",
        managing_areas.take_over,
        name="managingarea_take_over",
    ),
    path(
        "managing-areas/<int:pk>/towns/<int:town_pk>/hand-back/",
        managing_areas.hand_back,
        name="managingarea_hand_back",
    ),
]

CALENDAR = [
    path("calendar/open/", calendar.open_year, name="calendaryear_open"),
    *noun(
        "calendar",
        "calendaryear",
        list=calendar.CalendarList,
        detail=calendar.CalendarPage,
    ),
    path("calendar/days/<int:pk>/remove/", calendar.remove_day, name="calendarday_remove"),
    path("calendar/<int:pk>/<slug:verb>/", calendar.year_verb, name="calendaryear_verb"),
]

DOCUMENTS = [
    *noun(
        "documents",
        "document",
        list=documents.DocumentList,
        detail=documents.DocumentPage,
        create=documents.DocumentCreate,
        edit=documents.DocumentEdit,
        archive=documents.DocumentArchive,
    ),
    path("documents/<int:pk>/articles/", documents.add_article, name="document_add_article"),
    path("articles/<int:pk>/remove/", documents.remove_article, name="article_remove"),
    *noun(
        "number-series",
        "numberseries",
        list=documents_series.SeriesList,
        detail=documents_series.SeriesPage,
        create=documents_series.SeriesCreate,
        edit=documents_series.SeriesEdit,
        archive=documents_series.SeriesArchive,
    ),
    path("number-series/<int:pk>/reserve/", documents_series.reserve, name="numberseries_reserve"),
    path(
        "number-series/<int:pk>/start-year/",
        documents_series.start_year,
        name="numberseries_start_year",
    ),
    *noun(
        "document-numbers",
        "documentnumber",
        list=documents_numbers.NumberList,
        detail=documents_numbers.NumberPage,
        create=documents_numbers.NumberTake,
    ),
    path("document-numbers/<int:pk>/issue/", documents_numbers.issue, name="documentnumber_issue"),
    path("document-numbers/<int:pk>/void/", documents_numbers.void, name="documentnumber_void"),
]

urlpatterns = [*PLACES, *AREAS, *CALENDAR, *DOCUMENTS]
