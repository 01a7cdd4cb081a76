"""Two who change the same: references, several values, files, and what was archived meanwhile."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from bureau.desk.forms import DeskForm
from bureau.desk.views import conflict
from heating.models import HeatSource
from heating.services.sources import sources
from tests.factories import OrganisationFactory
from tests.heating.factories import HeatSourceFactory
from tests.suites.ground import Fields

pytestmark = pytest.mark.django_db


def fields_of(page, mark="<form"):
    """Return what the comparing form of a page sends as it was drawn."""
    form = page[: page.index('name="over"')].rpartition(mark)[2].partition(">")[2]
    return Fields(f'<form class="form-page">{form}').values


@pytest.fixture
def companies():
    return [OrganisationFactory(name=name) for name in ("甲热力", "乙热力", "丙热力")]


@pytest.fixture
def source(companies):
    return HeatSourceFactory(name="试验首站", organisation=companies[0])


@pytest.fixture
def compared(source, companies, clerk, clerk2, signed_in):
    """The page on which the first clerk's company meets the second clerk's."""
    desk, edit = signed_in(clerk), f"/heating/sources/{source.pk}/edit/"
    mine = Fields(desk.get(edit).text).values | {"organisation": companies[1].pk}
    mine |= {"organisation_search": "乙热力", "organisation_asked": "乙热力"}
    changes = {"organisation": companies[2]}
    sources.edit(source, changes, actor=clerk2, version=source.version)
    page = desk.post(edit, mine)
    assert page.status_code == 409
    return desk, edit, page


def test_a_reference_is_compared_by_name(compared):
    _desk, _edit, page = compared
    (line,) = page.context["lines"]
    assert (line.name, line.mine, line.theirs) == ("organisation", "乙热力", "丙热力")
    assert line.proposed == "mine"


@pytest.mark.parametrize(("pick", "kept"), [("mine", "乙热力"), ("theirs", "丙热力")])
def test_either_reference_can_be_kept(compared, source, pick, kept):
    desk, edit, page = compared
    answer = desk.post(edit, fields_of(page.text) | {"pick-organisation": pick, "over": "1"})
    assert answer.status_code == 302
    source.refresh_from_db()
    assert source.organisation.name == kept


def test_a_third_change_meets_the_page_again(compared, source, companies, clerk2):
    desk, edit, page = compared
    source.refresh_from_db()
    changes = {"organisation": companies[0]}
    sources.edit(source, changes, actor=clerk2, version=source.version)
    again = desk.post(edit, fields_of(page.text) | {"pick-organisation": "mine", "over": "1"})
    assert again.status_code == 409
    assert [line.theirs for line in again.context["lines"]] == ["甲热力"]


def test_what_was_archived_meanwhile_is_read_not_lost(source, companies, clerk, clerk2, signed_in):
    desk, edit = signed_in(clerk), f"/heating/sources/{source.pk}/edit/"
    mine = Fields(desk.get(edit).text).values | {"remarks": "写了很久的备注"}
    sources.archive(source, actor=clerk2, note="重复登记")
    page = desk.post(edit, mine)
    assert page.status_code == 409
    assert 'data-code="archived"' in page.text
    assert "写了很久的备注" in page.text
    assert 'name="over"' not in page.text
    assert desk.post(edit, {"remarks": "x"}).status_code == 403
    assert desk.get(edit).status_code == 403
    assert HeatSource.objects.get(pk=source.pk).remarks == ""


class LongForm(DeskForm):
    """Several values, and a file."""

    kinds = forms.MultipleChoiceField(choices=[("a", "甲"), ("b", "乙"), ("c", "丙")])
    paper = forms.FileField(required=False)


def test_several_values_are_compared_in_words_and_taken_together():
    data = QueryDict("kinds=a&kinds=b&initial-kinds=a")
    mine = LongForm(data, {"paper": SimpleUploadedFile("方案.pdf", b"%PDF")})
    theirs = LongForm(initial={"kinds": ["c"]}, prefix=conflict.THEIRS)
    kinds, paper = conflict.lines_of(mine, theirs)
    assert ("甲" in kinds.mine, "乙" in kinds.mine, "丙" in kinds.theirs) == (True, True, True)
    assert (kinds.differs, kinds.proposed) == (True, "mine")
    assert (paper.is_file, paper.differs) == (True, False)
    carried = "".join(map(str, [*conflict.carried(mine), *conflict.carried(theirs)]))
    sent = Fields(f'<form class="form-page">{carried}</form>').values
    assert sent == {"kinds": ["a", "b"], "theirs-kinds": ["c"]}
    back = QueryDict(mutable=True)
    for name, values in (sent | {"pick-kinds": ["theirs"]}).items():
        back.setlist(name, values)
    assert conflict.chosen(back).getlist("kinds") == ["c"]
    back["pick-kinds"] = "mine"
    assert conflict.chosen(back).getlist("kinds") == ["a", "b"]


def test_what_only_the_other_one_changed_is_proposed_as_theirs():
    mine = LongForm(QueryDict("kinds=a&initial-kinds=a"))
    theirs = LongForm(initial={"kinds": ["b"]}, prefix=conflict.THEIRS)
    assert conflict.lines_of(mine, theirs)[0].proposed == "theirs"
