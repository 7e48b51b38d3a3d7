"""Linkage: which records of incidents and persons are one person; needs the extra ``counting``."""
