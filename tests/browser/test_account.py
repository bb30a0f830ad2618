"""The account in a real browser: found from any page, changed by keyboard, clean for axe-core."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from partners.account import new_calendar_address
from partners.models import User
from reports.notices.addresses import stop_path

from .conftest import Visit
from .test_accessibility import check

pytestmark = pytest.mark.browser


def test_a_user_sets_up_the_account(visit: Visit, cast: dict[str, User]) -> None:
    page = visit("amz")
    page.locator(".menu--user > summary").press("Enter")
    page.get_by_role("link", name="Your account").press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    found = check(page, "account without address and calendar")
    box = page.get_by_role("checkbox", name="Send me a weekly e-mail")
    expect(box).to_be_checked()
    box.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Your settings are saved.")).to_be_visible()
    expect(box).not_to_be_checked()
    page.get_by_role("link", name="Make an address").press("Enter")
    found += check(page, "calendar asked")
    page.get_by_role("button", name="Make an address").press("Enter")
    address = page.get_by_role("textbox", name="Address of your calendar")
    token = User.objects.get(pk=cast["amz"].pk).calendar_token
    assert token
    expect(address).to_have_value(f"{page.url.split('/account')[0]}/calendar/{token}.ics")
    found += check(page, "account with a calendar")
    page.goto("/account/email/")
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")
    found += check(page, "wrong password")
    page.goto(stop_path(cast["amz"]))
    found += check(page, "no more e-mails")
    page.get_by_role("button", name="Send me no more").press("Enter")
    found += check(page, "no more e-mails, done")
    new_calendar_address(user=User.objects.get(pk=cast["amz"].pk))
    page.goto("/account/calendar/")
    found += check(page, "another address asked")
    assert found == []
