"""What follows from the facts: progress per enrolment, its history, and participation by institution and cohort."""
