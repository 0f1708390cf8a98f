"""The dashboard's frame: language, who reads, menu and filters around whichever page is asked for."""

import streamlit as st

from dashboard.door import reader_role, way_out
from dashboard.page import PAGES, language, set_up
from dashboard.readers import ROLES

words = language()
sections = {
    "": ["overview"],
    "deeper": ["coverage", "pillars", "schools", "starters", "asking", "risk", "trend"],
    "use": ["actions", "report"],
    "trust": ["accountability"],
}
mine = ROLES[reader_role()]
sections = {section: [name for name in names if mine is None or name in mine] for section, names in sections.items()}
every = [name for names in sections.values() for name in names]
st.session_state[PAGES] = every
first = every[0]
page = st.navigation(
    {
        words(f"menu.{section}") if section else "": [
            st.Page(f"views/{name}.py", title=words(f"menu.{name}"), default=name == first) for name in names
        ]
        for section, names in sections.items()
        if names
    }
)
set_up(page.title, page.url_path)
way_out()
page.run()
