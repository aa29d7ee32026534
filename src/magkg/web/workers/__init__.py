"""Worker processes that answer jobs: without network, with limits, replaceable."""
