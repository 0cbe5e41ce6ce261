"""Users, roles, sign-in, access rules and the audit trail."""
