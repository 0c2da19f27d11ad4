"""What both API packages share: errors, throttles, schema, paging."""
