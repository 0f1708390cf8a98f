-- purpose: every word, label and definition in Dutch and English.
-- grain:   one row per kind and code. reads: frame_dictionary. fills: dictionary.
create table dictionary as
select * from frame_dictionary
