"""The frame of every page, and the traps of the theme that it stands on."""

import gettext
import re
from pathlib import Path
from typing import Final

import pytest
import unfold
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from apps.core import request_context
from apps.core.admin.error_pages import server_error
from apps.core.admin.pages import registered_pages
from tests.factories.accounts import PASSWORD, StaffFactory

ROOT: Final = Path(
    settings.BASE_DIR if hasattr(settings, "BASE_DIR") else settings.STATICFILES_DIRS[0].parent
)
TEMPLATES: Final = ROOT / "templates"
CSS: Final = ROOT / "static" / "larder" / "css"
UNFOLD: Final = Path(unfold.__file__).parent
# Names that scripts look for, and Django's own hooks: they are drawn by nobody.
HOOKS: Final = {"errornote", "popup", "colM", "htmx-request", "warn-unsaved-form", "up-found"}


def class_names(text: str) -> set[str]:
    """The classes that a template writes out; what a tag computes is left out."""
    plain = re.sub(
        r"{%.*?%}|{{.*?}}|{#.*?#}", " ", re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
    )
    words = {word for value in re.findall(r'(?<![:\w-])class="([^"]*)"', plain) for word in value.split()}
    return {word for word in words if not word.endswith("-")}


def known_to(css: str) -> set[str]:
    """The classes that a stylesheet speaks of."""
    return {re.sub(r"\\(.)", r"\1", name) for name in re.findall(r"\.((?:\\.|[\w-])+)", css)}


def test_no_template_uses_a_class_that_no_stylesheet_knows():
    css = (UNFOLD / "static/unfold/css/styles.css").read_text(encoding="utf-8")
    css += (UNFOLD / "static/unfold/fonts/material-symbols/styles.css").read_text(encoding="utf-8")
    known = known_to(css + "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))) | HOOKS
    unknown = {
        f"{path.relative_to(TEMPLATES)}: {name}"
        for path in TEMPLATES.rglob("*.html")
        for name in class_names(path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert sorted(unknown) == []


@pytest.mark.parametrize("kind", ["css", "js"])
def test_every_file_that_the_theme_names_is_there(kind: str):
    names = settings.UNFOLD["STYLES" if kind == "css" else "SCRIPTS"]
    urls = [name(None) for name in names]
    assert urls
    assert [
        url for url in urls if not finders.find(url.removeprefix(f"/{settings.STATIC_URL.strip('/')}/"))
    ] == []


def test_modeltranslation_finds_jquery_ui_here_and_not_on_another_host():
    found = finders.find(settings.JQUERY_UI_URL)
    assert found
    assert "jQuery UI - v1.14.2" in Path(str(found)).read_text(encoding="utf-8")[:200]
    assert (ROOT / "static/vendor/jquery-ui.LICENSE.txt").exists()


def every_page(client: Client) -> list[str]:
    """The address of the home page and of every page in the menu."""
    html = client.get("/admin/").content.decode()
    return sorted(
        set(re.findall(r'class="lr-nav-item"[^>]*|href="([^"]+)" class="lr-nav-item"', html)) - {""}
    )


def test_no_page_asks_another_host_for_anything(boss: Client):
    pages = every_page(boss)
    assert len(pages) > 5
    for address in pages:
        html = boss.get(address).content.decode()
        asked = re.findall(r'<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"', html)
        assert [url for url in asked if re.match(r"(https?:)?//", url)] == [], address


def test_stylesheets_ask_nobody_either_and_know_neither_left_nor_right():
    for path in CSS.glob("*.css"):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert "@import" not in css
        assert "url(" not in css.replace('url("data:', "")
        ours = "\n".join(rule for rule in css.splitlines() if not rule.startswith('[dir="rtl"]'))
        sided = r"(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:"
        assert re.findall(sided, ours) == [], path.name


def test_right_to_left_turns_what_the_theme_says_by_side():
    css = (CSS / "shell.css").read_text(encoding="utf-8")
    for name in ("ml-auto", "mr-auto", "mr-3", "text-left"):
        assert f'[dir="rtl"] .{name}' in css


def test_the_admin_may_evaluate_and_nothing_else_may(boss: Client, client: Client):
    inside = boss.get("/admin/")["Content-Security-Policy"]
    outside = client.get("/healthz")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in inside
    assert "unsafe-eval" not in outside
    assert "default-src 'self'" in outside
    assert "frame-ancestors 'none'" in outside


def test_no_page_writes_a_script_inline(boss: Client):
    for address in every_page(boss):
        html = boss.get(address).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == [], address
        assert re.findall(r"\son[a-z]+=\"", html) == [], address


def test_signs_in_and_out_in_our_look(client: Client, db: None):
    person = StaffFactory()
    answer = client.post("/admin/login/", {"username": person.email, "password": PASSWORD, "next": "/admin/"})
    assert answer.status_code == 302
    farewell = client.post("/admin/logout/").content.decode()
    assert "You are signed out" in farewell


def test_a_wrong_password_keeps_the_address_and_says_so(client: Client, db: None):
    html = client.post("/admin/login/", {"username": "a@example.com", "password": "no"}).content.decode()
    assert 'value="a@example.com"' in html
    assert 'role="alert"' in html


def test_the_home_page_is_called_what_it_is(boss: Client):
    html = boss.get("/admin/").content.decode()
    assert "<title>Dashboard · Larder</title>" in html
    assert "Site administration" not in html


def test_a_page_that_is_not_there_says_so_in_the_frame(boss: Client):
    answer = boss.get("/admin/nowhere/at/all/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "There is nothing at this address" in html
    assert 'id="nav-sidebar"' in html


def test_a_stranger_on_a_missing_page_gets_no_frame(client: Client, db: None):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert 'id="nav-sidebar"' not in answer.content.decode()


def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(db: None):
    person = StaffFactory(theme="light")
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    answer = client.post("/admin/preferences/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()
    person.refresh_from_db()
    assert person.theme == "light"


def test_a_failure_is_said_without_database_or_session(rf):
    with request_context.bound(request_id="find-me-in-the-log"):
        answer = server_error(rf.get("/admin/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert "<code>find-me-in-the-log</code>" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "direction", "menu"), [("en", "ltr", "Products"), ("ar", "rtl", "المنتجات")]
)
def test_the_frame_speaks_the_persons_language(db: None, language: str, direction: str, menu: str):
    client = Client()
    client.force_login(StaffFactory(role="Super Admin", language=language))
    html = client.get("/admin/", headers={"Accept-Language": "fr"}).content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in html
    assert menu in html


def test_a_language_that_our_screens_do_not_speak_falls_back_to_english(client: Client, db: None):
    html = client.get("/admin/login/", headers={"Accept-Language": "fr"}).content.decode()
    assert 'lang="en"' in html
    assert "Sign in" in html


def test_theme_and_language_are_kept_with_the_account(db: None):
    person = StaffFactory()
    client = Client()
    client.force_login(person)
    answer = client.post(
        "/admin/preferences/", {"theme": "dark", "language": "ar", "next": "/admin/orders/calendar/"}
    )
    assert answer["Location"] == "/admin/orders/calendar/"
    person.refresh_from_db()
    assert (person.theme, person.language) == ("dark", "ar")
    assert 'data-theme="dark"' in client.get("/admin/").content.decode()


def test_a_preference_leads_to_no_other_site(boss: Client):
    answer = boss.post("/admin/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/admin/"


def test_the_compiled_arabic_is_what_the_source_says():
    source = (ROOT / "locale/ar/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    with (ROOT / "locale/ar/LC_MESSAGES/django.mo").open("rb") as compiled:
        spoken = gettext.GNUTranslations(compiled)
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, flags=re.M)
    assert len(pairs) > 150
    unescaped = [(one.replace('\\"', '"'), other.replace('\\"', '"')) for one, other in pairs]
    assert [one for one, other in unescaped if spoken.gettext(one) != other] == []


def test_the_frame_costs_the_same_on_every_page_and_nothing_per_entry(
    boss: Client, django_assert_max_num_queries
):
    boss.get("/admin/settings/roles/")
    with django_assert_max_num_queries(6):  # session, person, rights; groups, grants; nothing for the menu
        boss.get("/admin/settings/roles/")


def test_there_are_pages_to_look_at():
    assert {"role_permissions", "orders_calendar", "staff_add"} <= {
        page.url_name for page in registered_pages()
    }
    assert reverse("admin:index") == "/admin/"


def test_the_frame_works_around_an_error_wherever_it_is(boss: Client, client: Client):
    lost, problem = boss.get("/nowhere"), client.get("/api/v1/nowhere")
    assert lost.status_code == problem.status_code == 404
    assert "script-src 'self' 'unsafe-eval'" in lost["Content-Security-Policy"]
    assert "unsafe-eval" not in problem["Content-Security-Policy"]


def test_the_bare_address_leads_to_the_back_office(client: Client):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.post("/").status_code == 405


def test_what_is_not_translated_keeps_its_full_stop_in_a_page_from_right_to_left():
    css = (CSS / "components.css").read_text(encoding="utf-8")
    (rule,) = re.findall(r":where\(\[dir=\"rtl\"\]\) :where\(p,[^{]*\{([^}]*)\}", css)
    assert "unicode-bidi: plaintext" in rule
    assert "text-align: match-parent" in rule  # “start” would be the sentence's own, not the page's
