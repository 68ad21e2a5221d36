"""The screens of orders, of the audit log, and of what the organization is and may."""

import re
import uuid
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from playwright.sync_api import expect

from local import clock
from local.instruments.platform import Platform
from tests.fixtures import furnished as full
from tests.fixtures.browser import Visit

QUIET = "quiet"
"""An organization in which nothing ever happens."""
WORDS = "trade real money in demo"


def test_no_orders_yet_leads_to_the_bots_and_filters_can_be_cleared(
    visit: Visit, platform: Platform
) -> None:
    """S0-124."""
    platform.api("admin", QUIET).put("/api/organization", {"name": "Quiet"})
    visitor = visit("/orders", "viewer", organization=QUIET)
    page = visitor.page

    expect(page.get_by_text("No orders yet")).to_be_visible()
    page.get_by_label("Status").select_option("failed")
    page.get_by_label("Side").select_option("buy")
    expect(page).to_have_url(re.compile(r"/orders\?status=failed&side=buy$"))
    expect(page.get_by_text("No order fits these filters")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="All as CSV").click()
    assert Path(download.value.path()).read_text().startswith("bot_id,")
    expect(page.get_by_text("0 rows written to orders-all.csv.")).to_be_visible()
    page.get_by_role("link", name="To the bots").click()
    expect(page).to_have_url(re.compile(r"/bots$"))


@pytest.mark.usefixtures("furnished")
def test_filters_of_orders_find_them_among_all(visit: Visit) -> None:
    """S0-124: what was not read yet is looked through too, and saved."""
    visitor = visit("/orders", "viewer", organization=full.ORGANIZATION)
    page = visitor.page
    rows = page.locator("tbody tr[data-index]")

    expect(page.get_by_text("60 rows")).to_be_visible()
    page.get_by_label("Side").select_option("sell")
    with page.expect_response(re.compile(r"/api/orders\?.*status=failed")) as told:
        page.get_by_label("Status").select_option("failed")
    assert [(each["status"], each["order_side"]) for each in told.value.json()["items"]] == [
        ("failed", "sell")
    ]
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("x-7Hq2000007")
    with page.expect_download() as download:
        page.get_by_role("button", name="All as CSV").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 2
    page.get_by_label("Status").select_option("filled")
    expect(page.get_by_text("10 rows")).to_be_visible()
    page.get_by_label("Side").select_option("buy")
    expect(page.get_by_text("9 rows")).to_be_visible()


@pytest.mark.usefixtures("furnished")
def test_orders_of_a_pair_and_a_span_are_found_among_all(visit: Visit) -> None:
    """S0-124: in the minutes of UTC that the table shows; what cannot be asked about is said."""
    visitor = visit("/orders", "viewer", organization=full.ORGANIZATION)
    page = visitor.page
    pair, since, until = (page.get_by_label(each) for each in ("Pair", "From (UTC)", "Until (UTC)"))
    newest = page.locator("tbody tr[data-index] time").first.get_attribute("datetime")
    assert newest is not None
    minute = newest[:16]

    pair.fill("btc/usdt")
    pair.press("Enter")
    expect(page.get_by_text("No order fits these filters")).to_be_visible()
    pair.fill("ETH")
    pair.press("Enter")
    expect(page.get_by_text("Write it as ETH-USDT.")).to_be_visible()
    pair.fill("eth-usdt")
    since.fill(minute)
    since.press("Enter")
    expect(page.get_by_text("1 row", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="All as CSV").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 2
    until.fill(minute)
    until.press("Enter")
    expect(page.get_by_text("The end must be later than the beginning.")).to_be_visible()
    since.fill("")
    since.press("Enter")
    until.press("Enter")
    expect(page.get_by_text("59 rows")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/orders\?pair=ETH-USDT&until=[0-9T%A-]+$"))
    visitor.check()


@pytest.mark.pictured
def test_the_log_is_searched_looked_into_and_proven_whole(visit: Visit) -> None:
    """S3-059: who did what, and that nobody changed it."""
    visitor = visit("/audit", "admin")
    page = visitor.page

    page.get_by_role("button", name="Verify the chain").click()
    expect(page.get_by_text("none changed, moved or missing.")).to_be_visible()
    page.get_by_label("What", exact=True).fill("organization.put")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("organization.put")
    page.get_by_role("button", name="Show line").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Demo")
    visitor.look("audit-line")
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Who", exact=True).fill("nobody")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()


def test_the_log_is_for_admins(visit: Visit) -> None:
    visitor = visit("/audit", "trader")

    expect(visitor.page.get_by_text("For admins")).to_be_visible()
    visitor.check()


def test_an_admin_names_limits_and_staffs_the_organization(visit: Visit) -> None:
    visitor = visit("/settings", "admin")
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_label("Name", exact=True).fill("Demo and sons")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text("The organization is now called “Demo and sons”.")).to_be_visible()
    page.get_by_label("Bots", exact=True).fill("many")
    expect(page.get_by_text("A whole number from 0.")).to_be_visible()
    page.get_by_label("Bots", exact=True).fill("900")
    page.get_by_role("button", name="Save the quotas").click()
    expect(page.get_by_text("The quotas hold from the next request on.")).to_be_visible()

    page.get_by_role("button", name="Add a member").click()
    dialog.get_by_label("Sign-in name").fill("eve")
    dialog.get_by_label("Role").select_option("trader")
    dialog.get_by_role("button", name="Add a member").click()
    expect(page.get_by_text("eve is a member.")).to_be_visible()
    page.get_by_label("Role of eve").select_option("viewer")
    expect(page.get_by_text("eve is now viewer.")).to_be_visible()
    visitor.check()
    page.get_by_role("button", name="Remove eve").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("eve is no member any more.")).to_be_visible()


@pytest.mark.pictured
def test_real_money_is_allowed_in_words_alone(visit: Visit) -> None:
    """K-15."""
    visitor = visit("/settings", "admin")
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Allow real money").click()
    allow = dialog.get_by_role("button", name="Allow it")
    expect(allow).to_be_disabled()
    dialog.get_by_label("The words").fill(WORDS.upper())
    expect(allow).to_be_disabled()
    dialog.get_by_label("The words").fill(WORDS)
    visitor.look("settings-real-money")
    allow.click()
    expect(page.get_by_text("Real money is allowed.")).to_be_visible()
    page.get_by_role("button", name="Forbid real money").click()
    expect(page.get_by_text("Real money is forbidden.")).to_be_visible()


@pytest.mark.pictured
def test_a_program_is_let_in_looked_at_and_shown_out(visit: Visit, platform: Platform) -> None:
    """It gets a certificate of its own, and its key is nowhere to be seen."""
    visitor = visit("/settings", "admin")
    page, dialog, name = visitor.page, visitor.page.get_by_role("dialog"), uuid.uuid4().hex[:6]

    page.get_by_role("button", name="Let a program in").click()
    dialog.get_by_role("button", name="Give it a certificate").click()
    expect(dialog.get_by_text("Fill this in.")).to_have_count(2)
    line = dialog.locator("code").inner_text()
    [client] = re.findall(r"/CN=(live-[0-9a-f-]{36})", line)
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("The request").fill(request_of(client))
    visitor.look("settings-program")
    dialog.get_by_role("button", name="Give it a certificate").click()
    expect(dialog.get_by_text("is let in")).to_be_visible()
    expect(dialog.get_by_text(client, exact=True)).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Save the certificate").click()
    saved = Path(download.value.path()).read_bytes()
    assert x509.load_pem_x509_certificate(saved).not_valid_after_utc > clock.now()
    dialog.get_by_role("button", name="Done").click()

    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("may read")
    page.get_by_role("button", name=f"Connection: {name}").click()
    expect(dialog.get_by_text("live/", exact=False).first).to_be_visible()
    dialog.get_by_role("button", name="Save the authority").click()
    visitor.check()
    dialog.get_by_role("button", name="Close").click()
    page.get_by_role("button", name=f"Show out: {name}").click()
    dialog.get_by_role("button", name="Show out").click()
    expect(page.get_by_text(f"“{name}” is being shown out.")).to_be_visible()
    expect(row).to_contain_text("shown out")
    [told] = [one for one in platform.api("admin").every("/api/integrators") if one["name"] == name]
    assert told["state"] in {"revoking", "revoked"}


def test_programs_are_the_admins_business(visit: Visit) -> None:
    visitor = visit("/settings", "trader")

    expect(visitor.page.get_by_role("heading", name="Members")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Let a program in")).to_have_count(0)


def request_of(name: str) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def test_language_and_theme_change_at_once(visit: Visit) -> None:
    """S0-125."""
    visitor = visit("/settings", "viewer")
    page = visitor.page

    page.get_by_role("main").get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", name="Настройки", level=1)).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Светлая").click()
    expect(page.locator("html[data-theme=light]")).to_be_visible()
    visitor.check()
    page.get_by_role("main").get_by_role("button", name="English").click()
    page.get_by_role("main").get_by_role("button", name="Dark").click()
    expect(page.get_by_role("button", name="Save the name")).to_have_count(0)
