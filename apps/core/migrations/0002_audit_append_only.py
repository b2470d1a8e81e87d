"""The trace can only grow: the database itself refuses to change or remove an entry."""

from django.db import migrations

CLOSE = """
CREATE FUNCTION core_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('larder.audit_gate', true) IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'The audit trail can only be added to (% refused).', TG_OP
            USING ERRCODE = 'insufficient_privilege', HINT = 'Pruning and erasure go through core.audit.opened_gate.';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER core_auditentry_keep BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_auditentry_refuse();
CREATE TRIGGER core_auditentry_keep_all BEFORE TRUNCATE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_auditentry_refuse();
"""

OPEN = """
DROP TRIGGER core_auditentry_keep_all ON core_auditentry;
DROP TRIGGER core_auditentry_keep ON core_auditentry;
DROP FUNCTION core_auditentry_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(CLOSE, OPEN)]
