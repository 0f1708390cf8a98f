-- The waves that the board planned, in the order of their days; snapshots of an earlier version do not have it.
-- Grain: one row per wave. Reads: calendar.
select wave, opens, closes
from calendar
order by opens
