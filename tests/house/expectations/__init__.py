"""What every route answers to everybody: one file a feature. See tests/house/test_routes.py for the format."""
