-- How reliable each scale is.
-- Grain: one row per scale and scope. Reads: reliability.
select *
from reliability
where wave = $wave
