"""Whether everything is set up; what is broken is named, with how to mend it."""

from goodterms.doctor.check import DoctorCheck
from goodterms.doctor.context import DoctorContext
from goodterms.doctor.examine import examine

__all__ = ["DoctorCheck", "DoctorContext", "examine"]
