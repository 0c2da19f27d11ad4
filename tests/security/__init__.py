"""What holds for every address: CSRF, hosts, redirects, data in pages, patterns."""
