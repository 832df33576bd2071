"""Rule documents: their texts, versions and filings, and the services that change them."""
