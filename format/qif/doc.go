// Package qif reads Quicken Interchange Format: what banks and programs wrote before OFX,
// and many still offer.
//
// A file is lines, of which the first letter says what they are. "!Type:Bank" and its like
// begin the rows of an account, "!Account" says which account that is, and "^" ends an
// entry. Categories, classes and memorised rows are left out; securities give their
// symbols to the movements that name them.
//
// QIF never says its currency, and whether 3/4 is in March or in April nobody can know
// from one date. The order of the parts is found over the whole file: by a part above 12, by
// dates with points, or by rows that are sorted under one order and not under the other.
// What is left is asked: format.AskCurrency always, format.AskDates and format.AskDecimal
// where the file does not show them.
package qif
