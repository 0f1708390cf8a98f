-- purpose: stop a publication in which this does not hold: a margin holds the band beside it, whoever was silent.
-- grain:   one row per violation; any row stops it.
-- Of all leaders at least lo said yes and at most n - hi said no: no share outside lo / leaders and 1 - (n - hi) /
-- leaders is possible, and everybody who answered is within. Without a roster the shares are of who answered.
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
    or high > 1 - (n - hi) / everybody + 1e-9
    or low > high
    or (everybody = n and (abs(low - lo / n) > 1e-9 or abs(high - hi / n) > 1e-9))
    or (response = 'low') <> (low is null)
