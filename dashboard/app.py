"""The dashboard's frame: language, menu and filters around whichever page is asked for."""

import streamlit as st

from dashboard import frame

words = frame.language()
sections = {
    "": ["overview"],
    "deeper": ["coverage", "pillars", "schools", "starters", "asking", "risk", "trend"],
    "use": ["report"],
    "trust": ["accountability"],
}
page = st.navigation(
    {
        words(f"menu.{section}") if section else "": [
            st.Page(f"views/{name}.py", title=words(f"menu.{name}"), default=name == "overview") for name in names
        ]
        for section, names in sections.items()
    }
)
frame.set_up(page.title, page.url_path)
page.run()
