"""Whether everything is set up; what is broken is named, with how to mend it."""

from engine.forge.doctor.check import Check
from engine.forge.doctor.examine import examine
from engine.forge.doctor.patient import Patient

__all__ = ["Check", "Patient", "examine"]
