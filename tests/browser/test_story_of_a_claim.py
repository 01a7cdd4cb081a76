"""From a village's register to the last yuan, by ten people in their own browsers (PAY-1…6, SEC-7).

The village imports its register, mends what was marked and submits; town, town's team and county
pass it; the public notice runs out by the clock; two offices approve, the bank answers, one line
fails and one comes back; then the use of two seasons is checked and paid. At the end no number
of the register lies anywhere in plain text.
"""

import csv
import logging
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bureau.people.demo import BEIYUAN_COMMUNITY, DONGCHANGFU
from bureau.places.models import Division
from bureau.places.services.tree import mark_supply_ready
from grants.models import Claim, Entitlement, Household, PaymentBatch, PublicNotice
from tests.browser.people import Desk, picture
from tests.cast import person
from tests.grants import canaries, registers
from tests.grants.numbers import id_of

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

GAS, PUMP, EARLIER, HEATER = "史燃气", "史热泵", "史早泵", "史电暖"
BUILD = {GAS: 5000, PUMP: 6500, EARLIER: 5000, HEATER: 5000}
BODIES = ("37150219770615077", "37150219680424068", "37150219590302059", "37150219811109081")
IDS = [id_of(body) for body in BODIES]
CARDS = [registers.card(77_000_000_000 + 1_234_567 * n) for n in range(1, 5)]
PHONES = ["13977160501", "13868240402", "13759030203", "13681110904"]
BAD_ID = IDS[1][:-1] + ("0" if IDS[1][-1] != "0" else "1")
BAD_PHONE = "137590302035"
CANARIES = (*IDS, *CARDS, *PHONES, BAD_ID, BAD_PHONE)
SEASONS = 2
RESULTS = {"paid": "成功", "failed": "失败", "returned": "退汇"}


@pytest.fixture
def sit_down(browser: Browser, live_server):
    """Return a function that lets a person of the cast sit down at a browser of their own."""

    def at_desk(username: str) -> Desk:
        person(username)
        return Desk(browser, live_server.url, username)

    return at_desk


@pytest.fixture
def paper(tmp_path):
    """A photo that shows whatever it has to."""
    path = tmp_path / "scan.png"
    Image.new("L", (600, 850), 255).save(path)
    return str(path)


@pytest.fixture
def ready_village(transactional_db):
    """The village with gas and power in it; the bureau said so before the story begins."""
    village = Division.objects.filter(code=BEIYUAN_COMMUNITY)
    mark_supply_ready(village, actor=person("clerk"))
    return village.get()


def test_from_a_register_to_the_last_season(
    sit_down, real_worker, ready_village, paper, tmp_path, settings, wait_for, caplog
):
    caplog.set_level(logging.DEBUG)
    village = sit_down("village")
    import_the_register(village.page, tmp_path)
    add_photos(village.page, tmp_path)
    whole_village(village, "submit", "township_review", wait_for)
    whole_village(sit_down("town"), "pass-township", "inspection", wait_for)
    accept_each(sit_down("town_team"), paper)
    whole_village(sit_down("town_team2"), "pass-inspection", "county_review", wait_for)
    county = sit_down("county")
    whole_village(county, "pass-county", "awaiting_notice", wait_for)
    publish_the_notice(county, ready_village, paper)

    settings.CLOCK_OFFSET += timedelta(days=9).total_seconds()
    county = sit_down("county")
    confirm_the_notice(county, paper)
    claims = {claim.name: claim for claim in Claim.objects.all()}
    assert {name: claim.amount for name, claim in claims.items()} == BUILD

    clerk, chief, finance = (sit_down(name) for name in ("clerk", "chief", "finance"))
    first, sent = send_a_batch(clerk, chief, finance, "build", tmp_path)
    assert {row["name"]: Decimal(row["amount"]) for row in sent} == BUILD
    assert {row["card"] for row in sent} == set(CARDS)
    answer(finance.page, first, sent, tmp_path, {HEATER: "failed"})
    picture(finance.page, "subsidy-batch", tmp_path)
    second, again = send_a_batch(clerk, chief, finance, "build", tmp_path)
    assert [(row["name"], Decimal(row["amount"])) for row in again] == [(HEATER, 5000)]
    answer(finance.page, second, again, tmp_path)
    came_back = [row for row in sent if row["name"] == GAS]
    answer(finance.page, first, came_back, tmp_path, {GAS: "returned"})
    third, last = send_a_batch(clerk, chief, finance, "build", tmp_path)
    assert [(row["name"], Decimal(row["amount"])) for row in last] == [(GAS, 5000)]
    answer(finance.page, third, last, tmp_path)
    for number in (first, second, third):
        chief.page.goto(batch_url(number))
        press(chief.page, "close")

    village = sit_down("village")
    use_of_a_season(village.page, county.page, "2018", unused=HEATER)
    use_of_a_season(village.page, county.page, "2019")
    number, seasons = send_a_batch(clerk, chief, finance, "operate", tmp_path)
    assert sorted((row["name"], Decimal(row["amount"])) for row in seasons) == sorted(
        [(name, 1000) for name in BUILD] + [(name, 1000) for name in BUILD if name != HEATER]
    )
    answer(finance.page, number, seasons, tmp_path)
    the_pages_tell_it(village.page, ready_village, tmp_path)
    the_history_tells_it(clerk.page, HEATER, [first, second], ["fail", "pay"])
    the_history_tells_it(clerk.page, GAS, [first, first, third], ["pay", "bounce", "pay"])
    for desk in (village, county, clerk, chief, finance):
        assert desk.said == []
    nothing_lies_about(caplog.text)


# --- The village ---------------------------------------------------------------------------
def rows(**mistakes: dict[str, str]) -> list[dict]:
    """Return the four households; ``mistakes`` by the row's name."""
    technologies = (
        (GAS, "气代煤", "燃气壁挂炉", date(2018, 6, 17)),
        (PUMP, "电代煤", "空气源热泵", date(2018, 6, 18)),
        (EARLIER, "电代煤", "空气源热泵", date(2017, 10, 20)),
        (HEATER, "电代煤", "蓄热式电暖器", date(2018, 7, 2)),
    )
    return [
        registers.household(
            name=name, technology=technology, device=device, completed_on=done, serial=n + 1,
            id_number=IDS[n], phone=PHONES[n], card=CARDS[n], account=f"371599000{n}",
            device_serial=f"STORY{n}",
        )
        | mistakes.get(name, {})
        for n, (name, technology, device, done) in enumerate(technologies)
    ]  # fmt: skip


def upload(page: Page, data: bytes, tmp_path) -> None:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(data)
    page.goto("/exchange/imports/new/?kind=claims")
    page.set_input_files("[name=file]", path)
    page.click("form[data-guard] [type=submit]")
    expect(page.locator("#import[data-state=checked]")).to_be_visible(timeout=30_000)


def import_the_register(page: Page, tmp_path) -> None:
    """Save the rows that pass, mend the marked ones in the workbook, and bring it once more."""
    wrong = {PUMP: {"id_number": BAD_ID}, EARLIER: {"phone": BAD_PHONE}}
    upload(page, registers.register(*rows(**wrong)), tmp_path)
    expect(page.locator("[data-count=rejected]")).to_have_text("2")
    for row in (registers.FIRST_ROW + 1, registers.FIRST_ROW + 2):
        expect(page.locator(f"#issues tr[data-row='{row}']")).to_be_visible()
    with page.expect_download() as marked:
        page.click("[data-verb=annotated]")
    assert marked.value.suggested_filename.endswith(".xlsx")
    page.click("[data-verb=confirm]")
    expect(page.locator("#import[data-state=done]")).to_be_visible(timeout=30_000)
    assert Claim.objects.count() == 2
    upload(page, registers.register(*rows()), tmp_path)
    expect(page.locator("[data-count=rejected]")).to_have_text("0")
    page.click("[data-verb=confirm]")
    expect(page.locator("#import[data-state=done]")).to_be_visible(timeout=30_000)
    assert {claim.name for claim in Claim.objects.filter(state="draft")} == set(BUILD)


def add_photos(page: Page, tmp_path) -> None:
    """Send all photos at once; each finds its household by the device number in its name."""
    paths = [tmp_path / f"STORY{n}.png" for n in range(4)]
    for n, path in enumerate(paths):
        Image.new("RGB", (400, 300), (40 * n, 90, 120)).save(path)
    page.goto("/grants/claims/photos/")
    page.set_input_files("[name=photos]", paths)
    page.click("form.form-page [type=submit]")
    expect(page.locator("section table tbody a")).to_have_count(4)


def whole_village(desk: Desk, verb: str, arrives: str, wait_for) -> None:
    """Take the line of the village in 待办 and carry out its verb for all households at once."""
    page = desk.page
    desk.open_from_work("北苑社区")
    expect(page.locator("form[data-bulk]")).to_have_attribute("data-bulk", verb)
    page.click("form[data-bulk] [type=submit]")
    page.click("form[data-bulk]:has([name=step][value=write]) [type=submit]")
    expect(page.locator(".bulk-summary")).to_be_visible()
    arrived = Claim.objects.filter(state=arrives)
    wait_for(lambda: arrived.count() == len(BUILD), what=f"four claims in {arrives}")


def accept_each(team: Desk, paper: str) -> None:
    """Write each household on the sheet of the village, with photo and signer, and sign."""
    for claim in Claim.objects.order_by("pk"):
        team.page.goto(claim.get_absolute_url())
        team.take_step(
            "pass_inspection",
            device_serial=claim.device_serial,
            accepted_on="2018-10-20",
            stove_removed=True,
            signer="head",
            signer_name=claim.name,
            photo=paper,
        )
    assert Claim.objects.filter(state="inspection", acceptances__passed=True).count() == 4


# --- The county ----------------------------------------------------------------------------
def publish_the_notice(county: Desk, village: Division, paper: str) -> None:
    page = county.page
    page.goto(f"/grants/public-notices/new/?village={village.pk}")
    expect(page.locator("[data-panel=preview] [name=claims]:checked")).to_have_count(4)
    page.click("form[data-guard] [type=submit]")
    county.take_step("publish", photo=paper)
    notice = PublicNotice.objects.get()
    assert notice.ends_on > notice.published_on + timedelta(days=6)
    expect(page.locator("#step [disabled][data-verb=confirm]")).to_be_visible()


def confirm_the_notice(county: Desk, paper: str) -> None:
    county.open_from_work(str(PublicNotice.objects.get()))
    county.take_step("confirm", end_photo=paper, statement=paper)
    assert set(Claim.objects.values_list("state", flat=True)) == {"approved"}
    assert Entitlement.objects.filter(kind="build").count() == len(BUILD)


def use_of_a_season(village: Page, county: Page, season: str, unused: str = "") -> None:
    """Open the list of a season, untick whoever did not heat, and let the county confirm."""
    village.goto("/grants/use-checks/new/")
    row = village.locator("[data-panel=due] li", has=village.locator(f"[value='{season}']"))
    row.locator("[type=submit]").click()
    expect(village.locator(".use-row")).to_have_count(len(BUILD))
    if unused:
        line = village.locator(".use-row", has_text=unused)
        line.locator("[name=used]").uncheck()
        line.locator("[name^=reason-]").fill("冬季无人居住")
        village.click("[data-verb=tick]")
        expect(village.locator(".use-row[data-used=no]")).to_contain_text(unused)
    address = village.url
    press(village, "submit")
    county.goto(address)
    press(county, "confirm")


# --- The money -----------------------------------------------------------------------------
def press(page: Page, verb: str, **files: object) -> None:
    """Open the menu of a verb, hand in its file, and press its button."""
    menu = page.locator(f"details[data-verb='{verb}']")
    menu.locator("summary").click()
    for name, path in files.items():
        menu.locator(f"[name={name}]").set_input_files(path)
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        menu.locator("[type=submit]").click()
    assert told.value.status in (200, 302), (verb, told.value.text())
    page.wait_for_load_state()
    expect(page.locator(f"details[data-verb='{verb}']")).to_have_count(0)


def batch_url(number: str) -> str:
    return PaymentBatch.objects.get(number=number).get_absolute_url()


def send_a_batch(clerk: Desk, chief: Desk, finance: Desk, kind: str, tmp_path) -> tuple:
    """Create, lock, approve twice and export; return the batch's number and the bank's rows."""
    page = clerk.page
    page.goto("/grants/payment-batches/new/")
    page.select_option("[name=area]", DONGCHANGFU)
    page.select_option("[name=kind]", kind)
    page.click("form.form-page [type=submit]")
    press(page, "lock")
    batch = PaymentBatch.objects.latest("pk")
    chief.open_from_work(batch.number)
    press(chief.page, "approve_business")
    finance.open_from_work(batch.number)
    press(finance.page, "approve_finance")
    press(finance.page, "export")
    with finance.page.expect_download() as file:
        finance.page.click("[data-verb=file-csv]")
    path = tmp_path / f"{batch.number}.csv"
    file.value.save_as(path)
    return batch.number, read_bank_file(path)


def read_bank_file(path) -> list[dict[str, str]]:
    """Return the rows of an exported file; its last line counts them and adds them up."""
    names = ("reference", "name", "card", "bank", "amount", "purpose")
    with path.open(encoding="utf-8-sig", newline="") as file:
        _heads, *lines, total = [dict(zip(names, row, strict=True)) for row in csv.reader(file)]
    assert int(total["name"]) == len(lines)
    assert Decimal(total["amount"]) == sum(Decimal(row["amount"]) for row in lines)
    return lines


def answer(page: Page, number: str, sent: list, tmp_path, other: dict | None = None) -> None:
    """Bring the bank's answer: everything was paid, except what ``other`` says by name."""
    lines = ["付款编号,金额,卡号后四位,结果,原因,日期"]
    for row in sent:
        result = (other or {}).get(row["name"], "paid")
        reason = "" if result == "paid" else "账号已销户"
        lines.append(
            f"{row['reference']},{row['amount']},{row['card'][-4:]},{RESULTS[result]},{reason},"
        )
    lines.append(f"合计,{len(sent)},{sum(Decimal(row['amount']) for row in sent)}")
    path = tmp_path / f"receipt-{number}-{len(sent)}.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    page.goto(batch_url(number))
    before = page.locator("[data-panel=receipts] tbody tr").count()
    menu = page.locator("details[data-verb=import_receipt]")
    menu.locator("summary").click()
    menu.locator("[name=upload]").set_input_files(path)
    menu.locator("[type=submit]").click()
    expect(page.locator("[data-panel=receipts] tbody tr")).to_have_count(before + 1)


# --- What is left to see -------------------------------------------------------------------
def the_pages_tell_it(page: Page, village: Division, tmp_path) -> None:
    """Read the village's rows, a claim, and the whole story on the page of the household."""
    page.goto(f"/grants/villages/{village.pk}/")
    paid = page.locator(".village-rows tbody tr")
    expect(paid).to_have_count(len(BUILD))
    picture(page, "subsidy-village", tmp_path)
    page.goto(Claim.objects.get(name=GAS).get_absolute_url())
    expect(page.locator(".milestones [aria-current=step]")).to_have_attribute(
        "data-status", "approved"
    )
    picture(page, "subsidy-claim", tmp_path)
    for name, states in (
        (GAS, ["returned", "paid", "paid", "paid"]),
        (HEATER, ["failed", "paid", "void", "paid"]),
    ):
        page.goto(Household.objects.get(name=name).get_absolute_url())
        for panel in ("claims", "payments"):
            page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
        expect(page.locator("#panel-claims [data-status=approved]")).to_have_count(1)
        payments = page.locator("#panel-payments tbody tr")
        expect(payments).to_have_count(len(states))
        assert sorted(
            badge.get_attribute("data-status") or ""
            for badge in page.locator("#panel-payments .badge-status").all()
        ) == sorted(states)


def the_history_tells_it(page: Page, name: str, batches: list, answers: list) -> None:
    """Read the household's history: filed, passed by whom, posted, approved, sent, answered."""
    page.goto(f"{Household.objects.get(name=name).get_absolute_url()}history/")
    lines = page.locator(".timeline > li[data-verb]").all()[::-1]
    told = [(line.get_attribute("data-verb"), line.inner_text()) for line in lines]
    verbs = [verb for verb, _text in told]
    left = iter(verbs)
    path = ["submit", "pass_township", "accept_household", "pass_inspection", "pass_county",
            "publish", "approve", "open_entitlement", "lock", "export", *answers]  # fmt: skip
    assert all(step in left for step in path), verbs
    for verb, who in (("pass_township", "town"), ("pass_county", "county")):
        assert str(person(who)) in dict(told)[verb]
    said = [text for verb, text in told if verb in ("pay", "fail", "bounce")]
    assert all(number in text for number, text in zip(batches, said, strict=False)), said
    after = verbs[verbs.index("approve") :]
    assert sum(verb in ("open_entitlement", "miss_season") for verb in after) == 1 + SEASONS


def nothing_lies_about(logged: str) -> None:
    """Read every place that keeps something: no number of the register is in any of them."""
    places = list(canaries.everywhere(logged))
    looked_into = {where.split()[0] for where, _data in places}
    assert looked_into >= {"database", "log", "broker", "file", "audit", "session"}
    assert canaries.found([GAS], places)  # what is no secret is found there
    assert canaries.found(CANARIES, places) == set()
