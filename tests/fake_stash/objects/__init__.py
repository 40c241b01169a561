"""The objects of the library: the fields they show and the mutations that change them."""
