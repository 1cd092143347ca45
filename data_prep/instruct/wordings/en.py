"""English wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form

FORMS = {
    "definition": Form(
        training=(
            "What does ‘{term}’ mean in {label}?",
            "How does {label} define ‘{term}’?",
            "Give the definition of ‘{term}’ in {label}.",
            "Under {label}, what is meant by ‘{term}’?",
            "What is the meaning of ‘{term}’ for the purposes of {label}?",
            "Define ‘{term}’ as used in {label}.",
        ),
        heldout=(
            "{label} uses the term ‘{term}’. What does it stand for?",
            "In {label}, how is ‘{term}’ to be understood?",
        ),
        answer="Under {citation}, {text}",
    ),
    "obligation": Form(
        training=(
            "What does {place} require?",
            "Which obligation is laid down {at}?",
            "State the duty set out {at}.",
            "What must be done under {place}?",
            "What is required by {place}?",
            "Which requirement follows from {place}?",
        ),
        heldout=(
            "What has to be complied with according to {place}?",
            "Which duty does {place} impose?",
        ),
        answer="Under {citation}: {text}",
    ),
    "scope": Form(
        training=(
            "What is the scope of {label}?",
            "What does {label} apply to?",
            "What does {label} cover?",
            "Describe the scope of {label}.",
            "What are the subject matter and scope of {label}?",
            "What is {label} about?",
        ),
        heldout=(
            "Which matters fall within {label}?",
            "How far does {label} reach?",
        ),
        answer="Under {citation}: {text}",
    ),
    "which_act_by_celex": Form(
        training=(
            "Which act has the CELEX number {celex}?",
            "Which act is CELEX {celex}?",
            "Name the act that bears the CELEX number {celex}.",
            "To which act does the CELEX number {celex} belong?",
            "CELEX {celex}: which act is it?",
            "What is the act with the CELEX number {celex}?",
        ),
        heldout=(
            "Which piece of EU law is filed under CELEX {celex}?",
            "What act stands behind the CELEX number {celex}?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_label": Form(
        training=(
            "What is the CELEX number of {label}?",
            "Which CELEX number does {label} have?",
            "Give the CELEX number of {label}.",
            "Under which CELEX number is {label} found?",
            "State the CELEX number that {label} bears.",
            "{label}: what is its CELEX number?",
        ),
        heldout=(
            "How is {label} numbered in CELEX?",
            "By which CELEX number can {label} be looked up?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_subject": Form(
        training=(
            "What is the CELEX number of the act “{subject}”?",
            "Which act bears the title “{subject}”?",
            "Which act is described as “{subject}”?",
            "Give the CELEX number of the act with the title “{subject}”.",
            "Name the act “{subject}”.",
            "Which EU act is the one “{subject}”?",
        ),
        heldout=(
            "Under which CELEX number is the act “{subject}” found?",
            "Which act was adopted with the words “{subject}” in its title?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_article_by_heading": Form(
        training=(
            "Which article {of} is headed “{heading}”?",
            "Which article {of} deals with “{heading}”?",
            "Where does {label} deal with “{heading}”?",
            "Name the article {of} with the heading “{heading}”.",
            "In which article {of} do I find “{heading}”?",
            "“{heading}”: which article {of} is that?",
        ),
        heldout=(
            "Which provision of {label} bears the title “{heading}”?",
            "Where should I look in {label} for “{heading}”?",
        ),
        answer="{citation}: “{text}”.",
    ),
    "which_article_by_quote": Form(
        training=(
            "Which article {of} says: “{quote}”?",
            "In which article {of} is it written: “{quote}”?",
            "Where does {label} say: “{quote}”?",
            "Name the article {of} that says: “{quote}”.",
            "“{quote}”: which article {of} is that?",
            "Which article {of} contains the words “{quote}”?",
        ),
        heldout=(
            "Which provision of {label} reads: “{quote}”?",
            "From which article {of} is this taken: “{quote}”?",
        ),
        answer="{citation}: “{text}”.",
    ),
}
