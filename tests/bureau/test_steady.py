"""Parts drawn once: nobody ever sees what belongs to another reader, page or session."""

import re

import pytest
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe

from bureau.desk import paging, steady
from bureau.people.services import end_posting
from tests.cast import person

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LIST = "/organisations/"


def part(name, path="/", token="t", **values):
    """Draw a part as a page of this address does."""
    return steady.draw(name, RequestFactory().get(path), token, **values)


def test_each_page_has_its_own_token_address_and_person(clerk, chief):
    for reader, token, path in ((clerk, "one", "/a/?q=1&x=2"), (chief, "two", "/b/")):
        text = part("parts/user_menu.html", path, token, user=reader, theme="auto")
        assert set(TOKEN.findall(text)) == {token}
        assert f'name="next" value="{path.replace("&", "&amp;")}"' in text
        assert str(reader) in text
    assert "two" not in part("parts/user_menu.html", "/", "one", user=clerk, theme="auto")


def test_each_language_and_theme_is_drawn_for_itself(clerk):
    dark = part("parts/user_menu.html", user=clerk, theme="dark")
    light = part("parts/user_menu.html", user=clerk, theme="light")
    assert dark != light
    with translation.override("en"):
        assert part("parts/user_menu.html", user=clerk, theme="dark") != dark


def test_what_was_safe_for_one_is_not_safe_for_another():
    assert steady._key("<b>") != steady._key(mark_safe("<b>"))
    assert steady._key(True) != steady._key(1)


def test_an_ended_posting_leaves_the_menu_at_once(clerk, signed_in):
    client = signed_in(clerk)
    assert f'href="{LIST}"' in client.get("/").content.decode()
    for posting in clerk.postings.all():
        end_posting(posting, actor=person("security"), note="x")
    answer = signed_in(clerk).get("/")
    assert f'href="{LIST}"' not in answer.content.decode()


def test_the_line_in_hand_is_marked_once(clerk, signed_in):
    client = signed_in(clerk)
    for path in (LIST, "/", "/heating/estates/"):
        text = client.get(path).content.decode()
        menu = text[text.index('<nav id="menu"') : text.index("</nav>")]
        assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [path]


def test_two_visits_differ_in_nothing_but_their_token(clerk, signed_in):
    client = signed_in(clerk)
    first, second = (client.get(LIST).content.decode() for _visit in range(2))
    assert len(set(TOKEN.findall(first))) == 1
    plain = [re.sub(r"[A-Za-z0-9]{64}", "", text) for text in (first, second)]
    assert plain[0] == plain[1]
    assert steady._tag not in first


def test_a_closed_bar_says_what_this_address_searches_and_filters(clerk, signed_in):
    client = signed_in(clerk)
    for word, year in (('"<b>', "1990"), ("阳光", "2001"), ("", "")):
        text = client.get("/heating/estates/", {"q": word, "year_min": year}).content.decode()
        [box] = re.findall(r'<input type="search" class="form-control" name="q"[^>]*>', text)
        assert f'value="{escape(word)}"' in box
        bar = text[text.index("filter-more") : text.index("</details>", text.index("filter-more"))]
        kept = re.findall(r'<input type="hidden" name="year_min" value="(.*?)">', bar)
        assert kept == ([year] if year else [])


def test_each_page_of_a_list_leads_to_its_own_neighbours():
    for cursor in ("abc", 'x"y'):
        page = paging.KeysetPage([], next=cursor)
        text = part("parts/pagination.html", "/a/?q=1&cursor=z", page=page, size=50, sizes=(25, 50))
        assert text.count(f'"?q=1&amp;cursor={escape(cursor)}"') == 2
        assert "next_cursor" not in text
    whole = part("parts/pagination.html", page=paging.KeysetPage([]), size=50, sizes=(25, 50))
    assert "cursor=" not in whole
