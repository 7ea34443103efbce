"""Beyond one machine: letters read by a Ray cluster, or a Ray of this machine's own, into a folder of parts."""
