-- purpose: how many cells are shown or withheld, and why.
-- grain:   one row per publication, number of dimensions and status. reads: frame_withheld. fills: withheld.
create table withheld as
select * from frame_withheld
