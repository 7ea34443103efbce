"""Labels: started, checked against the codebook, and held against another annotator's."""
