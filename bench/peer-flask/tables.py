"""The five tables on DynamoDB Local: `python tables.py` makes them and fills in the paper's set.

250 students in 20 programmes, 30 courses, 1,200 attendance records, 600 results, five users whose
password is peer-<user name>.
"""

import datetime
import decimal
import os
import random
import uuid

import bcrypt
import boto3

KEYS = {
    "users": "user_id", "students": "student_id", "courses": "course_id",
    "attendance": "attendance_id", "results": "result_id",
}
STATUSES = ["Present"] * 8 + ["Absent", "Late"]
GRADES = ((90, "A+"), (80, "A"), (70, "B+"), (60, "B"), (50, "C"), (40, "D"), (0, "F"))


def database():
    return boto3.resource(
        "dynamodb", endpoint_url=os.environ["DYNAMODB"], region_name="us-east-1",
        aws_access_key_id="local", aws_secret_access_key="local",
    )


def grade_of(percent):
    return next(letter for floor, letter in GRADES if percent >= floor)


def fixed_id(kind, number):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"bench/{kind}/{number}"))


def rows():
    chance = random.Random(11)
    people = [("admin", "admin"), ("teacher1", "faculty"), ("teacher2", "faculty"),
              ("learner1", "student"), ("learner2", "student")]
    users = []
    for number, (name, role) in enumerate(people):
        hashed = bcrypt.hashpw(f"peer-{name}".encode(), bcrypt.gensalt(12)).decode()
        users.append({"user_id": fixed_id("user", number), "username": name, "role": role,
                      "password_hash": hashed})
    courses = [
        {"course_id": fixed_id("course", n), "course_name": f"Course {n}", "credits": 2 + n % 3,
         "faculty": f"teacher{1 + n % 2}", "schedule": "Mon 09:00"}
        for n in range(30)
    ]
    students = [
        {"student_id": fixed_id("student", n), "student_code": f"S{n:05d}", "full_name": f"Student {n}",
         "program": f"Programme {n % 20}", "email": f"s{n}@college.example", "status": "Active",
         "phone": f"98{n:08d}", "year": 1 + n % 4, "created_at": "2026-01-12T09:00:00Z",
         "enrolled_courses": [courses[(n + step) % 30]["course_id"] for step in range(0, 25, 5)]}
        for n in range(250)
    ]
    first = datetime.date(2026, 1, 12)
    attendance, results = [], []
    for n in range(1200):
        student, course = students[n % 250], chance.choice(courses)
        attendance.append({
            "attendance_id": fixed_id("attendance", n), "student_id": student["student_id"],
            "student_name": student["full_name"], "course_id": course["course_id"],
            "course_name": course["course_name"], "status": chance.choice(STATUSES),
            "date": str(first + datetime.timedelta(days=n % 84)),
        })
    for n in range(600):
        student, course, marks = students[n % 250], chance.choice(courses), chance.randint(30, 100)
        results.append({
            "result_id": fixed_id("result", n), "student_id": student["student_id"],
            "student_name": student["full_name"], "course_id": course["course_id"],
            "course_name": course["course_name"], "marks": decimal.Decimal(marks),
            "max_marks": decimal.Decimal(100), "grade": grade_of(marks),
            "exam_type": "midterm" if n < 300 else "final",
        })
    return {"users": users, "students": students, "courses": courses, "attendance": attendance,
            "results": results}


def fill():
    resource = database()
    there = {table.name for table in resource.tables.all()}
    for name, items in rows().items():
        if name in there:
            resource.Table(name).delete()
        resource.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": KEYS[name], "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": KEYS[name], "AttributeType": "S"}],
        )
        with resource.Table(name).batch_writer() as batch:
            for item in items:
                batch.put_item(Item=item)


if __name__ == "__main__":
    fill()
