"""GraphQL as Stash's server speaks it: documents, variables, arguments and their errors."""
