# Asks for help over the network and local sockets.
# attacks: theft
# loses: 
# %% linear
import socket

for family, address in ((socket.AF_INET, ("1.1.1.1", 53)), (socket.AF_INET, ("127.0.0.1", 22)),
                        (socket.AF_UNIX, "/run/systemd/private"), (socket.AF_UNIX, "/run/docker.sock"),
                        (socket.AF_UNIX, "/run/dbus/system_bus_socket"), (socket.AF_UNIX, "\0labkit-test")):
    try:
        with socket.socket(family) as s:
            s.settimeout(1)
            s.connect(address)
        print("REACHED", address)
    except OSError:
        pass
try:
    print("REACHED", socket.gethostbyname("example.org"))
except OSError:
    pass
