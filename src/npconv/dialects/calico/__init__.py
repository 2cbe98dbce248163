"""Calico: objects as users write them, read, checked and written again."""
