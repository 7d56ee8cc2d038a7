// A file for static_files_test.cc: long enough, and alike enough, to shrink by compression.
export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
export const months = ["January", "February", "March", "April", "May", "June", "July", "August"];
export function weekday_name(number) { return weekdays[number % weekdays.length]; }
export function month_name(number) { return months[number % months.length]; }
export function weekday_and_month(number) { return weekday_name(number) + month_name(number); }
export function month_and_weekday(number) { return month_name(number) + weekday_name(number); }
export function weekday_names() { return weekdays.map((name) => name.toLowerCase()); }
export function month_names() { return months.map((name) => name.toLowerCase()); }
export function weekday_number(name) { return weekdays.indexOf(name); }
export function month_number(name) { return months.indexOf(name); }
export function has_weekday(name) { return weekdays.includes(name); }
export function has_month(name) { return months.includes(name); }
