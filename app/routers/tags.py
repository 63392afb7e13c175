"""What each group of operations is for, in the order a newcomer meets them in the docs."""

TAGS: tuple[dict[str, str], ...] = (
    {"name": "coverage", "description": "How well a region is covered, what is missing, and what would change it."},
    {
        "name": "planning",
        "description": "The plan to leave no blank: proposed groups with reasons, tasks, what was done.",
    },
    {"name": "organizations", "description": "The register: two-new organisations and what is known of each."},
    {"name": "exchange", "description": "Partners push records here; every line is accounted for."},
    {"name": "branches", "description": "Party organisations, founded by cited rules, and whom they cover."},
    {"name": "teams", "description": "Secretaries and committees: their terms, and who holds which post."},
    {"name": "activities", "description": "What branches hold, in numbers, and how they keep it up."},
    {"name": "stages", "description": "What a branch's next stage lacks, the steps taken, and hollow branches."},
    {"name": "documents", "description": "Approvals, appointments, reminders: numbered, frozen, with their scans."},
    {"name": "authorities", "description": "Superior party bodies; their codes are subtrees. Work committees' seats."},
    {"name": "affiliations", "description": "Under whom branches stand by dates: transfers, hand-overs, suggestions."},
    {"name": "hosts", "description": "Communities, parks, buildings, markets and others that branches lean on."},
    {"name": "network", "description": "Authorities, branches, organisations as one graph, and what is wrong in it."},
    {"name": "contacts", "description": "Contact persons of organisations: sealed, masked, revealed with a purpose."},
    {"name": "members", "description": "Members by branch and employer: sealed, transferred by both sides, counted."},
    {"name": "data subjects", "description": "What is held about one person: told, corrected, erased."},
    {"name": "regions", "description": "All five levels of the country; addresses are placed in them."},
    {"name": "policies", "description": "Dated, versioned numbers, each with the document it cites."},
    {"name": "access", "description": "Clients, tokens, grants and their yearly review; who am I."},
    {
        "name": "audit",
        "description": "Who did what, when, from where and why; proved by a signed chain.",
    },
    {"name": "labels", "description": "The text of every coded value in three languages."},
    {"name": "health", "description": "Is the process alive, can it serve."},
)
