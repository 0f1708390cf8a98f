-- Every domain word in both languages, for labels and explanations.
-- Grain: one row per word and kind. Reads: dictionary.
select *
from dictionary
order by kind, position, code
