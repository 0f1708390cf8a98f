-- purpose: whether a federation's figures would stand if every group had answered alike.
-- grain:   one row per publication x measure. reads: frame_weighting. fills: weighting.
create table weighting as
select * from frame_weighting
