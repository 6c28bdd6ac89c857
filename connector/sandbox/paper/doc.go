// Package paper writes the papers a bank gives its customers: statements of
// deposit accounts, cards and investments, the recipient's copies of American tax
// forms (1099-INT, DIV, B, R, MISC, NEC, G, K and a consolidated one, 1098, 5498,
// W-2), the Brazilian informe de rendimentos and the Spanish informe fiscal. The
// boxes of the American ones are those that the IRS prints for the tax year.
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
