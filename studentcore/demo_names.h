// The people, programmes and courses of the demo data. Names in several scripts, as in a real
// college.
#pragma once

#include <array>
#include <string_view>

namespace studentcore {

inline constexpr std::array<std::string_view, 50> demo_given_names{
    "Asha",   "Ravi",   "Lakshmi", "Arjun",  "Meera",   "Sanjay",   "Priya", "Vikram", "Anita",
    "Kiran",  "Émilie", "Jürgen",  "Søren",  "Zoë",     "José",     "Łucja", "Ming",   "Yuki",
    "Haruto", "Aisha",  "Omar",    "Fatima", "Yusuf",   "Leila",    "Tariq", "Olga",   "Dmitri",
    "Nadia",  "Ivan",   "Chidi",   "Amara",  "Kofi",    "Thandiwe", "Sipho", "Grace",  "Daniel",
    "Hannah", "Noah",   "Ruth",    "Samuel", "Nguyễn",  "Linh",     "Siti",  "Budi",   "Maria",
    "João",   "Inês",   "Åsa",     "Björn",  "Katarína"
};

inline constexpr std::array<std::string_view, 50> demo_family_names{
    "Rao",     "Sharma",  "Patel",  "Iyer",   "Nair",      "Reddy",   "Gupta",   "Menon",
    "Das",     "Kapoor",  "Dubois", "Müller", "Sørensen",  "García",  "Novák",   "Kowalska",
    "Wang",    "Tanaka",  "Suzuki", "Haddad", "Rahman",    "Khan",    "Aziz",    "Farouk",
    "Petrova", "Ivanov",  "Okafor", "Mensah", "Dlamini",   "Nkosi",   "Adeyemi", "O'Brien",
    "Smith",   "Johnson", "Brown",  "Taylor", "Cohen",     "Levi",    "Trần",    "Phạm",
    "Wijaya",  "Santoso", "Silva",  "Santos", "Lindström", "Nyström", "Horváth", "Szabó",
    "Ćosić",   "Şahin"
};

inline constexpr std::array<std::string_view, 20> demo_programs{
    "Accounting",
    "Applied Physics",
    "Architecture",
    "Biotechnology",
    "Business",
    "Chemistry",
    "Civil Engineering",
    "Commerce",
    "Computer Science",
    "Data Science",
    "Economics",
    "Electronics",
    "English",
    "History",
    "Law",
    "Mathematics",
    "Mechanical Engineering",
    "Nursing",
    "Psychology",
    "Statistics"
};

inline constexpr std::array<std::string_view, 30> demo_courses{
    "Databases",
    "Algorithms",
    "Operating Systems",
    "Linear Algebra",
    "Statistics I",
    "Microeconomics",
    "Organic Chemistry",
    "Thermodynamics",
    "Structural Analysis",
    "Modern History",
    "Contract Law",
    "Genetics",
    "Financial Accounting",
    "Marketing",
    "Circuit Theory",
    "Machine Learning",
    "Cognitive Psychology",
    "Patient Care",
    "Academic Writing",
    "Calculus",
    "Computer Networks",
    "Software Engineering",
    "Quantum Mechanics",
    "Macroeconomics",
    "Urban Design",
    "Auditing",
    "Probability",
    "Literature",
    "Fluid Mechanics",
    "Ethics"
};

inline constexpr std::array<std::string_view, 10> demo_lecturers{
    "Dr. Sunita Krishnan",  "Prof. Karl Weiss", "Dr. Amina Yusuf", "Dr. Paulo Mendes",
    "Prof. Irina Sokolova", "Dr. James Carter", "Dr. Chen Wei",    "Prof. Ngozi Eze",
    "Dr. Élise Laurent",    "Dr. Hiroshi Mori"
};

inline constexpr std::array<std::string_view, 6> demo_schedules{
    "Mon 09:00-10:30, Wed 09:00-10:30", "Tue 11:00-12:30, Thu 11:00-12:30",
    "Mon 14:00-15:30, Fri 10:00-11:30", "Wed 13:00-16:00",
    "Tue 09:00-10:30, Fri 09:00-10:30", "Thu 14:00-17:00"
};

}  // namespace studentcore
