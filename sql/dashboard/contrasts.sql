-- What published ranges say about differences in one wave: words, arrows and colours come from here alone.
-- Grain: one row per cell, measure and what it is compared with. Reads: contrast.
select *
from contrast
where wave = $wave
