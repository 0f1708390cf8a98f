-- purpose: what the model about leaving may be used for, for the annex to a DPIA.
-- grain:   one row per publication with a model card. reads: model_card. fills: nothing.
select
    wave,
    word
from model_card
where part = 'rung'
