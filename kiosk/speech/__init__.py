"""What the touchscreen says: text becomes clips, ahead of need, and screens only play them.

Two halves that share nothing but lines of JSON: here the kiosk's own process (words, clips,
pages), and the renderer (`render.py` and what it imports), which is heavy, runs apart with
packages of its own, and may be missing.
"""
