from django.urls import path

from bureau.desk.registers import bulk_runs, list_exports, saved_views
from bureau.desk.routes import noun

urlpatterns = [
    path("choice/", saved_views.choose, name="list_choice"),
    path("export/", list_exports.order, name="list_export"),
    *noun(
        "views",
        "savedview",
        list=saved_views.SavedViewList,
        edit=saved_views.SavedViewEdit,
        archive=saved_views.SavedViewArchive,
    ),
    path("views/save/", saved_views.save, name="savedview_save"),
    path("views/<int:pk>/update/", saved_views.update, name="savedview_update"),
    path("views/<int:pk>/copy/", saved_views.copy, name="savedview_copy"),
    path("bulk/", bulk_runs.BulkRunList.as_view(), name="bulkrun_list"),
    path("bulk/<int:pk>/", bulk_runs.BulkRunPage.as_view(), name="bulkrun_detail"),
]
