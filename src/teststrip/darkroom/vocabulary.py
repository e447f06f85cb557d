"""The words the toy world knows: each maps to values of attributes (see `scene.attributes`)."""

from collections.abc import Mapping
from types import MappingProxyType

from teststrip.darkroom.scene.attributes import ATTRIBUTES
from teststrip.darkroom.scene.palette import CLOTH, EYES, HAIR, PLAIN_TOP

Meaning = tuple[tuple[str, str], ...]
"""(attribute, value) pairs that a word makes likelier."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        # who
        "girl": "subject=girl",
        "1girl": "subject=girl",
        "woman": "subject=girl",
        "lady": "subject=girl",
        "boy": "subject=boy",
        "1boy": "subject=boy",
        "man": "subject=boy",
        "no humans": "subject=none",
        "landscape": "subject=none",
        "scenery": "subject=none",
        # hair
        "blond hair": "hair_color=blonde",
        "yellow hair": "hair_color=blonde",
        "golden hair": "hair_color=blonde",
        "grey hair": "hair_color=silver",
        "gray hair": "hair_color=silver",
        "short hair": "hair_style=short hair_style=bob",
        "bob cut": "hair_style=bob",
        "long hair": "hair_style=long",
        "very long hair": "hair_style=long",
        "twintails": "hair_style=twintails",
        "twin tails": "hair_style=twintails",
        "pigtails": "hair_style=twintails",
        "ponytail": "hair_style=ponytail",
        "hair bun": "hair_style=bun",
        "double bun": "hair_style=bun",
        "curly hair": "hair_style=curly",
        "afro": "hair_style=curly",
        "spiky hair": "hair_style=spiky",
        "blunt bangs": "bangs=blunt",
        "parted bangs": "bangs=parted",
        "swept bangs": "bangs=swept",
        "jagged bangs": "bangs=zigzag",
        "messy hair": "bangs=zigzag",
        # face
        "golden eyes": "eye_color=yellow",
        "smile": "expression=smile",
        "smiling": "expression=smile",
        "happy": "expression=smile expression=laugh",
        "laughing": "expression=laugh",
        "open mouth": "expression=laugh expression=surprised",
        ":d": "expression=laugh",
        "expressionless": "expression=neutral",
        "serious": "expression=neutral",
        "sad": "expression=sad",
        "frown": "expression=sad",
        "surprised": "expression=surprised",
        "closed eyes": "expression=closed",
        "wink": "expression=wink",
        "winking": "expression=wink",
        "one eye closed": "expression=wink",
        "looking at viewer": "gaze=viewer",
        "looking away": "gaze=left gaze=right",
        "pale skin": "skin=fair",
        "fair skin": "skin=fair",
        "light skin": "skin=light",
        "tan": "skin=tan",
        "dark skin": "skin=brown skin=dark",
        # worn
        "glasses": "glasses=yes",
        "no glasses": "glasses=no",
        "no hat": "hat=none",
        "hat": "hat=witch hat=beret",
        "witch hat": "hat=witch",
        "witch": "hat=witch",
        "beret": "hat=beret",
        "cat ears": "hat=catears",
        "catgirl": "hat=catears",
        "hair flower": "hat=flower",
        "hair bow": "hat=bow",
        "hair ribbon": "hat=bow",
        "crown": "hat=crown",
        "princess": "hat=crown clothes=dress",
        "headphones": "hat=headphones",
        "school uniform": "clothes=sailor",
        "serafuku": "clothes=sailor",
        "necktie": "clothes=shirt",
        # where and when
        "sky": "background=day",
        "blue sky": "background=day time=day",
        "day": "background=day time=day",
        "night": "background=night time=night",
        "night sky": "background=night time=night",
        "starry sky": "background=night time=night",
        "moon": "background=night time=night",
        "stars": "background=night time=night",
        "sunset": "background=sunset time=sunset",
        "evening": "background=sunset time=sunset",
        "sea": "background=sea",
        "ocean": "background=sea",
        "beach": "background=sea",
        "forest": "background=forest",
        "trees": "background=forest",
        "mountain": "background=mountain",
        "mountains": "background=mountain",
        "city": "background=city",
        "cityscape": "background=city",
        "cherry blossoms": "background=sakura",
        "snow": "background=snow",
        "winter": "background=snow",
        "simple background": "background=plain",
        # how
        "monochrome": "tone=mono",
        "greyscale": "tone=mono",
        "grayscale": "tone=mono",
        "sepia": "tone=sepia",
        "colorful": "tone=colour",
        "pastel": "tone=pastel",
        "pastel colors": "tone=pastel",
    },
)


def _meaning(text: str) -> Meaning:
    pairs = (pair.split("=") for pair in text.split())
    return tuple((attribute, value) for attribute, value in pairs)


def _vocabulary() -> dict[str, Meaning]:
    words = {word: _meaning(text) for word, text in _WORDS.items()}
    words |= {f"{color} hair": (("hair_color", color),) for color in HAIR}
    words |= {f"{color} eyes": (("eye_color", color),) for color in EYES}
    words |= {f"{color} background": (("background", "plain"), ("background_color", color)) for color in PLAIN_TOP}
    for kind in ATTRIBUTES["clothes"]:
        words[kind] = (("clothes", kind),)
        words |= {f"{color} {kind}": (("clothes", kind), ("cloth_color", color)) for color in CLOTH}
    for word, value in (("hat", "witch"), ("witch hat", "witch"), ("beret", "beret"), ("bow", "bow")):
        words |= {f"{color} {word}": (("hat", value), ("hat_color", color)) for color in CLOTH}
    # the longest first, so that "black witch hat" is not read as "witch hat"
    return {word: words[word] for word in sorted(words, key=lambda word: (-len(word), word))}


VOCABULARY: Mapping[str, Meaning] = MappingProxyType(_vocabulary())
"""Every known word or phrase, longest first."""
