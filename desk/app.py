"""The desk's page, top to bottom: which files, what is understood, what loads, what will be published, and the end."""

import streamlit as st

from dashboard.wall import stands
from desk import files
from desk.choose import choose
from desk.finish import finish
from desk.manners import manners
from desk.names import Names
from desk.page import Page
from desk.show import show_plan, show_rows
from desk.understand import understand
from desk.words import LOCALES, choose_language, words
from pipelines.flow import find_home, own_name

lang = choose_language(st.query_params.get("lang"), st.context.locale)
say = words(lang)
page = Page(find_home(None), lang, say)
st.set_page_config(say("page.title"), layout="centered")
if not stands():
    st.warning(say("wall.none"))
    st.stop()
if "cleared" not in st.session_state:
    files.clear(page.home)
    st.session_state["cleared"] = True

st.html(manners(say))
# Real links: the page is loaded again, so that its language attribute is right too.
others = [one for one in LOCALES.languages if one != lang]
links = [f'<a href="?lang={one}" target="_self" lang="{one}">{own_name(one)}</a>' for one in others]
st.html(f'<nav aria-label="{say("page.languages")}" style="text-align:right;font-size:.9rem">{" · ".join(links)}</nav>')
st.title(say("page.title"), anchor=False)
st.markdown(say("page.intro"))

understood = understand(page, choose(page))
if understood is not None:
    names = Names(page)
    show_rows(page, understood, names)
    show_plan(page, understood, names)
    finish(page, understood)
