"""The tasks that people come with, each walked in Chromium from Overview, with the number of clicks it takes.

The clicks are those of a laptop (1440 px); on a telephone (390 px) whatever stands in the menu takes one more, to open
it. A choice from a list is two clicks, and the browser's own command to print is one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.agreements.store import Action, Store
from dashboard.agreements.suggest import effect_sentence
from dashboard.story import Story, deeper, sentences, since
from dashboard.story.snapshot import find
from dashboard.words import has_range, words
from tests.browser.serving import CHROMIUM, click_on, reader, serving, settled
from tests.patience import PATIENCE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]
WIDTHS = (1440, 390)
WIDEST_PHONE = 768  # pixels: up to here the menu is closed until somebody opens it
MOST_TABS = 120


@dataclass
class Walk:
    """Somebody who walks a task, and how often they clicked."""

    page: Page
    story: Story
    home: Path
    width: int
    clicks: int = 0

    def click(self, what: str, *, role: str = "button", exact: bool = True) -> None:
        """Click on what is called so, and wait."""
        place = self.page.get_by_role(role, name=what, exact=exact).first
        place.scroll_into_view_if_needed()
        place.click()
        self._clicked()

    def menu(self, name: str) -> None:
        """Go to a page by the menu."""
        self.open_menu()
        self.click(name, role="link")

    def open_menu(self) -> None:
        """On a telephone the menu opens first."""
        if self.width < WIDEST_PHONE:
            self.page.get_by_test_id("stExpandSidebarButton").click()
            self._clicked()

    def group(self, name: str) -> None:
        """Click on the name of a group in the first picture that has it."""
        click_on(self.page, self.page.locator(".role-axis-label text", has_text=name).first)
        self.page.wait_for_url("**/coverage?*")
        self._clicked()

    def take(self, what: str) -> str:
        """Click on a download; the name of the file."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=what).first.click()
        self.clicks += 1
        return coming.value.suggested_filename

    def reads(self, text: str) -> None:
        """It stands on the page, somewhere to be seen."""
        plain = text.replace("**", "")
        expect(self.page.get_by_test_id("stMain")).to_contain_text(plain, timeout=PATIENCE * 1000)

    def heads(self, title: str) -> None:
        """The page has this heading."""
        expect(self.page.get_by_role("heading", name=title).first).to_be_visible()

    def _clicked(self) -> None:
        self.clicks += 1
        settled(self.page)


def region_with_least_support(walk: Walk) -> None:
    _strip(walk, "region")


def experience_group_with_least_support(walk: Walk) -> None:
    _strip(walk, "experience_band")


def _strip(walk: Walk, table: str) -> None:
    """The first group of the strip is the one that asks for attention, drawn under the whole board."""
    story = walk.story
    (_, (name, _), *_) = story.worst_first(story.lead(), table)
    title = story.words(
        "overview.by", label=story.label(story.lead()), dimension=story.words.inline("dimension", table)
    )
    walk.heads(title)
    card = walk.page.get_by_test_id("stVegaLiteChart").filter(has=walk.page.get_by_text(name, exact=True)).first
    drawn = card.locator(".role-axis-label text").all_text_contents()
    names = [text for text in drawn if "%" not in text]
    assert names[:2] == [story.words("whole"), name]


def starters_without_a_mentor(walk: Walk) -> None:
    walk.menu("Starters")
    walk.heads("Komen starters goed door hun eerste jaren?")
    walk.reads("Mentor (starters)")


def from_board_to_pillar(walk: Walk) -> None:
    """On this board the plan ends at the region; the page says why, and shows the pillars of the region."""
    region = _region(walk)
    walk.group(region)
    walk.reads(deeper.why_it_ends(walk.story, "region", (region,)))
    walk.heads(f"De steunpijlers: {region}")


def from_board_to_pillar_of_a_group_within(walk: Walk) -> None:
    """Where the plan crosses them: region, then years of experience in it, then its pillars."""
    story = walk.story
    region, level = _crossed(story)
    walk.group(region)
    walk.page.wait_for_url("**region=*")
    name = story.words.level("experience_band", level)
    walk.heads(f"{story.label(story.lead())}, binnen {region}")
    chart = walk.page.get_by_role("heading", name=f"binnen {region}").locator(
        "xpath=ancestor::*[.//*[@data-testid='stVegaLiteChart']][1]"
    )
    click_on(walk.page, chart.locator(".role-axis-label text", has_text=name).first)
    walk.page.wait_for_url("**experience_band=*")
    walk._clicked()
    walk.heads("De steunpijlers: " + story.group_name(*story.nearest("region+experience_band", (region, level))))


def against_a_year_ago(walk: Walk) -> None:
    walk.open_menu()
    walk.click(walk.story.words("against.year"), role="radio")
    walk.page.wait_for_url("**compare=year*")
    year = Story(walk.story.snapshot, walk.story.words, walk.story.wave, "year")
    walk.reads(since.lines(year)[0].text)


def what_to_do(walk: Walk) -> None:
    walk.heads("Waar de cijfers om vragen")
    expect(walk.page.get_by_role("button", name="Leg vast").first).to_be_visible()


def whether_the_agreement_helped(walk: Walk) -> None:
    walk.menu("Acties")
    (agreed,) = Store(walk.home).all()
    walk.reads(effect_sentence(walk.story, agreed, walk.story.wave))


def paper_for_tomorrow(walk: Walk) -> None:
    walk.click("Rapport")
    assert walk.take("PDF, om uit te delen").endswith(".pdf")


def data_behind_a_chart(walk: Walk) -> None:
    walk.click("Rapport")
    assert walk.take("CSV, voor eigen gebruik").endswith(".csv")


def why_a_figure_is_hidden(walk: Walk) -> None:
    walk.menu("Verantwoording")
    walk.heads(walk.story.words("trust.hidden_title"))


def how_many_at_risk(walk: Walk) -> None:
    walk.menu("Risico en buffer")
    risk = walk.story.measure("risk:both")
    assert risk is not None
    walk.reads(sentences.risk(walk.story, risk).split(". ")[0])
    walk.heads(walk.story.words("risk.honest_title"))


def share_this_view(walk: Walk) -> None:
    assert parse_qs(urlsplit(walk.page.url).query)["wave"] == [walk.story.wave]


def what_changed(walk: Walk) -> None:
    walk.heads("Sinds de vorige keer")
    walk.reads(since.lines(walk.story)[0].text)


def print_the_page(walk: Walk) -> None:
    """Paper has the figures and no menu."""
    walk.page.emulate_media(media="print")
    walk.clicks += 1
    expect(walk.page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(walk.page.get_by_test_id("stMetricValue").first).to_be_visible()
    assert walk.page.pdf(format="A4").startswith(b"%PDF")


def by_keyboard(walk: Walk) -> None:
    """Tab reaches every button of the page and does not get stuck."""
    wanted = walk.page.locator("[data-testid=stMain] button:visible, [data-testid=stMain] summary:visible")
    left = {wanted.nth(place).inner_text() for place in range(wanted.count())}
    for _ in range(MOST_TABS):
        walk.page.keyboard.press("Tab")
        left.discard(walk.page.evaluate("document.activeElement.innerText"))
    assert left == set()


def two_groups_side_by_side(walk: Walk) -> None:
    first = _region(walk)
    other = deeper.others(walk.story, "region", (first,))[0]
    walk.group(first)
    walk.click(walk.story.words.level("region", other), role="radio")
    walk.heads(walk.story.words("deeper.pair", groups=walk.story.words.listed([first, other])))
    walk.reads("Het verschil is niet vast te stellen.")


def what_leaders_heard_back(walk: Walk) -> None:
    walk.menu("Rapport")
    walk.heads("Terug naar de leiders")
    walk.reads(sentences.lead_figure(walk.story))


@dataclass(frozen=True)
class Task:
    """One task: the board it is walked on, its clicks on a laptop, and whether it goes by the menu."""

    walk: Callable[[Walk], None]
    clicks: int
    by_menu: bool = False
    board: str = "home_120"


TASKS = (
    Task(region_with_least_support, 0),
    Task(experience_group_with_least_support, 0),
    Task(starters_without_a_mentor, 1, by_menu=True),
    Task(from_board_to_pillar, 1),
    Task(from_board_to_pillar_of_a_group_within, 2, board="home_1000"),
    # Three waves hold no wave of a year ago: the sample has eight.
    Task(against_a_year_ago, 1, by_menu=True, board="home_sample"),
    Task(what_to_do, 0),
    Task(whether_the_agreement_helped, 1, by_menu=True),
    Task(paper_for_tomorrow, 2),
    Task(why_a_figure_is_hidden, 1, by_menu=True),
    Task(how_many_at_risk, 1, by_menu=True),
    Task(share_this_view, 0),
    Task(what_changed, 0),
    Task(data_behind_a_chart, 2),
    Task(print_the_page, 1),
    Task(by_keyboard, 0),
    Task(two_groups_side_by_side, 2),
    Task(what_leaders_heard_back, 1, by_menu=True),
)


def _region(walk: Walk) -> str:
    return _regions(walk.story)[0]


def _crossed(story: Story) -> tuple[str, str]:
    """A region and a level of experience in it of which figures are shown."""
    for region in _regions(story):
        for _, cell in story.inside("region", (region,), story.lead()):
            if has_range(cell):
                return region, cell["level_2"]
    raise AssertionError("nothing is crossed on this board")


def _regions(story: Story) -> list[str]:
    return [cell["level_1"] for _, cell in story.worst_first(story.lead(), "region")[1:] if has_range(cell)]


@dataclass
class Boards:
    """Dashboards of boards with one agreement each, served when they are first asked for."""

    stack: ExitStack
    folders: pytest.TempPathFactory
    served: dict[str, tuple[str, Path]]

    def of(self, board: str, request: pytest.FixtureRequest) -> tuple[str, Path]:
        """Its address and its home."""
        if board not in self.served:
            home = self.folders.mktemp(board)
            shutil.copytree(request.getfixturevalue(board) / "published", home / "published")
            snapshot = find(home).snapshot
            assert snapshot is not None
            newest, oldest = snapshot.waves()[0], snapshot.waves()[-1]
            Store(home).save(Action("network", "total", "", "hr_adviser", oldest, newest, "running", oldest))
            self.served[board] = self.stack.enter_context(serving(home)), home
        return self.served[board]


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boards]:
    """Dashboards that stop when the last task was walked."""
    with ExitStack() as stack:
        yield Boards(stack, tmp_path_factory, {})


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.walk.__name__)
def test_a_task_ends_right_in_so_many_clicks(
    task: Task, width: int, browser: Browser, boards: Boards, request: pytest.FixtureRequest
) -> None:
    address, home = boards.of(task.board, request)
    snapshot = find(home).snapshot
    assert snapshot is not None
    named = words("nl", snapshot.rows("dictionary").iter_rows(named=True))
    context, page, outside = reader(browser, viewport={"width": width, "height": 1000})
    page.goto(address)
    settled(page)
    walk = Walk(page, Story(snapshot, named, snapshot.waves()[0]), home, width)
    task.walk(walk)
    to_open_the_menu = task.by_menu and width < WIDEST_PHONE
    assert walk.clicks == task.clicks + to_open_the_menu
    assert outside == []
    context.close()


def test_every_task_is_walked_once() -> None:
    walks = [task.walk for task in TASKS]
    assert len(set(walks)) == len(walks)
