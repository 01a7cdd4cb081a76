"""What the portal's own people find in the demo city: a posting that ends soon."""

from datetime import timedelta

from bureau.core import clock
from bureau.documents import services as documents
from bureau.documents.choices import PaperKind, SeriesKind
from bureau.documents.models import NumberSeries
from bureau.people.demo import GAOTANG
from bureau.people.models import Posting, User
from bureau.people.services import grant_posting
from bureau.places.models import Division

STAND_IN = timedelta(days=20)


def seed(people: dict[str, User], _scale: int) -> None:
    """Post the second inspector to a county for a while; give the office its numbers."""
    _number_papers(people["clerk"])
    gaotang, today = Division.objects.get(code=GAOTANG), clock.today()
    stand_in = {"user": people["inspector2"], "division": gaotang}
    if not Posting.objects.filter(**stand_in).exists():
        grant_posting(
            people["inspector2"],
            "inspector",
            actor=people["security"],
            valid_from=today - STAND_IN,
            valid_until=today + STAND_IN,
            division=gaotang,
        )


def _number_papers(clerk: User) -> None:
    """Add a series for orders, with a reserved, an issued and a void number."""
    if NumberSeries.objects.filter(code="orders").exists():
        return
    orders = documents.create_series(
        actor=clerk,
        code="orders",
        name="责令改正",
        pattern="聊城管责改字〔{year}〕{n}号",
        kind=SeriesKind.ENFORCEMENT,
    )
    subjects = ("责令清理换热站占道管材", "责令限期整改线杆线缆", "责令恢复供热设施原状")
    given = [
        documents.reserve_number(orders, actor=clerk, purpose=subject, paper=PaperKind.ORDER)
        for subject in subjects
    ]
    documents.issue_number(given[0], actor=clerk)
    documents.void_number(given[1], "发文前撤销，改为口头整改", actor=clerk)
