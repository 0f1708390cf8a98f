-- Every domain word in both languages, for labels and explanations.
-- Grain: one row per word and kind. Reads: dictionary.
select code, kind, nl, en, definition_nl, definition_en, source, position
from dictionary
order by kind, position, code
