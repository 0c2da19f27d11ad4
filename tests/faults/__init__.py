"""Faults put into a running archive: processes killed, disks full, files torn, databases away."""
