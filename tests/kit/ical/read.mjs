// Reads a calendar from standard input as a calendar program does, and tells on standard output what it shows:
// every entry, and the instants at which it takes place until a day (UNTIL, in UTC).
import ICAL from 'ical.js';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const calendar = new ICAL.Component(ICAL.parse(Buffer.concat(chunks).toString('utf8')));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);

const until = new Date(process.env.UNTIL);
const told = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());

const entries = calendar.getAllSubcomponents('vevent').map((part) => {
  const event = new ICAL.Event(part);
  const found = [];
  const steps = event.iterator();
  for (let next = steps.next(); next && next.toJSDate() < until; next = steps.next()) found.push(told(next));
  return {
    uid: event.uid,
    sequence: event.sequence ?? 0,
    summary: event.summary,
    description: event.description,
    location: event.location,
    status: part.getFirstPropertyValue('status'),
    zone: event.startDate.zone.tzid,
    wall: event.startDate.toString(),
    starts: told(event.startDate),
    ends: told(event.endDate),
    alarms: part.getAllSubcomponents('valarm').map((alarm) => alarm.getFirstPropertyValue('trigger').toString()),
    found,
  };
});
console.log(JSON.stringify({
  name: calendar.getFirstPropertyValue('x-wr-calname'),
  method: calendar.getFirstPropertyValue('method'),
  refresh: calendar.getFirstPropertyValue('refresh-interval').toString(),
  entries,
}));
