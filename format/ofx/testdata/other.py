# Prints what ofxparse reads of a file: accounts, rows, their sum, the first and last day.
import sys
from decimal import Decimal
from ofxparse import OfxParser

with open(sys.argv[1], "rb") as f:
    ofx = OfxParser.parse(f)
accounts, rows, total, days = set(), 0, Decimal(0), []
for account in ofx.accounts:
    accounts.add(account.account_id)
    statement = getattr(account, "statement", None)
    for t in getattr(statement, "transactions", []):
        amount = getattr(t, "amount", None)
        if amount is None:
            amount = getattr(t, "total", None) or Decimal(0)
        rows += 1
        total += Decimal(str(amount))
        days.append((getattr(t, "date", None) or t.tradeDate).strftime("%Y-%m-%d"))
print("accounts=%d rows=%d sum=%.2f days=%s" % (len(accounts), rows, total, min(days) + ".." + max(days) if days else ""))
