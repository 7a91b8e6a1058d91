"""What people may ask about their own data, over all features: seeing it now; correcting and erasing later."""
