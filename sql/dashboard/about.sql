-- Where the snapshot comes from, for footers and the accountability page.
-- Grain: one row per key. Reads: about.
select key, value
from about
order by key
