-- purpose: every word, label and definition in Dutch and English.
-- grain:   one row per kind and code. reads: frame_dictionary. fills: dictionary.
create table dictionary as
select
    code,
    kind,
    nl,
    en,
    definition_nl,
    definition_en,
    source,
    position
from frame_dictionary
