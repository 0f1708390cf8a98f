-- purpose: how much of each scale was left open.
-- grain:   one row per publication x scale. reads: frame_quality. fills: quality.
create table quality as
select * from frame_quality
