"""What firms set aside of their payroll for party work: payrolls, filed ratios, set-asides, statements, adjustments."""
