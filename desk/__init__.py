"""The steward's desk: a local page to bring an export in, see what is wrong, and publish. Knows pipelines.flow only."""
