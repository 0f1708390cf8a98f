-- How many cells were shown or withheld, by reason.
-- Grain: one row per way and status. Reads: withheld.
select way, status, cells
from withheld
where wave = $wave
order by way, status
