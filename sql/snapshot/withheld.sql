-- purpose: how many cells are shown or withheld, and why.
-- grain:   one row per publication, number of dimensions and status. reads: frame_withheld. fills: withheld.
create table withheld as
select
    publication,
    wave,
    way,
    status,
    cells
from frame_withheld
