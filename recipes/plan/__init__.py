"""What a recipe needs before a GPU is rented: memory, time and money, from the built recipe and the real model."""
