"""The hub of Hugging Face as a place of files: addresses that begin with `hf://`, downloads, and uploads."""
