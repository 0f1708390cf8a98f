-- purpose: whether leaders who answered twice changed, board-wide.
-- grain:   one row per publication x measure. reads: frame_change. fills: change.
create table change as
select
    publication,
    wave,
    measure,
    previous_wave,
    word
from frame_change
