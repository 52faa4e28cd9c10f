"""Milvus, for many machines."""
