"""A log in memory: ``LogStorage`` on lists, and a fetch function over it."""

from asylia.tlog import log as tlog


class MemoryLog:
    def __init__(self):
        self.data, self.nodes, self.note = [], {}, None

    def size(self):
        return len(self.data)

    def leaves(self, start, stop):
        return self.data[start:stop]

    def subtrees(self, level, start, stop):
        return [self.nodes[level, at] for at in range(start, stop) if (level, at) in self.nodes]

    def find(self, data):
        return [at for at, leaf in enumerate(self.data) if leaf == data]

    def checkpoint(self):
        return self.note

    def extend(self, leaves, subtrees, checkpoint):
        self.data += leaves
        self.nodes |= {(one.level, one.index): one.hash for one in subtrees}
        self.note = checkpoint

    def fetch(self, path):
        return self.note if path == "checkpoint" else tlog.read(self, path)
