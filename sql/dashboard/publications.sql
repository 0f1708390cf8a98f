-- The publications of the snapshot, oldest first, for the wave filter and the publication log.
-- Grain: one row per publication. Reads: publication.
select *
from publication
order by wave, publication
