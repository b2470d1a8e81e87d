"""The staff pages of the media library: all pictures, one of them, uploads, and the picker."""

from apps.media.pages import asset, library, picker, together, uploading

__all__ = ["asset", "library", "picker", "together", "uploading"]
