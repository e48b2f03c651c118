"""Drawings: a frame in, a plain dict of a Plotly figure out. One drawing serves page, mail, command and dossier."""
