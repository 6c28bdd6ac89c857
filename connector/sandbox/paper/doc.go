// Package paper writes the papers a bank gives its customers: statements of
// deposit accounts, cards and investments, the recipient's copies of 1099 forms
// (INT, DIV, B, R, MISC, NEC and a consolidated one), the Brazilian informe de
// rendimentos and the Spanish informe fiscal.
//
// A paper is a struct of exact values; Render lays it out in the words and the
// numbers of its country and gives the bytes of a PDF with selectable text. The
// same values give the same bytes: every date is the caller's. American tax
// forms carry their values once more as FDX JSON in the properties fdxVersion,
// fdxSoftwareId and fdxJson of the PDF's Info dictionary.
//
// Every page is marked SAMPLE, and nothing here can leave the mark out: these
// are papers of make-believe banks. Where the values come from, and that they
// are true to a ledger, is the caller's business; sums that a paper itself
// shows are checked, and a paper that does not add up is refused.
package paper
