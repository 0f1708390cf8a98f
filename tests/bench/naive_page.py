"""The page one would write first, to compare with: the same figures, a chart object a picture, nothing kept."""

import os
from pathlib import Path

import altair as alt
import duckdb
import streamlit as st

CELLS = "select * from cell join publication using (publication) where way = 1 and measure = ?"
folder = Path(os.environ["KLANKBORD_HOME"]) / "published"
with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip()), read_only=True) as connection:
    measures = [row[0] for row in connection.execute("select distinct measure from cell order by 1").fetchall()]
    st.title("Waar missen schoolleiders steun?")
    for number, measure in enumerate(("has_rock", "rock_emotional", "rock_instrumental")):
        frame = connection.execute(CELLS, [measure]).df()
        frame["share"] = frame["lo"] / frame["n"]
        st.altair_chart(alt.Chart(frame).mark_bar().encode(x="share:Q", y="level_1:N", color="wave:N"), key=str(number))
    st.selectbox("Cijfer", measures)
st.caption(f"Momentopname {(folder / 'CURRENT').read_text().removesuffix('.duckdb')}")
