-- purpose: what the risk model may be used for and how it did.
-- grain:   one row per publication x part. reads: frame_model_card. fills: model_card.
create table model_card as
select * from frame_model_card
