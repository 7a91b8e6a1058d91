"""Who follows what, when and with whom: cohorts, meetings, enrolments, peer groups, attendance and completion facts."""
