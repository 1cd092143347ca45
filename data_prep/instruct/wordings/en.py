"""English wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form, Frames

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
        framed=False,
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
        framed=False,
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
        framed=False,
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
    "requirement": Form(
        training=(
            "What are the requirements that {place} lists?",
            "Which points does {place} require, one by one?",
            "{place} begins: “{introduction}”. Which points follow?",
            "List the requirements set out {at}.",
            "What has to be provided, contained or done under the list {at}?",
            "Which requirements follow {at} after the words “{introduction}”?",
        ),
        heldout=(
            "Set out point by point what {place} demands.",
            "How does the list {at} continue after “{introduction}”?",
        ),
        answer="Under {citation}: {text}",
    ),
    "condition": Form(
        training=(
            "Under which conditions does {place} apply?",
            "Which conditions does {place} lay down?",
            "{place} says: “{introduction}”. What are the conditions or cases?",
            "List the conditions set out {at}.",
            "In which cases does what {place} provides hold?",
            "Which conditions or cases follow {at} after the words “{introduction}”?",
        ),
        heldout=(
            "On what does {place} make its rule depend?",
            "Which conditions or cases are enumerated {at}?",
        ),
        answer="Under {citation}: {text}",
    ),
    "exception": Form(
        training=(
            "Which exception does {place} provide for?",
            "What does {place} exempt or leave out?",
            "From which rule does {place} derogate, or to what does it deny application?",
            "State the exception laid down {at}.",
        ),
        heldout=(
            "Which derogation or exclusion is to be found {at}?",
            "What is excepted according to {place}?",
        ),
        answer="Under {citation}: {text}",
    ),
    "entry_into_force": Form(
        training=(
            "When does {label} enter into force?",
            "On which day does {label} enter into force?",
            "State when {label} enters into force.",
            "Which provision governs the entry into force of {label}, and what does it say?",
        ),
        heldout=(
            "What does {label} lay down about its own entry into force?",
            "How is the beginning of the legal force of {label} determined?",
        ),
        answer="Under {citation}: {text}",
    ),
    "application_date": Form(
        training=(
            "From when does {label} apply?",
            "From which date is {label} applicable?",
            "State the date from which {label} applies.",
            "Which provision says from when {label} applies, and what is the date?",
        ),
        heldout=(
            "What does {label} lay down about the beginning of its application?",
            "As of which day must {label} be applied?",
        ),
        answer="Under {citation}: {text}",
    ),
    "penalty": Form(
        training=(
            "Which penalties does {place} provide for?",
            "What does {place} say about penalties, fines or sanctions?",
            "Which fine or other sanction follows from {place}?",
            "State the penalties laid down {at}.",
            "What are the consequences in terms of fines or penalties under {place}?",
            "Which rule on penalties is to be found {at}?",
        ),
        heldout=(
            "How are infringements punished according to {place}?",
            "What is laid down {at} about sanctions?",
        ),
        answer="Under {citation}: {text}",
    ),
    "deadline_period": Form(
        training=(
            "Within which period must what {place} requires be done?",
            "What time limit does {place} set?",
            "Which time limit applies under {place}?",
            "State the time limit laid down {at}.",
            "How much time does {place} allow?",
            "What is the period that {place} prescribes?",
        ),
        heldout=(
            "How long may it take at most to do what {place} prescribes?",
            "Which period is fixed {at}?",
        ),
        answer="Under {citation}, the time limit is “{limit}”: {text}",
    ),
    "deadline_date": Form(
        training=(
            "By which date must what {place} requires be done?",
            "What date does {place} set?",
            "State the date laid down {at}.",
            "By when does {place} have to be complied with?",
        ),
        heldout=(
            "Until which day is there time to do what {place} prescribes?",
            "Which date is fixed {at}?",
        ),
        answer="Under {citation}, the time limit is “{limit}”: {text}",
    ),
    "amendment": Form(
        training=(
            "Which provision of which act {change}?",
            "Name the article and the act that {change}.",
            "Which act, by which of its articles, {change}?",
            "Which amending provision {change}?",
        ),
        heldout=(
            "Give the CELEX number and the article of whatever {change}.",
            "What {change}? Name act and article.",
        ),
        answer="{others}: amendment of {label} (CELEX: {celex}).",
        without_text=True,
    ),
    "amended_unit": Form(
        training=(
            "Which act {change}?",
            "By which act was {passive}?",
            "Name the act, and its article, that {change}.",
            "Which amending act {change}, and by which of its articles?",
            "By which article of which act was {passive}?",
            "Tell me which act {change}.",
        ),
        heldout=(
            "Under which amending provision was {passive}?",
            "It was an amending act that {change}. Which one?",
        ),
        answer="{citation}, {done} by {others}. It reads: {text}",
    ),
    "amended_by": Form(
        training=(
            "What did the act with the CELEX number {by} change in {label}, as the consolidated text shows?",
            "Which provisions in the consolidated text of {label} were changed by CELEX {by}?",
            "Name the provisions of {label} that are marked as changed by CELEX {by}.",
            "Which changes by CELEX {by} does the consolidated text of {label} show?",
        ),
        heldout=(
            "{label} was amended by CELEX {by}. Where does its consolidated text show that?",
            "Which places in the consolidated text of {label} does CELEX {by} account for?",
        ),
        answer="{places}: changed by {others}.",
        without_text=True,
    ),
    "cross_reference": Form(
        training=(
            "What does {place} provide, and what does the provision to which it refers say?",
            "{place} refers to another article. What do the two provisions say?",
            "Explain {place} together with the article that it refers to.",
            "Which other provision does {place} refer to, and what do both lay down?",
            "Quote {place} and the provision to which it refers.",
            "How is {place} to be read with the article that it mentions?",
        ),
        heldout=(
            "To understand {place}, one must read another article, too. What do they say?",
            "Set out what is laid down {at} and in the provision referred to there.",
        ),
        answer="Under {citation}: {text}",
        further="The provision to which it refers, {citation}, reads: {text}",
        short=False,
    ),
    "cross_lingual": Form(
        training=(
            "What does this provision, shown in {shown}, say in English?",
            "The text shown is in {shown}. What is the wording of {place} in English?",
            "Give the English version of the provision that is shown in {shown}.",
            "The provision shown is the {shown} version of {place}. How does it read in English?",
        ),
        heldout=(
            "How does {place}, given in {shown}, read in its English version?",
            "State in English what the {shown} text of {place} lays down.",
        ),
        answer="{citation}: {text}",
        shown=True,
    ),
}

# what has no answer, or whose answer quotes nothing, is asked in the words of what has one
FORMS |= {
    "amended_unit_unquoted": Form(
        training=FORMS["amended_unit"].training,
        heldout=FORMS["amended_unit"].heldout,
        answer="{citation}, {done} by {others}.",
        without_text=True,
    ),
    "unanswerable_article": Form(
        training=FORMS["obligation"].training,
        heldout=FORMS["obligation"].heldout,
        answer="{citation} has no {article}; its last article is {last}.",
        without_text=True,
    ),
    "unanswerable_term": Form(
        training=FORMS["definition"].training,
        heldout=FORMS["definition"].heldout,
        answer="{citation}, where the terms are defined, gives no definition of ‘{term}’.",
        without_text=True,
    ),
    "unanswerable_time": Form(
        training=FORMS["deadline_period"].training,
        heldout=FORMS["deadline_period"].heldout,
        answer="{citation} sets no time limit. It reads: {text}",
        shown=True,
    ),
    "unanswerable_fine": Form(
        training=FORMS["penalty"].training,
        heldout=FORMS["penalty"].heldout,
        answer="{citation} provides for no fine or other penalty. It reads: {text}",
        shown=True,
    ),
}

FRAMES = Frames(
    training=(
        "My question concerns {label}{about}. {question} Begin with the article and the CELEX number, and "
        "then quote the words of the provision.",
        "{question} The act in question is {label}{about}. Please cite the article together with the CELEX "
        "number and reproduce the relevant text.",
        "For a legal note on {label}{about}, I need an exact source. {question} State the article and the "
        "CELEX number first, and then the wording on which the answer rests.",
        "Answer on the basis of {label}{about}, and cite the article with its CELEX number before you quote "
        "the text. {question}",
    ),
    heldout=(
        "I am preparing an opinion on {label}{about}. {question} The answer should name the provision with "
        "its CELEX number and set out its text.",
        "{question} I mean {label}{about}; give the reference with the CELEX number, and then say what is "
        "written there.",
    ),
    passage=(
        "Read the following text and answer with the article and the CELEX number.\n\n{passage}\n\n{question}",
        "{question} Use this text alone, and cite it.\n\n{passage}",
        "The following text belongs to {label}{about}.\n\n{passage}\n\n{question} Cite the provision.",
        "Answer from the text below and say where it stands.\n\n{passage}\n\n{question}",
    ),
    passage_heldout=(
        "Source:\n{passage}\n\nTask: {question} Cite the source.",
        "{question} The answer, if there is one, is in this text:\n\n{passage}",
    ),
)
