-- The words about change since the previous wave (paired leaders, whole board).
-- Grain: one row per wave and measure. Reads: change.
select wave, measure, previous_wave, word
from change
order by wave, measure
