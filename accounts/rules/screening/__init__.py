"""Names that come close to a listed or a live one: by shape, by sound, by one edit, as a part."""
