"""Every write of the domain, a module for each noun; callers import the module."""
