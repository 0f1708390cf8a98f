-- What research elsewhere found.
-- Grain: one row per finding. Reads: research.
select *
from research
where wave = $wave
