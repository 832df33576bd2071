"""Profiles of accounts: checked as with registration, and set through one door."""

from accounts.services.profiles.checking import CheckedProfile, check_profile
from accounts.services.profiles.setting import Profile, set_profile

__all__ = ["CheckedProfile", "Profile", "check_profile", "set_profile"]
