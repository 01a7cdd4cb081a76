from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bureau.documents.choices import DocumentVerb
from bureau.records import facts, verbs


class DocumentsConfig(AppConfig):
    """On what basis: laws, schemes and drafts, and the numbers of the office's own papers."""

    name = "bureau.documents"
    label = "documents"
    verbose_name = _("documents")

    def ready(self) -> None:
        verbs.register(DocumentVerb)
        article = self.get_model("Article")
        verbs.speak_of(article, DocumentVerb.ADD_ARTICLE, DocumentVerb.REMOVE_ARTICLE)
        facts.register({"article": _("Article"), "year": _("Year")})
