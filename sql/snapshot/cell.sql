-- purpose: how many leaders have an attribute, as an inclusive band.
-- grain:   one row per cell x measure, withheld cells included. reads: frame_cell. fills: cell.
create table cell as
select * from frame_cell
