"""What payrelay knows about the world: AWS, sockets and files, behind the ports of the core."""
