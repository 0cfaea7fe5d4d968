"""A door before a server, which can be shut: connections break, and new ones are refused."""

import socket
import threading


class Gate:
    def __init__(self, target):
        self.target = target
        self.lock = threading.Lock()
        self.listener = None
        self.pairs = set()
        self.port = 0
        self.open()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def open(self):
        if self.listener is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(256)
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def close(self):
        if self.listener is None:
            return
        # A shutdown wakes the thread that waits for callers; closing alone does not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.listener = None
        with self.lock:
            pairs, self.pairs = self.pairs, set()
        for pair in pairs:
            for end in pair:
                self.shut(end)

    stop = close

    @staticmethod
    def shut(end):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def accept(self, listener):
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                caller.close()
                continue
            pair = (caller, server)
            with self.lock:
                self.pairs.add(pair)
            left = [2]
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=self.carry, args=(source, sink, pair, left), daemon=True).start()

    def carry(self, source, sink, pair, left):
        try:
            while data := source.recv(65_536):
                sink.sendall(data)
        except OSError:
            pass
        self.shut(source)
        self.shut(sink)
        with self.lock:
            left[0] -= 1
            if left[0]:
                return
            self.pairs.discard(pair)
        for end in pair:
            end.close()
