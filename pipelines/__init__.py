"""Pipelines: from a survey export to a protected publication, one step a file; read flow.py first."""
