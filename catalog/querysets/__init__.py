"""Named filters of the models; each reads as an adjective and has a ``_q`` twin where useful."""
