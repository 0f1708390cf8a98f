"""Counting: leaders are put into groups and become numbers; with evidence the last room that sees one row a leader.

Record, load: all waves that a publication needs, each vault file opened once.
Flags, flag_record, flag_waves, flag_leaders: who has much stress and little support, with memory of the wave before.
Structure: in which groups leaders are counted during a school year, and in which tables.
COARSE: how the column of a dimension's coarse form ends.
Grouped, group: one wave with every leader in those groups, and yes or no to what is counted.
group_expected: the same of who may answer, before any answer is read.
group_again: the same of whom a publication counted.
Family: attributes and scales made from the same answers.
yes_no: the answers and scores of leaders as yes or no to each attribute.
eligible: whom an attribute is about.
Layout, lay_out: every cell of a publication, and who sits in which.
table_id: how a table is called.
Counts, count: how many leaders each cell holds and how they answered, per attribute.
EVERYBODY: the key of the counts of all respondents.
Ints: an array of whole numbers, such as one count per cell.
sum_scores: how many leaders of a cell have a score, and the sum of those scores.
POINT: the unit in which scores are kept.
level_sizes: how many leaders each group holds.
schools: at how many schools a leader answered, of how many.
"""

from pipelines.counting.attributes import eligible, yes_no
from pipelines.counting.cells import Ints, Layout, lay_out, table_id
from pipelines.counting.counts import EVERYBODY, POINT, Counts, count, level_sizes, schools, sum_scores
from pipelines.counting.flag import flag_leaders
from pipelines.counting.grouped import Family, Grouped, group, group_again, group_expected
from pipelines.counting.groups import COARSE, Structure
from pipelines.counting.record import Flags, Record, flag_record, flag_waves, load

__all__ = [
    "COARSE",
    "EVERYBODY",
    "POINT",
    "Counts",
    "Family",
    "Flags",
    "Grouped",
    "Ints",
    "Layout",
    "Record",
    "Structure",
    "count",
    "eligible",
    "flag_leaders",
    "flag_record",
    "flag_waves",
    "group",
    "group_again",
    "group_expected",
    "lay_out",
    "level_sizes",
    "load",
    "schools",
    "sum_scores",
    "table_id",
    "yes_no",
]
