-- purpose: how reliable each scale is.
-- grain:   one row per publication x scale x scope. reads: frame_reliability. fills: reliability.
create table reliability as
select * from frame_reliability
