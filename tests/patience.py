"""How long a test waits for something that must come: long enough for any machine, for it only ends what hangs."""

PATIENCE = 300  # seconds
LOOK_AGAIN = 0.1  # seconds between two looks
