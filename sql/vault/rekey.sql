-- purpose: turn the agency's keys into the vault's own codes: HMAC-SHA256 (RFC 2104), its first 128 bits as hex.
-- grain:   one row per key, in the order given. reads: frame_keys (key), $inner and $outer (the padded secret).
--          fills: nothing.
select left(sha256($outer || unhex(sha256($inner || encode(key)))), 32) as code
from frame_keys
