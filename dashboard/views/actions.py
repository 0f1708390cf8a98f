"""Actions: what do we do, and did it help?"""

from dashboard import agree, frame, parts

story = frame.open_page("actions", compares=False)
agree.said(story)
agree.agreed(story)
if agree.may_agree():
    agree.form(story)
agree.suggested(story, agree.fill_in)
parts.footer(story)
