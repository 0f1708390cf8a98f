-- purpose: say which publications a snapshot holds.
-- grain:   one row per publication. reads: publication. fills: nothing.
select publication
from publication
