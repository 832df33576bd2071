"""What holds for reveals that rest on an approval."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- Whoever asked is shown it, and soon: thirty minutes after the second person approved it, our choice.
CREATE OR REPLACE FUNCTION heyan_reveal_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM compliance_proposal p JOIN compliance_proposaloutcome o ON o.proposal_id = p.id
        WHERE p.id = NEW.proposal_id AND p.kind = 'minor_reveal' AND p.proposer_id = NEW.person_id
          AND o.at > now() - interval '30 minutes';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'approval % is another person''s, or has lapsed', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reveal_within_its_approval';
    END IF;
    RETURN NEW;
END $$;

-- The same of pictures of documents.
CREATE OR REPLACE FUNCTION heyan_look_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM compliance_proposal p JOIN compliance_proposaloutcome o ON o.proposal_id = p.id
        WHERE p.id = NEW.proposal_id AND p.kind = 'minor_reveal' AND p.proposer_id = NEW.person_id
          AND o.at > now() - interval '30 minutes';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'approval % is another person''s, or has lapsed', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidenceview_within_its_approval';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "compliance_reveal": [
        ("reveal_within_its_approval", "BEFORE INSERT", "heyan_reveal_in_time()", False),
    ],
    "compliance_evidenceview": [
        ("evidenceview_within_its_approval", "BEFORE INSERT", "heyan_look_in_time()", False),
    ],
}
