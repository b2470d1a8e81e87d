"""What the media library announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PictureArrived:
    """A picture was uploaded or replaced: its smaller copies are to be made."""

    asset_id: int
    version: int
