"""The pages of public notices: list, one notice, its households, the sheet, the public page."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from bureau.core import personal
from bureau.desk import work
from bureau.desk.models import BulkRun
from bureau.jobs import services as jobs
from grants.models import BankAccount, Claim, PublicNotice
from grants.services import objections
from grants.services.notices import confirm_notice, create_notice, publish_notice
from tests.cast import person
from tests.grants.claim_story import photo
from tests.grants.notice_story import (
    AFTER,
    LAST_DAY,
    POSTED_ON,
    a_notice,
    a_posted_notice,
    claims_in,
    items_of,
    on,
    states_of,
    with_end_papers,
)

pytestmark = pytest.mark.django_db
CANARY = "371502198503120014"
CARD = "6217000012345678905"
PHONE = "13806358643"


def address(notice, page="detail", *more):
    return reverse(f"grants:publicnotice_{page}", args=[notice.pk, *more])


def item_address(item, page="detail", *more):
    return reverse(f"grants:noticeitem_{page}", args=[item.notice_id, item.pk, *more])


def public(notice):
    return reverse("grants:publicnotice_public", args=[notice.token])


def test_from_the_claims_of_a_village_to_the_confirmed_notice(signed_in, county):
    claims = claims_in("awaiting_notice", 3)
    desk = signed_in(county)
    create = reverse("grants:publicnotice_create")
    assert f"?village={claims[0].village_id}" in desk.get(create).text
    preview = desk.get(create, {"village": claims[0].village_id}).text
    assert preview.count("3715************14") == 3
    sent = {"village": claims[0].village_id, "days": 7, "claims": [claims[0].pk, claims[1].pk]}
    with on(POSTED_ON):
        made = desk.post(create, sent, follow=True)
        notice = PublicNotice.objects.get()
        assert made.status_code == 200
        assert 'data-verb="publish"' in made.text
        refused = desk.post(address(notice, "verb", "publish"), {"version": 1})
        assert refused.status_code == 409
        assert 'data-code="guard:start_photo"' in refused.text
        posted = {"version": 1, "photo": photo()}
        assert desk.post(address(notice, "verb", "publish"), posted).status_code == 302
    assert states_of(notice) == ["notice", "notice"]
    with on(LAST_DAY):
        page = desk.get(address(notice)).text
        assert "data-ready" not in page
        assert 'id="why-step"' in page
    with on(AFTER):
        assert "data-ready" in desk.get(address(notice)).text
        ended = {"version": 2, "end_photo": photo(), "statement": photo("s.png")}
        assert desk.post(address(notice, "verb", "confirm"), ended).status_code == 302
    assert states_of(notice) == ["approved", "approved"]
    assert Claim.objects.get(pk=claims[2].pk).state == "awaiting_notice"


def test_the_village_files_the_photos_and_sees_why_it_cannot_do_more(signed_in, village):
    notice = a_notice(1)
    desk = signed_in(village)
    page = desk.get(address(notice)).text
    assert 'id="why-step"' in page
    sent = {"kind": "start_photo", "upload": photo()}
    assert desk.post(address(notice, "paper"), sent).status_code == 302
    assert 'data-kind="start_photo" data-there="yes"' in desk.get(address(notice)).text
    assert desk.post(address(notice, "verb", "publish"), {}).status_code == 403


def test_an_objection_from_its_record_to_its_release(signed_in, county):
    item = items_of(a_posted_notice(2))[0]
    desk = signed_in(county)
    sent = {"text": "no stove was removed", "objector": "邻居"}
    assert desk.post(item_address(item, "verb", "object"), sent).status_code == 302
    one = item.objections.get()
    page = desk.get(item_address(item)).text
    assert "no stove was removed" in page
    assert 'data-verb="release"' in page
    early = desk.post(item_address(item, "verb", "release"), {})
    assert (early.status_code, 'data-code="guard:objection_open"' in early.text) == (409, True)
    decided = {"outcome": "dismissed", "decision": "it was", "paper": photo()}
    assert desk.post(item_address(item, "decide", one.pk), decided).status_code == 302
    assert desk.post(item_address(item, "verb", "release"), {}).status_code == 302
    item.claim.refresh_from_db()
    assert item.claim.state == "notice"
    corrected = {"amount": "4800", "note": "counted wrongly"}
    assert desk.post(item_address(item, "verb", "correct"), corrected).status_code == 302
    item.refresh_from_db()
    assert item.amount == Decimal("4800")


def test_several_notices_are_confirmed_at_once(signed_in, county):
    ready, bare = with_end_papers(a_posted_notice(1)), a_posted_notice(1)
    desk = signed_in(county)
    bulk = reverse("grants:publicnotice_bulk", args=["confirm"])
    with on(AFTER):
        where = f"{bulk}?pk={ready.pk}&pk={bare.pk}"
        look = desk.post(where, {"note": ""})
        last = {"step": "write", "number": look.context["number"], "mark": look.context["mark"]}
        assert desk.post(where, {"note": ""} | last).status_code == 302
        run = BulkRun.objects.latest("pk")
        jobs.run(run.job_id)
    outcomes = dict(run.results.values_list("object_id", "outcome"))
    assert outcomes == {ready.pk: "changed", bare.pk: "refused"}
    assert (states_of(ready), states_of(bare)) == (["approved"], ["notice"])


def test_my_work_shows_what_is_ready_and_what_is_disputed(county):
    notice = with_end_papers(a_posted_notice(2))

    def kinds():
        return sorted(item.url for item in work.items(county) if "/public-notices/" in item.url)

    with on(LAST_DAY):
        assert kinds() == []
        objections.record_objection(items_of(notice)[1], actor=county, text="why?")
        assert kinds() == [item_address(items_of(notice)[1])]
    with on(AFTER):
        assert kinds() == [
            f"{notice.get_absolute_url()}#step", item_address(items_of(notice)[1]),
        ]  # fmt: skip
        confirm_notice(notice, actor=county)
        assert kinds() == [item_address(items_of(notice)[1])]
    assert not [one for one in work.items(person("outsider")) if "public" in one.url]


def test_claims_are_no_work_before_their_notice_is_over(county, signed_in):
    with_end_papers(a_posted_notice(2))
    disputed = items_of(a_posted_notice(1))[0]
    with on(POSTED_ON):
        objections.record_objection(disputed, actor=county, text="why?")

    def offered():
        return [(one.status, one.count) for one in work.items(county) if "/claims/" in one.url]

    with on(LAST_DAY):
        assert [one for one in offered() if one[0] == "notice"] == []
        mine = signed_in(county).get(reverse("grants:claim_list"), {"mine": "on"})
        assert 'data-status="notice"' not in mine.content.decode()
    with on(AFTER):
        assert [one for one in offered() if one[0] == "notice"] == [("notice", 2)]


def test_the_list_narrows_by_the_clock(signed_in, county):
    notice, other = a_posted_notice(1), a_notice(1)
    desk = signed_in(county)
    where = reverse("grants:publicnotice_list")

    def found(**query):
        text = desk.get(where, query).text
        return {one.pk for one in (notice, other) if f'"{one.get_absolute_url()}"' in text}

    with on(LAST_DAY):
        assert found() == {notice.pk, other.pk}
        assert found(running="on") == {notice.pk}
        assert found(ready="on") == set()
        assert found(state="draft") == {other.pk}
    with on(AFTER):
        assert found(ready="on") == {notice.pk}
        assert found(running="on") == set()


def test_an_outsider_finds_nothing(signed_in, outsider):
    item = items_of(a_posted_notice(1))[0]
    desk = signed_in(outsider)
    for page in ("detail", "sheet", "file", "docx"):
        assert desk.get(address(item.notice, page)).status_code == 404
    assert desk.get(item_address(item)).status_code == 404
    assert desk.post(address(item.notice, "verb", "confirm")).status_code == 404
    assert desk.post(item_address(item, "verb", "object"), {"text": "x"}).status_code == 404
    assert item.claim.name not in desk.get(reverse("grants:publicnotice_list")).text
    wanted = {"village": item.claim.village_id}
    assert desk.get(reverse("grants:publicnotice_create"), wanted).status_code == 404


# --- paper ----------------------------------------------------------------------------------
@pytest.mark.parametrize(("query", "css"), [("", "sheet"), ("?paper=a3", "sheet sheet-a3")])
def test_the_sheet_is_printed_on_a4_and_a3(signed_in, county, query, css):
    notice = a_posted_notice(2)
    text = signed_in(county).get(address(notice, "sheet") + query).text
    assert f'class="{css}"' in text
    assert text.count("3715************14") == 2
    assert "style=" not in text


def test_the_file_for_the_website_needs_nothing_else(signed_in, county):
    draft = signed_in(county).get(address(a_notice(1), "file"))
    assert draft.status_code == 409
    notice = a_posted_notice(1)
    answer = signed_in(county).get(address(notice, "file"))
    text = answer.content.decode()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "<script" not in text
    assert "src=" not in text
    assert 'href="data:text/css;base64,' in text
    assert text.count("href=") == 1
    assert items_of(notice)[0].name in text


def test_the_notice_for_the_office_program(signed_in, county):
    answer = signed_in(county).get(address(a_posted_notice(1), "docx"))
    assert b"".join(answer)[:2] == b"PK"


# --- the public page ------------------------------------------------------------------------
def test_the_public_page_begins_with_the_posting_and_ends_with_the_period():
    anybody = Client()
    draft = a_notice(1)
    assert anybody.get(public(draft)).status_code == 404
    notice = a_posted_notice(2)
    item = items_of(notice)[0]
    for day in (POSTED_ON, LAST_DAY):
        with on(day):
            answer = anybody.get(public(notice))
        assert answer.status_code == 200
        assert answer.headers["X-Robots-Tag"].startswith("noindex")
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies
        text = answer.content.decode()
        assert '<meta name="robots" content="noindex' in text
        assert "<nav" not in text
        assert "<script" not in text
        assert "<form" not in text
        assert item.name in text
    with on(AFTER):
        gone = anybody.get(public(notice))
    assert (gone.status_code, bool(gone.cookies)) == (404, False)
    assert gone.headers["X-Robots-Tag"].startswith("noindex")
    assert item.name not in gone.content.decode()
    guess = reverse("grants:publicnotice_public", args=["x" * 32])
    assert anybody.get(guess).status_code == 404
    assert anybody.post(public(notice)).status_code == 405


def test_after_the_period_only_a_corrected_household_is_still_shown(county):
    notice = a_posted_notice(2)
    first, second = items_of(notice)
    with on(date(2026, 5, 15)):
        objections.correct_item(first.claim, actor=county, amount=Decimal("4800"), note="so")
    with on(AFTER):
        text = Client().get(public(notice)).content.decode()
    assert first.name in text
    assert second.name not in text
    with on(date(2026, 5, 23)):
        assert Client().get(public(notice)).status_code == 404


def test_the_public_page_speaks_both_languages():
    notice = a_posted_notice(1)
    with on(LAST_DAY):
        chinese, english = (Client().get(public(notice), {"lang": word}) for word in ("zh", "en"))
    assert chinese.headers["Content-Language"] == "zh-hans"
    assert "公示" in chinese.content.decode()
    assert english.headers["Content-Language"] == "en"
    assert "Public notice" in english.content.decode()


def test_nothing_whole_is_shown_anywhere(signed_in, county, api):
    """A household whose sealed number and card are known: no page of a notice holds them."""
    claim = claims_in("awaiting_notice")[0]
    head = claim.household.memberships.get().person
    personal.keep(head, "id_number", "id_number", CANARY)
    personal.keep(head, "phone", "phone", PHONE)
    head.save()
    account = BankAccount(household=claim.household, holder=head, holder_name=head.name)
    account.save()
    personal.keep(account, "card", "card", CARD)
    account.save()
    with on(POSTED_ON):
        notice = create_notice(claim.village, [claim], actor=county)
        notice = publish_notice(notice, actor=county, photo=photo())
        desk = signed_in(county)
        pages = [address(notice, page) for page in ("detail", "sheet", "file")]
        pages += [item_address(items_of(notice)[0]), public(notice)]
        shown = [desk.get(page).content.decode() for page in pages]
        shown.append(api(county).get(f"/api/v1/public-notices/{notice.pk}/").content.decode())
    for text in shown:
        assert "3715************14" in text
        for secret in (CANARY, CARD, PHONE, CARD[-4:], PHONE[-4:]):
            assert secret not in text


# --- while it runs --------------------------------------------------------------------------
def test_whoever_looks_is_told_that_the_notice_runs_and_until_when(signed_in, village, county):
    notice = a_posted_notice(1)
    claim = items_of(notice)[0].claim
    rows = reverse("grants:village_detail", args=[notice.village_id])
    with on(LAST_DAY):
        row, _label = signed_in(village).get(rows).context["rows"][0]
        assert "2026年5月18日" in row.holder
        for reader in (village, county):
            page = signed_in(reader).get(claim.get_absolute_url())
            assert "2026年5月18日" in page.context["holder"]
            assert f'href="{notice.get_absolute_url()}"' in page.text
        # Whose turn it is afterwards cannot act yet, and reads why.
        assert (page.context["step"].form, "2026" in page.context["step"].reason) == (None, True)
    with_end_papers(notice)
    with on(AFTER):
        row, _label = signed_in(village).get(rows).context["rows"][0]
        assert row.holder == "县（市、区）审核员"
        assert signed_in(county).get(claim.get_absolute_url()).context["step"].form
