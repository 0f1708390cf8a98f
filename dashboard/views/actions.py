"""Actions: what do we do, and did it help?"""

from dashboard import page

story = page.open_page("actions", compares=False)
page.saved_notice(story)
page.agreed(story)
if page.may_agree():
    page.agreement_form(story)
page.suggestions(story, page.fill_in)
page.footer(story)
