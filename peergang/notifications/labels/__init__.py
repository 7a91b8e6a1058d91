"""Words of this feature, a file a part."""
