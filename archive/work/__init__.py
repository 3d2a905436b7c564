"""What the stages have done, written into the catalog.

recordings.py   a talk's clip: its source, the recording of it, what its site says
transcripts.py  a machine's transcript: asked for, begun, saved piece by piece, finished
captions.py     captions that came with a talk
failures.py     why a stage failed
"""
