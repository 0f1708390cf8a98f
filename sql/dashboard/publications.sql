-- The publications of the snapshot, oldest first, for the wave filter and the publication log.
-- Grain: one row per publication. Reads: publication. A date was text in snapshots of an earlier version.
select
    * replace (
        opens::date as opens,
        closes::date as closes,
        published_on::date as published_on
    )
from publication
order by wave, publication
