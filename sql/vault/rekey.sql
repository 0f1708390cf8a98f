-- purpose: turn the agency's keys into the vault's own codes: HMAC-SHA256 (RFC 2104), its first 128 bits as hex.
-- grain:   one row per key, in the order given. reads: frame_keys (agency_key), $pad_inner and $pad_outer (the padded
--          secret). fills: nothing.
select left(sha256($pad_outer || unhex(sha256($pad_inner || encode(agency_key)))), 32) as code
from frame_keys
