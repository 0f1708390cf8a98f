-- purpose: stop a publication in which this does not hold: a mean is at least a step wide, which one leader cannot exceed.
-- grain:   one row per violation; any row stops it.
select *
from mean
where
    status = 'published'
    and (hi - lo < step or step * n < 100)
