"""Refresh: spending a refresh token once, and never twice."""
