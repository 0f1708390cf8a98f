-- purpose: how many leaders have an attribute, as an inclusive band.
-- grain:   one row per cell x measure, withheld cells included. reads: frame_cell. fills: cell.
create table cell as
select
    publication,
    wave,
    table_id,
    way,
    dim_1,
    level_1,
    dim_2,
    level_2,
    measure,
    "class",
    n,
    leaders,
    lo,
    hi,
    status,
    low,
    high,
    response,
    wider_table,
    wider_level
from frame_cell
