"""The figures: groups, and what may be said of each; what is withheld is null, never 0 or 99."""

from __future__ import annotations

from pipelines.ground.frames import dy
from pipelines.ground.schemas.table import Condition, OfPublication

STATUSES = ["published", "too_few", "says_nothing", "protects", "not_planned", "not_asked", "group_unknown"]
NO_FIGURE = ["not_planned", "not_asked", "group_unknown"]  # there was none to show or to withhold
RESPONSES = ["ok", "amber", "low", "unknown", "all"]
CELL = ("publication", "table_id", "level_1", "level_2")  # what names a cell
COUNT_WITHIN = Condition("A range lies within 0..n.", "lo <= hi and hi <= n")


class Level(OfPublication):
    """The groups of each dimension in a publication, after merging; one row per publication, dimension and level."""

    GRAIN = ("publication", "dimension", "level")

    dimension = dy.String(description="dimension, or its coarse form")
    level = dy.String(description="group")
    position = dy.Int32(min=0, description="order on screen")
    coarse = dy.String(description="the wider group it belongs to")
    leaders = dy.Int32(nullable=True, min=0, description="leaders on the roster")
    respondents = dy.Int32(min=0, description="leaders who answered")


class Placed(OfPublication):
    """What tells which cell of which publication a row is about."""

    table_id = dy.String(description="which table: dimensions joined by +, or total")
    way = dy.Int8(min=0, max=2, description="number of dimensions")
    dim_1 = dy.String(nullable=True, description="first dimension")
    level_1 = dy.String(nullable=True, description="its level")
    dim_2 = dy.String(nullable=True, description="second dimension")
    level_2 = dy.String(nullable=True, description="its level")


class Cell(Placed):
    """How many leaders have an attribute, as an inclusive band; one row per cell x measure, withheld cells included."""

    GRAIN = (*CELL, "measure")

    measure = dy.String(description="attribute code, or n for all respondents")
    publication_class = dy.Enum(
        ["coverage", "outcome", "count"], alias="class", description="how the measure is protected"
    )
    n = dy.Int32(min=0, description="eligible leaders who answered")
    leaders = dy.Int32(nullable=True, min=0, description="eligible leaders on the roster")
    lo = dy.Int32(nullable=True, min=0, description="lowest possible count")
    hi = dy.Int32(nullable=True, min=0, description="highest possible count")
    status = dy.Enum(STATUSES, description="whether it is told, or why it is withheld")
    low = dy.Float64(nullable=True, min=0, max=1, description="lower end of the margin, share of all eligible leaders")
    high = dy.Float64(nullable=True, min=0, max=1, description="upper end of the margin")
    response = dy.Enum(RESPONSES, description="whether enough answered; unknown without a roster")
    wider_table = dy.String(nullable=True, description="nearest wider table that shows this measure")
    wider_level = dy.String(nullable=True, description="its level")

    band_holds = dy.rule()(Condition("A band lies within 0..n.", "lo <= hi and hi <= n"))
    margin_holds = dy.rule()(Condition("A margin does not end before it begins.", "low <= high"))
    withheld_is_null = dy.rule()(
        Condition(
            "What is withheld is null, never 0 or 99.",
            "status = 'published' or (lo is null and hi is null and low is null and high is null)",
        )
    )


class Mean(Placed):
    """Mean of a scale, as an interval of a fixed grid; one row per cell x scale, withheld cells included."""

    GRAIN = (*CELL, "scale")
    CAME_LATER = True

    scale = dy.String(description="scale code")
    publication_class = dy.Enum(["coverage", "outcome"], alias="class", description="how the scale is protected")
    n = dy.Int32(min=0, description="leaders who answered the wave")
    leaders = dy.Int32(nullable=True, min=0, description="leaders on the roster")
    lo = dy.Float64(
        nullable=True,
        min=0,
        max=100,
        description="the mean of all of them is not below this, in points of 0-100, whatever the open answers are",
    )
    hi = dy.Float64(nullable=True, min=0, max=100, description="and not above this")
    step = dy.Float64(
        nullable=True, min=0, max=25, description="points between two lines of the grid on which the interval lies"
    )
    status = dy.Enum(STATUSES, description="whether it is told, or why it is withheld")
    response = dy.Enum(RESPONSES, description="whether enough answered; unknown without a roster")
    wider_table = dy.String(nullable=True, description="nearest wider table in which it is shown")
    wider_level = dy.String(nullable=True, description="its level")

    interval_holds = dy.rule()(Condition("An interval is at least one step of its grid wide.", "hi - lo >= step"))
    withheld_is_null = dy.rule()(
        Condition("What is withheld is null.", "(status = 'published') = (lo is not null and hi is not null)")
    )


class RockState(Placed):
    """Ranges of leaders with both rocks, one or none, implied by three published bands; one row per cell x state."""

    GRAIN = (*CELL, "state")

    state = dy.Enum(
        ["both", "emotional_only", "instrumental_only", "none"],
        description="which rocks they have",
    )
    lo = dy.Int32(min=0, description="lowest possible count")
    hi = dy.Int32(min=0, description="highest possible count")
    n = dy.Int32(min=0, description="leaders who answered")
    low = dy.Float64(min=0, max=1, description="lo as a share of n")
    high = dy.Float64(min=0, max=1, description="hi as a share of n")

    range_holds = dy.rule()(COUNT_WITHIN)


class NeedState(Placed):
    """Ranges of leaders with much or less need for support and little or more of it, implied by three published bands.

    One row per cell x state.
    """

    GRAIN = (*CELL, "state")
    CAME_LATER = True

    state = dy.Enum(
        ["need_little", "need_more", "calm_little", "calm_more"],
        description="need_little is much need and little support; an open answer counts as less need and more support",
    )
    lo = dy.Int32(min=0, description="lowest possible count")
    hi = dy.Int32(min=0, description="highest possible count")
    n = dy.Int32(min=0, description="leaders who answered")
    low = dy.Float64(min=0, max=1, description="lo as a share of n")
    high = dy.Float64(min=0, max=1, description="hi as a share of n")

    range_holds = dy.rule()(COUNT_WITHIN)


class Contrast(Placed):
    """What published ranges say about a difference, for every wave on show; one row per cell, measure and what it is
    compared with.

    Worked out from the tables cell and publication when the snapshot is built. A row is there where both sides can be
    compared, and the difference is the group minus what it is compared with.
    """

    GRAIN = (*CELL, "measure", "against", "earlier")
    CAME_LATER = True
    OF_SNAPSHOT = True

    measure = dy.String(description="attribute code")
    against = dy.Enum(
        ["rest", "before", "year_ago", "earlier", "year_rest"],
        description="what it is compared with: the rest of the board; itself in the wave before, a year ago or, for "
        "measures by which agreements are judged, any other wave; the rest of the board over a year of waves",
    )
    earlier = dy.String(nullable=True, description="the wave it is compared with, where it is compared with itself")
    waves = dy.Int32(min=1, description="waves that were compared")
    about = dy.Enum(
        ["leaders", "respondents"], description="whom the difference is about: without a roster only who answered"
    )
    low = dy.Float64(min=-1, max=1, description="lower limit of the difference, in whole points of a share")
    high = dy.Float64(min=-1, max=1, description="upper limit of the difference")
    word = dy.Enum(
        ["same", "lower", "higher", "cannot_tell"],
        description="what may be said; same: certainly smaller than what is called relevant",
    )
    noticeable = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="a true difference of this size would usually be told; empty where even a large one may not",
    )

    interval_holds = dy.rule()(Condition("An interval does not end before it begins.", "low <= high"))
    word_holds = dy.rule()(
        Condition(
            "No word denies its interval.",
            "(word = 'lower' and high < 0) or (word = 'higher' and low > 0) or word = 'same' "
            "or (word = 'cannot_tell' and low <= 0 and high >= 0)",
        )
    )


class Withheld(OfPublication):
    """How many cells are shown or withheld, and why; one row per publication, number of dimensions and status."""

    GRAIN = ("publication", "way", "status")

    way = dy.Int8(min=0, max=2, description="number of dimensions")
    status = dy.Enum(STATUSES, description="whether they are told, or why not")
    cells = dy.Int32(min=1, description="number of cells")
