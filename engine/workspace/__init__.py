"""A repository on disk: read it whole, check it, plan it, write to it, start one."""
