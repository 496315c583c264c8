# SPDX-License-Identifier: Apache-2.0
"""listen.py PORT_FILE LOG: takes connections on a free port, and writes a line for each to LOG."""

import os
import socket
import sys

server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    connection, address = server.accept()
    with open(sys.argv[2], "a", encoding="ascii") as log:
        log.write(f"{address}\n")
    connection.close()
