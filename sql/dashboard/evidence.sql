-- What may be said about the buffer.
-- Grain: one row per outcome. Reads: evidence.
select *
from evidence
where wave = $wave
