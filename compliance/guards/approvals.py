"""What holds for verdicts on proposals and for what comes of them."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- "approved" stands only where every slot is filled by an approval and nobody returned it.
CREATE OR REPLACE FUNCTION heyan_outcome_is_earned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed int;
    given int;
    returned int;
BEGIN
    SELECT approvals_needed INTO needed FROM compliance_proposal WHERE id = NEW.proposal_id;
    SELECT count(*) FILTER (WHERE verdict = 'approve'), count(*) FILTER (WHERE verdict = 'return')
        INTO given, returned FROM compliance_approval WHERE proposal_id = NEW.proposal_id;
    IF NEW.result = 'approved' AND (given <> needed OR returned > 0) THEN
        RAISE EXCEPTION 'proposal % has % of % approvals', NEW.proposal_id, given, needed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposaloutcome_earned';
    END IF;
    IF NEW.result = 'returned' AND returned = 0 THEN
        RAISE EXCEPTION 'nobody returned proposal %', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposaloutcome_earned';
    END IF;
    RETURN NEW;
END $$;

-- No verdict on a proposal that has ended; the services order the two by the matter's row lock.
CREATE OR REPLACE FUNCTION heyan_proposal_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM compliance_proposaloutcome WHERE proposal_id = NEW.proposal_id;
    IF FOUND THEN
        RAISE EXCEPTION 'proposal % has ended', NEW.proposal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_proposal_open';
    END IF;
    PERFORM 1 FROM compliance_person
        WHERE number = NEW.approver_id AND (is_system OR is_client);
    IF FOUND THEN
        RAISE EXCEPTION 'no machine approves anything'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_by_people';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "compliance_proposaloutcome": [
        ("proposaloutcome_earned", "BEFORE INSERT", "heyan_outcome_is_earned()", False),
    ],
    "compliance_approval": [
        ("approval_proposal_open", "BEFORE INSERT", "heyan_proposal_is_open()", False),
    ],
}
