-- purpose: the mean of a scale as an interval of a fixed grid, in points of 0-100.
-- grain:   one row per cell x scale, withheld cells included. reads: frame_mean. fills: mean.
create table mean as
select * from frame_mean
