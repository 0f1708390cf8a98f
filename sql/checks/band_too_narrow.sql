-- purpose: stop a publication in which this does not hold: a published count is a band of at least three values.
-- grain:   one row per violation; any row stops it.
select *
from cell
where
    status = 'published'
    and measure <> 'n'
    and hi - lo + 1 < 3
