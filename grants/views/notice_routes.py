"""The addresses of public notices."""

from django.urls import path

from bureau.desk.routes import noun
from grants.views import notice_items, notice_sheets, notice_verbs, notices

NOTICES = [
    path("public/<str:token>/", notice_sheets.public, name="publicnotice_public"),
    path("public-notices/new/", notices.create, name="publicnotice_create"),
    *noun("public-notices", "publicnotice", list=notices.NoticeList, detail=notices.NoticePage),
    path("public-notices/<int:pk>/sheet/", notice_sheets.sheet, name="publicnotice_sheet"),
    path("public-notices/<int:pk>/page.html", notice_sheets.file, name="publicnotice_file"),
    path("public-notices/<int:pk>/notice.docx", notice_sheets.paper, name="publicnotice_docx"),
    path("public-notices/<int:pk>/papers/", notice_verbs.add_paper, name="publicnotice_paper"),
    path(
        "public-notices/<int:pk>/papers/<int:paper_pk>/withdraw/",
        notice_verbs.withdraw_paper,
        name="publicnotice_withdraw_paper",
    ),
    path(
        "public-notices/<int:pk>/items/<int:item_pk>/",
        notice_items.item,
        name="noticeitem_detail",
    ),
    path(
        "public-notices/<int:pk>/items/<int:item_pk>/objections/<int:objection_pk>/decide/",
        notice_items.decide,
        name="noticeitem_decide",
    ),
    path(
        "public-notices/<int:pk>/items/<int:item_pk>/<slug:verb>/",
        notice_items.verb,
        name="noticeitem_verb",
    ),
    path("public-notices/<int:pk>/<slug:verb>/", notice_verbs.verb, name="publicnotice_verb"),
]
