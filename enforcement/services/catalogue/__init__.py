"""How the catalogue of violations is changed: a draft, a proposal, a version that is announced."""
