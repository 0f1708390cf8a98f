-- purpose: sourced figures from elsewhere.
-- grain:   one row per figure. reads: frame_benchmark. fills: benchmark.
create table benchmark as
select
    measure,
    share,
    year,
    population_nl,
    population_en,
    source
from frame_benchmark
