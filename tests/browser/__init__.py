"""Pages in a real browser: journeys, accessibility, the policy of scripts and styles."""
