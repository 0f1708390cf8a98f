-- purpose: where this snapshot comes from.
-- grain:   one row per key. reads: frame_about. fills: about.
create table about as
select
    key,
    value
from frame_about
