-- purpose: stop a publication in which this does not hold: what is withheld is null.
-- grain:   one row per violation; any row stops it.
select *
from cell
where
    status <> 'published'
    and (lo is not null or hi is not null or low is not null or high is not null)
