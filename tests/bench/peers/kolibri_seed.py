"""Fills a Kolibri device; run inside `kolibri manage shell`, by Kolibri's own Python.

LEARNERS: so many learners, in one classroom. SESSIONS: so many roll calls, each with one
attendance record for every learner, saved one by one as the product does. EXPECTED: fails where
the device does not hold so many attendance records.
"""

import os

from django.db import transaction
from kolibri.core.attendance.models import AttendanceRecord, AttendanceSession
from kolibri.core.auth.models import Classroom, Facility, FacilityUser

facility = Facility.objects.get()
with transaction.atomic():
    if learners := int(os.environ.get("LEARNERS", "0")):
        room = Classroom.objects.create(name="Room", parent=facility)
        for n in range(learners):
            user = FacilityUser(
                username=f"learner{n:04d}", full_name=f"Learner {n:04d}",
                facility=facility, password="NOT_SPECIFIED",
            )  # fmt: skip
            user.save()
            room.add_member(user)
    for _n in range(int(os.environ.get("SESSIONS", "0"))):
        room = Classroom.objects.get(name="Room")
        caller = FacilityUser.objects.get(username="admin")
        call = AttendanceSession.objects.create(collection=room, created_by=caller)
        for n, user in enumerate(FacilityUser.objects.filter(username__startswith="learner")):
            AttendanceRecord.objects.create(attendance_session=call, user=user, present=n % 7 > 0)

expected = int(os.environ.get("EXPECTED", "0"))
held = AttendanceRecord.objects.count()
assert not expected or held == expected, f"{held} of {expected} records came"
