"""Which segments are gathered into one: a policy, without any file.

Segments stay few, and no write costs what is there rather than what changed: those of one
size class are gathered when eight have come (eight per class, classes growing eightfold), so
that a passage is rewritten once per class; so are those with many dead passages.
A write gathers a bounded number of passages. Larger segments are gathered by steps that
nobody waits for, and as soon as two are of one class: each segment costs every search a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """How eagerly segments are gathered."""

    limit: int
    """Passages that are gathered at most in one step."""
    together: int
    """Segments of one size class, what is being written among them, that are gathered."""


AT_WRITE = Policy(limit=16_384, together=8)
"""Some tenths of a second at most."""
AT_REST = Policy(limit=65_536, together=2)
"""A second or two, and 300 MB."""

_TIER_BASE = 32
_TIER_FACTOR = 8
_DEAD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Size:
    """How many passages a segment holds."""

    alive: int
    dead: int

    @property
    def worn(self) -> bool:
        """Whether too many of its passages are dead."""
        return self.dead > _DEAD_SHARE * (self.alive + self.dead)


def to_gather(sizes: Sequence[Size], incoming: int, policy: Policy) -> list[int]:
    """Places in ``sizes`` of the segments to be written anew as one, in order.

    ``incoming`` new passages join them. Empty segments are not among them: they are to be
    dropped.
    """
    room = policy.limit
    chosen: set[int] = set()
    for place in _smallest(sizes, [place for place, size in enumerate(sizes) if size.worn]):
        if 0 < sizes[place].alive <= room:
            chosen.add(place)
            room -= sizes[place].alive
    together = incoming + policy.limit - room
    for tier in range(_tier(max((size.alive for size in sizes), default=0)) + 1):
        peers = [
            place
            for place, size in enumerate(sizes)
            if size.alive and place not in chosen and _tier(size.alive) == tier
        ]
        joining = together > 0 and _tier(together) == tier
        if len(peers) + joining < policy.together:
            continue
        fitting = _fitting(sizes, peers, room)
        if len(fitting) + joining < 2:
            continue
        chosen.update(fitting)
        gathered = sum(sizes[place].alive for place in fitting)
        room, together = room - gathered, together + gathered
    return sorted(chosen)


def _fitting(sizes: Sequence[Size], peers: Sequence[int], room: int) -> list[int]:
    """As many of the peers as there is room for, the smallest first."""
    fitting = []
    for place in _smallest(sizes, peers):
        if sizes[place].alive > room:
            break
        fitting.append(place)
        room -= sizes[place].alive
    return fitting


def _smallest(sizes: Sequence[Size], places: Sequence[int]) -> list[int]:
    return sorted(places, key=lambda place: (sizes[place].alive, place))


def _tier(size: int) -> int:
    tier = 0
    while size > _TIER_BASE:
        size //= _TIER_FACTOR
        tier += 1
    return tier
