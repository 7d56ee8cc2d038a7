"""The paper's system, written again from its description: one Flask process with Eventlet, Flask-Login
and Flask-SocketIO, tables in DynamoDB by boto3, found by GetItem and Scan.

The paper's own sources are not published, so this is what its text says and no more: the user is read
on each request, a user name is found by a Scan, the dashboard's counts are five Scans.
"""

import eventlet

eventlet.monkey_patch()

import datetime
import decimal
import os
import time
import uuid

import bcrypt
from boto3.dynamodb.conditions import Attr
from flask import Flask, abort, jsonify, redirect, render_template, request
from flask_login import LoginManager, UserMixin, login_required, login_user, logout_user
from flask_socketio import SocketIO

from tables import KEYS, database, grade_of

app = Flask(__name__)
app.secret_key = os.urandom(24)
live = SocketIO(app, async_mode="eventlet")
sessions = LoginManager(app)
sessions.login_view = "sign_in"
resource = database()
# Made once, which is kinder to this stack than boto3's usual Table(name) in each request.
table = {name: resource.Table(name) for name in KEYS}


class Account(UserMixin):
    def __init__(self, item):
        self.id, self.role = item["user_id"], item["role"]


@sessions.user_loader
def account(user_id):
    item = table["users"].get_item(Key={"user_id": user_id}).get("Item")
    return Account(item) if item else None


def find(name, key):
    item = table[name].get_item(Key={KEYS[name]: key}).get("Item")
    return item or abort(404)


def everything(name, **how):
    items = []
    while True:
        page = table[name].scan(**how)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        how["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def shown(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shown(one) for one in value]
    return value


@app.route("/login", methods=["GET", "POST"])
def sign_in():
    if request.method == "GET":
        return render_template("login.html")
    name, password = request.form["username"], request.form["password"]
    users = everything("users", FilterExpression=Attr("username").eq(name))
    if not users or not bcrypt.checkpw(password.encode(), users[0]["password_hash"].encode()):
        return render_template("login.html", problem="Wrong user name or password"), 401
    login_user(Account(users[0]))
    return redirect("/")


@app.route("/logout", methods=["POST"])
def sign_out():
    logout_user()
    return redirect("/login")


@app.route("/")
@login_required
def dashboard():
    return render_template("dashboard.html", counts=counts())


@app.route("/api/stats")
@login_required
def stats():
    return jsonify(counts())


def counts():
    all_of = {name: everything(name) for name in KEYS}
    grades, statuses = {}, {}
    for one in all_of["results"]:
        grades[one["grade"]] = grades.get(one["grade"], 0) + 1
    for one in all_of["attendance"]:
        statuses[one["status"]] = statuses.get(one["status"], 0) + 1
    return {**{name: len(items) for name, items in all_of.items()}, "grades": grades,
            "statuses": statuses}


@app.route("/api/students")
@login_required
def students():
    return jsonify(shown(everything("students")))


@app.route("/api/students/<key>")
@login_required
def student(key):
    return jsonify(shown(find("students", key)))


@app.route("/students/<key>")
@login_required
def student_page(key):
    return render_template("student.html", student=shown(find("students", key)))


def with_names(sent):
    who, what = find("students", sent["student_id"]), find("courses", sent["course_id"])
    return {"student_id": who["student_id"], "student_name": who["full_name"],
            "course_id": what["course_id"], "course_name": what["course_name"],
            "created_at": datetime.datetime.now(datetime.timezone.utc).isoformat()}


def tell(event, item, key):
    live.emit(event, {key: item[key], "student_id": item["student_id"], "emitted_ns": str(time.time_ns())})


@app.route("/api/attendance", methods=["POST"])
@login_required
def add_attendance():
    sent = request.get_json()
    if sent["status"] not in ("Present", "Absent", "Late"):
        abort(400)
    item = {**with_names(sent), "attendance_id": str(uuid.uuid4()), "date": sent["date"],
            "status": sent["status"]}
    table["attendance"].put_item(Item=item)
    tell("attendance_marked", item, "attendance_id")
    return jsonify(item), 201


@app.route("/api/results", methods=["POST"])
@login_required
def add_result():
    sent = request.get_json()
    marks, most = decimal.Decimal(str(sent["marks"])), decimal.Decimal(str(sent["max_marks"]))
    item = {**with_names(sent), "result_id": str(uuid.uuid4()), "marks": marks, "max_marks": most,
            "grade": grade_of(marks / most * 100), "exam_type": sent["exam_type"]}
    table["results"].put_item(Item=item)
    tell("result_added", item, "result_id")
    return jsonify(shown(item)), 201


@app.route("/healthz")
def health():
    return "ok"


if __name__ == "__main__":
    live.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_output=False)
