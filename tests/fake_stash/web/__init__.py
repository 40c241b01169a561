"""The server's HTTP side: the socket, who may come in, GraphQL over HTTP, pictures and plugin assets."""
