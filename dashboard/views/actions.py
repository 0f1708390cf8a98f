"""Actions: what do we do, and did it help?"""

from dashboard.agreements import page as agree
from dashboard.page import frame
from dashboard.page import pieces as parts

story = frame.open_page("actions", compares=False)
agree.said(story)
agree.agreed(story)
if agree.may_agree():
    agree.form(story)
agree.suggested(story, agree.fill_in)
parts.footer(story)
