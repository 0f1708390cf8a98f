-- The groups of one dimension in any wave, for links to one that this wave does not have.
-- Grain: one row per level. Reads: level.
select distinct level
from level
where dimension = $dimension
