"""What the database holds for corrections, transfers and data of minors against every door."""

from compliance.guards.triggers import Triggers

FUNCTIONS = """
-- When the notice that set the time of a correction was delivered, if it was before that was over.
CREATE OR REPLACE FUNCTION heyan_correction_told(correction bigint)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    told timestamptz;
BEGIN
    SELECT min(d.delivered_at) INTO told
        FROM accounts_correction c
        JOIN compliance_clock k ON k.id = c.clock_id
        JOIN compliance_notice n ON n.about_type = 'accounts.correction'
            AND n.about_id = c.id::text AND n.occasion = c.clock_id::text
            AND n.purpose = 'accounts.correction_ordered'
        JOIN compliance_delivery d ON d.notice_id = n.id
        WHERE c.id = correction AND d.delivered_at < k.due_at;
    RETURN told;
END $$;

-- When the notice that set the time of a transfer without approval was delivered, if before its end.
CREATE OR REPLACE FUNCTION heyan_regularisation_told(regularisation bigint)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    told timestamptz;
BEGIN
    SELECT min(d.delivered_at) INTO told
        FROM accounts_regularisation r
        JOIN compliance_clock k ON k.id = r.clock_id
        JOIN compliance_notice n ON n.about_type = 'accounts.regularisation'
            AND n.about_id = r.id::text AND n.occasion = r.clock_id::text
            AND n.purpose = 'accounts.transfer_unapproved'
        JOIN compliance_delivery d ON d.notice_id = n.id
        WHERE r.id = regularisation AND d.delivered_at < k.due_at;
    RETURN told;
END $$;

-- A correction is missed only after its time, and only by somebody who was told of it.
CREATE OR REPLACE FUNCTION heyan_correction_missed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    due timestamptz;
BEGIN
    IF NEW.status = 'overdue' AND OLD.status IS DISTINCT FROM 'overdue'
            AND OLD.status <> 'terminated' THEN
        SELECT due_at INTO due FROM compliance_clock WHERE id = NEW.clock_id;
        IF NEW.lapsed_at IS NULL OR NEW.lapsed_at < due
                OR NEW.notice_delivered_at IS DISTINCT FROM heyan_correction_told(NEW.id) THEN
            RAISE EXCEPTION 'correction % is not overdue, or nobody was told', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_overdue_is_earned';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Nothing under the key of a minor is shown without the approval of a second person.
CREATE OR REPLACE FUNCTION heyan_reveal_of_minor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NULL THEN
        PERFORM 1 FROM compliance_identityvalue v
            JOIN accounts_subject s ON s.key_id = v.key_id AND s.is_minor
            WHERE v.id = NEW.value_id;
        IF FOUND THEN
            RAISE EXCEPTION 'value % is of a minor and nobody approved its reveal', NEW.value_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'reveal_of_minor_is_approved';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Whether a file came with what a minor handed in, or with the consent of their guardian.
CREATE OR REPLACE FUNCTION heyan_pictures_minor(picture bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM accounts_applicationmaterial m
        JOIN accounts_application a ON a.id = m.application_id
        JOIN accounts_subject s ON s.id = a.subject_id AND s.is_minor WHERE m.file_id = picture
    ) OR EXISTS (
        SELECT FROM accounts_guardiandocument d
        JOIN accounts_guardianconsent c ON c.id = d.consent_id
        JOIN accounts_application a ON a.id = c.application_id
        JOIN accounts_subject s ON s.id = a.subject_id AND s.is_minor WHERE d.file_id = picture
    ) OR EXISTS (
        SELECT FROM accounts_correctiondocument d
        JOIN accounts_correctionanswer w ON w.id = d.answer_id
        JOIN accounts_correction c ON c.id = w.correction_id
        JOIN accounts_publicaccount p ON p.id = c.account_id
        JOIN accounts_subject s ON s.id = p.subject_id AND s.is_minor WHERE d.file_id = picture
    ) OR EXISTS (
        SELECT FROM accounts_qualificationdocument d
        JOIN accounts_qualification q ON q.id = d.qualification_id
        JOIN accounts_publicaccount p ON p.id = q.account_id
        JOIN accounts_subject s ON s.id = p.subject_id AND s.is_minor WHERE d.file_id = picture
    )
$$;

-- No picture of a document of a minor is shown without the approval of a second person.
CREATE OR REPLACE FUNCTION heyan_look_at_minor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NULL AND NEW.sensitivity = 'identity_document'
            AND heyan_pictures_minor(NEW.file_id) THEN
        RAISE EXCEPTION 'file % is of a minor and nobody approved the look', NEW.file_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidenceview_of_minor_is_approved';
    END IF;
    RETURN NEW;
END $$;

-- Nor is it called something else, so that it could be shown without.
CREATE OR REPLACE FUNCTION heyan_picture_stays_hidden() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sensitivity = 'identity_document' AND NEW.sensitivity <> OLD.sensitivity
            AND heyan_pictures_minor(NEW.id) THEN
        RAISE EXCEPTION 'file % shows a document of a minor', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidencefile_of_minor_stays_hidden';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS: Triggers = {
    "compliance_reveal": [
        ("reveal_of_minor_is_approved", "BEFORE INSERT", "heyan_reveal_of_minor()", False),
    ],
    "compliance_evidenceview": [
        ("evidenceview_of_minor_is_approved", "BEFORE INSERT", "heyan_look_at_minor()", False),
    ],
    "compliance_evidencefile": [
        (
            "evidencefile_of_minor_stays_hidden",
            "BEFORE UPDATE",
            "heyan_picture_stays_hidden()",
            False,
        ),
    ],
    "accounts_correction": [
        ("correction_overdue_is_earned", "BEFORE UPDATE", "heyan_correction_missed()", False),
    ],
}
