"""Pure rules of certificates: criteria, codes, the shape of badges."""
