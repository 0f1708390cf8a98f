"""Counting: leaders are put into groups and become numbers; the last room that sees one row per leader.

load: all waves a publication needs, each vault file opened once, as a `Record` of `StoredWave`s.
flag_record, flag_waves: which leaders have much stress and little support, with memory of the wave before.
group: every leader in the groups of the school year (`Structure`), as a `Grouped` wave with its `Family`s.
yes_no, eligible: yes or no to what is counted, and who an attribute is about.
count: how many leaders each cell of the `Layout` holds, as `Counts` per attribute (`EVERYBODY`: all respondents).
sum_scores, level_sizes, schools: sums of scores per cell, sizes of groups, and schools with a leader who answered.
table_id: the name of a table. COARSE, POINT, SCORE: how columns of coarse forms end, the unit of scores, their prefix.
flag_leaders, SupportStressRule: the rule itself, for one wave and as a scikit-learn classifier.
"""

from pipelines.counting.attributes import eligible, yes_no
from pipelines.counting.cells import Ints, Layout, lay_out, table_id
from pipelines.counting.counts import EVERYBODY, POINT, Counts, count, level_sizes, schools, sum_scores
from pipelines.counting.flag import SupportStressRule, flag_leaders
from pipelines.counting.grouped import SCORE, Family, Grouped, group
from pipelines.counting.groups import COARSE, Structure
from pipelines.counting.record import Flags, Record, flag_record, flag_waves, load

__all__ = [
    "COARSE",
    "EVERYBODY",
    "POINT",
    "SCORE",
    "Counts",
    "Family",
    "Flags",
    "Grouped",
    "Ints",
    "Layout",
    "Record",
    "Structure",
    "SupportStressRule",
    "count",
    "eligible",
    "flag_leaders",
    "flag_record",
    "flag_waves",
    "group",
    "lay_out",
    "level_sizes",
    "load",
    "schools",
    "sum_scores",
    "table_id",
    "yes_no",
]
