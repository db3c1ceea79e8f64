"""What all tests share."""

from hypothesis import settings

# An example that takes long on a busy machine is no failure.
settings.register_profile("wideband", deadline=None)
settings.load_profile("wideband")
