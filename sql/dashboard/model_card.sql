-- What the risk model may be used for and how it did.
-- Grain: one row per part. Reads: model_card.
select *
from model_card
where wave = $wave
