"""A small HEIC file, stored as bytes: no dependency of the tests can write one."""

import base64

# 64 × 32 pixels: black, with red at the top left and lime at the top right. It is stored rotated, as phones
# do: the property `irot` states the rotation. The EXIF orientation 6 states it again, and readers must ignore
# that. Its EXIF says "The harbour at dusk" and 14 July 2019, 20:15:30. Made with pillow-heif 1.8.
_FILE = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA
ADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAG4AAgAAAAACWgABAAAAAAAAAHYAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA
AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAA
kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq
5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh
cAAAACAAAAABAAAAQAAAAAH////gAAAAAgAAAAAAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEA
AQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAOxtZGF0AAAAaigBrw7gNIIMVOfVit//7HV///Rw6f3/9N8Ol/UC
FN/rLEkVL9c7/xcTKvoJa6KWp/g8fBbGbjInCKmopJe6f8PStZUZUUCKa2/0SI6XR5o8nX3lWz8YjE9e9BhP9sJ5D5Hl4/6avVPg
Y/gAAAAGRXhpZgAATU0AKgAAAAgAAwEOAAIAAAAUAAAAMgESAAMAAAABAAYAAIdpAAQAAAABAAAARgAAAABUaGUgaGFyYm91ciBh
dCBkdXNrAAABkAMAAgAAABQAAABYAAAAADIwMTk6MDc6MTQgMjA6MTU6MzAA
"""


def heic(turns: int = 3) -> bytes:
    """The file with a rotation of `turns` quarter turns to the left; with three it is upright."""
    data = base64.b64decode(_FILE)
    angle = data.index(b"irot") + 4
    return data[:angle] + bytes([turns]) + data[angle + 1 :]
