"""What holds for every test."""

from hypothesis import HealthCheck, settings

# Both measure by the clock on the wall, which on a busy machine says nothing of the code.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")
