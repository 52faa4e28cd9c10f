"""The site and the JSON API over a knowledge base."""
