// Reads each file that is named with mt940js and prints what it says of its accounts.
import { readFileSync } from "node:fs";
import mt940js from "mt940js";

// The reader takes dates apart in the local time zone.
const day = (d) =>
  [d.getFullYear(), String(d.getMonth() + 1).padStart(2, "0"), String(d.getDate()).padStart(2, "0")].join("-");

const out = {};
for (const file of process.argv.slice(2)) {
  try {
    const accounts = {};
    for (const s of new mt940js.Parser().parse(readFileSync(file, "latin1"))) {
      const a = (accounts[s.accountIdentification.trim()] ??= { rows: 0, cents: 0, days: [] });
      for (const t of s.transactions) {
        a.rows++;
        a.cents += Math.round(t.amount * 100);
        a.days.push(day(t.entryDate || t.date));
      }
    }
    for (const a of Object.values(accounts)) {
      a.sum = (a.cents / 100).toFixed(2);
      a.days = a.days.length ? a.days.sort() : null;
      delete a.cents;
    }
    out[file] = { accounts };
  } catch (e) {
    out[file] = { error: e.message };
  }
}
console.log(JSON.stringify(out));
