"""The palette: told apart by people who see colours differently, and readable in both themes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.theme import DARK, LIGHT, Palette

# Machado, Oliveira and Fernandes (2009), severity 1.0: linear RGB as somebody with this colour vision sees it.
EYES = {
    "as most see": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "no colour": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
D65 = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
THEMES = {"light": LIGHT, "dark": DARK}
JUST_TOLD_APART = 2.3  # CIE76; large patches side by side
CLEARLY_APART = 5 * JUST_TOLD_APART


def linear(code: str) -> np.ndarray:
    channels = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(code: str, eye: np.ndarray) -> np.ndarray:
    x, y, z = TO_XYZ @ np.clip(eye @ linear(code), 0, 1) / D65
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(linear(code) @ [0.2126, 0.7152, 0.0722]) for code in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def told_apart(colours: Palette) -> dict[str, tuple[str, ...]]:
    """Colours that stand in one picture and mean different things."""
    return {
        "margins": (colours.teal, colours.teal_soft, colours.brown, colours.track),
        "cells": (colours.neutral_soft, colours.teal_soft, colours.brown_soft),
        "rocks": colours.states,
    }


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_colours_of_one_picture_stay_apart_for_every_eye(theme: str, eye: str) -> None:
    for picture, codes in told_apart(THEMES[theme]).items():
        if picture in ("cells", "rocks") and eye == "no colour":
            continue  # without any colour the number in the cell and the place of the part say it
        for one, other in itertools.combinations(codes, 2):
            apart = float(np.linalg.norm(lab(one, EYES[eye]) - lab(other, EYES[eye])))
            assert apart >= CLEARLY_APART, (picture, one, other, round(apart, 1))


@pytest.mark.parametrize("theme", THEMES)
def test_words_and_figures_are_readable_on_what_lies_under_them(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [(colours.ink, colours.paper), (colours.muted, colours.paper), (colours.teal, colours.paper)]
    pairs += [(colours.on_soft, soft) for soft in (colours.neutral_soft, colours.teal_soft, colours.brown_soft)]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_marks_stand_out_from_the_page(theme: str) -> None:
    colours = THEMES[theme]
    for mark in (colours.teal, colours.brown, colours.neutral):
        assert contrast(mark, colours.paper) >= 3
