"""Accountability: can leaders trust this? For the participation council and the privacy officer."""

import streamlit as st

from dashboard import frame, panels, parts, trust

story = frame.open_page("trust", compares=False)
words = story.words

st.markdown(words("trust.promise"))
left, right = st.columns(2)
with left, parts.card(words("trust.who_title")):
    st.markdown(words("trust.who"))
with right, parts.card(words("trust.keep_title")):
    st.markdown(words("trust.keep", waves=trust.rule(story, "retention_waves")))

left, right = st.columns(2)
with left, parts.card(words("trust.hidden_title"), words("trust.hidden_note")):
    parts.show_table(trust.withheld(story))
with right, parts.card(words("trust.audit_title"), words("trust.audit_note")):
    parts.show_table(trust.audit(story))

with parts.card(words("trust.rules_title"), trust.reason(story)):
    parts.show_table(trust.rules(story))
with parts.card(words("trust.log_title"), words("trust.log_note")):
    parts.show_table(trust.log(story), words("picture.aside"), "log")
panels.reliability(story)
questions = trust.questions(story)
with parts.card(words("trust.asked_title")), st.expander(words("trust.asked_open", count=len(questions))):
    parts.show_table(questions)
with parts.card(words("trust.words_title")), st.expander(words("trust.words_open")):
    parts.show_table(trust.glossary(story))
parts.footer(story)
