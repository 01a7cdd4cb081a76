"""The filters of heating; each serves the page, the export and the API alike."""
