-- purpose: stop a publication in which this does not hold: a margin holds the band beside it, whoever was silent.
-- grain:   one row per violation; any row stops it.
-- Each end is that end of the band and what the silent may add to it: from none of them to all of them. So it lies
-- between x / leaders and 1 - (n - x) / leaders. Without a roster the shares are of who answered.
with shown as (
    select
        *,
        greatest(n, coalesce(leaders, n)) as everybody
    from cell
    where status = 'published' and measure <> 'n'
)

select *
from shown
where
    (low is null) <> (high is null)
    or (low is not null and n = 0)
    or low < lo / everybody - 1e-9
    or low > 1 - (n - lo) / everybody + 1e-9
    or high < hi / everybody - 1e-9
    or high > 1 - (n - hi) / everybody + 1e-9
    or (everybody = n and (abs(low - lo / n) > 1e-9 or abs(high - hi / n) > 1e-9))
    or (response = 'low') <> (low is null)
