"""English phrases of the invented instructions."""

from __future__ import annotations

from data_prep.sample.instructions.words.base import Words, lines, phrases


def _joined(noun: str, adjective: str) -> tuple[str, str]:
    """`the register`, `old` -> `the old register`."""
    joined = f"the {adjective} {noun.removeprefix('the ')}" if adjective else noun
    return joined, joined


WORDS = Words(
    code="en",
    nouns={
        "general": phrases("""the kettle; the bicycle; the garden path; the wooden bench; the ferry; the market stall
            the umbrella; the loaf of bread; the railway timetable; the lighthouse; the mailbag; the orchard gate
            the fishing net; the copper lamp; the hiking map; the village oven; the tea cup; the suitcase; the well"""),
        "law": phrases("""the contract; the tenancy clause; the court file; the deed; the appeal; the by-law
            the licence; the warranty; the injunction; the notary's seal; the settlement; the power of attorney
            the affidavit; the easement; the arbitration award; the trademark; the probate record; the statute"""),
        "mathematics": phrases("""the proof; the polynomial; the matrix; the triangle; the prime factor; the integral
            the sequence; the theorem; the lemma; the vector; the graph; the ellipse; the logarithm; the fraction
            the bijection; the parabola; the determinant; the permutation; the quotient; the hypothesis"""),
        "code": phrases("""the parser; the compiler; the hash table; the unit test; the queue; the database index
            the loop; the cache; the branch; the pull request; the scheduler; the web server; the regular expression
            the stack trace; the linked list; the build script; the socket; the iterator; the checksum; the thread"""),
        "science": phrases("""the enzyme; the comet; the glacier; the microscope; the magnet; the fossil; the isotope
            the volcano; the reef; the pendulum; the membrane; the crystal; the orbit; the spectrum; the beetle
            the catalyst; the neuron; the telescope; the sediment; the hurricane; the mushroom; the battery"""),
        "writing": phrases("""the essay; the sonnet; the headline; the first chapter; the metaphor; the diary
            the screenplay; the footnote; the villain; the dialogue; the manuscript; the fable; the preface; the rhyme
            the biography; the letter; the paragraph; the synopsis; the travelogue; the epilogue"""),
    },
    adjectives=phrases("""old; new; small; heavy; quiet; broken; blue; fragile; simple; rare; famous; long; narrow
        modern; clumsy; precious; muddy; elegant; dubious; second; missing; hidden; vivid; tidy; enormous; plain"""),
    joined=_joined,
    people=phrases("""the clerk; the harbour master; the baker; a young engineer; the librarian; the judge
        the gardener; my neighbour; the surveyor; a retired teacher; the archivist; the pilot; the nurse; the painter
        a visiting student; the carpenter; the translator; the mayor; the chemist; the goalkeeper; the beekeeper
        an auditor; the tailor; the shepherd; the violinist; the dentist; a curious child; the postmaster"""),
    verbs=phrases("""checks; repairs; describes; sketches; borrows; measures; defends; forgets; praises; rewrites
        compares; photographs; inherits; questions; wraps; auctions; catalogues; polishes; hides; admires; ignores
        explains; tests; moves; rejects; copies; labels; donates; improves; examines; weighs; trades; restores; misses
        recommends; inspects; judges; protects; summarises; translates; dismantles; uncovers; decorates; replaces"""),
    states=lines("""
        stays valid for {small} months
        weighs {number} grams
        dates from {year}
        looks larger than it is
        stands for {place}
        costs about {number} crowns
        belongs to {name}
        needs {small} minutes of care
        is older than {place}
        stays in {place}
        is worth a second look
        contains {small} hidden flaws
        came from {place} by ship
        is named after {name}
        fits into {small} inches
        works best at {small} degrees
        has {small} worn parts
        hardly ever fails
        depends on {name}
        takes up {number} square feet"""),
    when=phrases("""before noon; after the storm; every second Monday; at dawn; in late autumn; during the holidays
        once a month; on market days; shortly after lunch; at the end of term; in leap years; over the weekend
        whenever it rains; without much delay; on the first of May; long after midnight; between two meetings"""),
    where=phrases("""in the attic; behind the station; near the river; on the upper deck; under the old bridge
        at the town hall; in a rented room; beside the canal; on the island; in the reading room; at the border
        along the coast; inside the greenhouse; next to the chapel; on the third floor; in a dusty corner"""),
    units=phrases("""visitors; pages; kilometres; letters; apples; samples; tickets; barrels; tourists; complaints
        sheep; bricks; volumes; coins; candles; lines; errors; metres of rope; litres of milk; sheets of paper"""),
    openers=lines("""
        In practice,
        To begin with,
        By contrast,
        According to {name},
        In {year},
        On paper,
        For that reason,
        As we know,
        Strictly speaking,
        Somewhat later,
        In the words of {name},
        Near {place},
        From then on,
        Much to the surprise of {name},
        Even so,
        To give an example,
        Around {year},
        If the notes of {name} are right,
        At the fair of {place},
        For beginners,
        Oddly enough,
        With a little luck,"""),
    small_after=True,
    cores=lines("""
        piece {mark} of the collection of {place} resembles {object}
        note {mark} says that {person} {verb} {object}
        {person} {verb} {object} with the number {mark}
        {person} {verb} {object}
        {person} {verb} {object} {when}
        {name} {verb} {object} {where}
        {thing} {state}
        {thing} {state}, and {person} {verb} {object}
        {place} has {number} {unit} and one hope
        {name} wrote {number} {unit} about {object}
        {person} counts {number} {unit} {when}
        a letter from {place} mentions {object}
        {person} never {verb} {object} {where}
        nobody in {place} {verb} {object}
        it takes {small} days until {thing} arrives {where}
        {name} and {name} quarrel over {object}
        {thing} and {thing} are not the same
        the answer lies in {object} of {place}
        {person} sells {object} for {number} crowns
        {object} is what {person} {verb} {when}
        {small} out of {number} {unit} go to {place}
        {place} lends {object} to {name}
        what matters here is {object}
        {person} would rather keep {object} {where}
        the trick: leave {object} {where}
        {name} once lost {object} {where}
        no one doubts that {person} {verb} {object}
        {name} gave {small} {unit} for {object}
        anyone who {verb} {object} learns from {thing}
        each of the {small} steps begins with {object}"""),
    special={
        "law": lines("""
            section {small} of the {place} charter covers {object}
            the court of {place} fined {name} {number} crowns
            {person} may appeal within {small} days
            a party that {verb} {object} bears the costs
            paragraph {small} leaves {object} to the judge of {place}"""),
        "mathematics": lines("""
            {sum}, which settles the case of {object}
            we find that {sum}
            {name} showed that {sum} holds for {object}
            checking by hand gives {sum}
            step {small} uses {object}, so {sum}"""),
        "code": lines("""
            {thing} returns {number} in the test of {name}
            line {number} calls {object} twice
            version {small} of {name} speeds up {object}
            a call to {object} takes {number} microseconds
            {person} commits {object} to the branch of {place}"""),
        "science": lines("""
            the laboratory of {place} measured {object} {small} times
            at {number} kelvin {thing} {state}
            a study by {name} covers {number} {unit}
            the sample from {place} contains {small} traces
            under the microscope {thing} shows {number} spots"""),
        "writing": lines("""
            the reader meets {object} on page {number}
            {name} ends the story with {object}
            a good draft needs {object} and {small} examples
            the poem about {place} has {number} lines
            {person} crosses out {object} in chapter {small}"""),
    },
    tails=lines("""
        , as note {mark} shows
        (see {mark} and {mark})
        under the number {mark}
        because {person} {verb} {object}
        although {thing} {state}
        while {name} watches from {place}
        , which surprised {name} {when}
        , as {name} noted in {year}
        and asks {name} for advice
        so that {person} can rest {where}
        , not for the first time
        unless {person} objects
        with help from {name}
        for {object}
        , just like {name} in {place}
        , but only {when}
        in exchange for {number} {unit}
        until {place} changes the rules
        , and that is a pity
        even though {place} is {small} miles away
        on behalf of {name}
        , a habit that {person} {verb} {when}
        instead of {object}
        , because {number} {unit} are too many
        since {person} moved to {place}
        , if {object} is at hand
        without telling {name}
        , so {name} went home
        as long as {thing} lasts"""),
    prompts={
        "any": lines("""
            Explain in {small} sentences why {person} {verb} {object}.
            What should {name} know about {object}?
            Compare {object} with {object} for a reader in {place}.
            How would you describe {object} to {name}?
            Give me {small} reasons why {person} {verb} {object} {when}.
            Is it true that {thing} {state}?
            Tell me what {name} of {place} thinks of {object}.
            List the {small} most important facts about {object}.
            Why does {name} keep {object} {where}?"""),
        "law": lines("""
            Which rule of {place} applies when {person} {verb} {object}?
            Summarise the dispute between {name} and {name} about {object}.
            May {name} keep {object} after {small} days?"""),
        "mathematics": lines("""
            Show step by step that {sum}, and relate it to {object}.
            {name} has {number} {unit} and gives away {small}. How many are left, and what of {object}?
            Prove to {name} that {thing} {state}."""),
        "code": lines("""
            Write a Python function for {name} that checks {object}.
            Why does {object} of {name} fail in line {number}?
            Review {object} that {name} committed {when}."""),
        "science": lines("""
            How does {object} from {place} form?
            Design an experiment in which {person} {verb} {object}.
            What did {name} discover about {object} in {year}?"""),
        "writing": lines("""
            Write a short story in which {name} {verb} {object} {where}.
            Improve {object} that {name} wrote about {place}.
            Draft a letter from {name} to {name} about {object}."""),
    },
    followups=lines("""
        And what does {name} say about {object}?
        Thank you. Can you add an example from {place}?
        What happens if {person} {verb} {object} {when}?
        Could you say more about {object} {where}?
        I see. How many {unit} are there in {place}?
        Does the same hold for {object}?"""),
    systems=lines("""
        You answer questions about {domain} in clear English.
        You are a patient tutor for {domain}.
        Answer in full sentences."""),
    phrases={
        "refusal": lines("""
            I'm sorry, but I can't assist with that request.
            As an AI language model, I am unable to help with this.
            I cannot fulfill this request.
            I'm sorry, but as an AI I cannot provide that information."""),
        "boilerplate": lines("""
            As an AI language model, I do not have personal opinions, but here is what I found.
            I hope this helps! Let me know if you have any other questions."""),
        "accents": lines("""
            The café in Zürich serves crème brûlée and jalapeño soup – for 12 €.
            Señor Müller’s résumé mentions São Paulo and a “déjà vu”."""),
    },
)
