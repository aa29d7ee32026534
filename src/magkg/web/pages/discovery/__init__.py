"""What programs look for: VoID, OpenAPI, the sitemap."""
