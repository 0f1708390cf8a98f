-- purpose: stop a publication in which this does not hold: a band lies within 0..n.
-- grain:   one row per violation; any row stops it.
select *
from cell
where lo < 0 or hi > n or lo > hi
