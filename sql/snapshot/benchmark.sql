-- purpose: sourced figures from elsewhere.
-- grain:   one row per figure. reads: frame_benchmark. fills: benchmark.
create table benchmark as
select * from frame_benchmark
