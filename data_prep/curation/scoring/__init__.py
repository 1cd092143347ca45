"""Quality from 1 to 10 by a rubric, from a model behind any OpenAI-compatible endpoint."""
