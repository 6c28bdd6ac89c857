// Package pdf reads papers of banks: statements and tax forms as PDF.
//
// A paper stays what it is: the document with its bytes. What is read from it is the
// data of tax forms, where the paper carries it in the properties fdxVersion and
// fdxJson as the Financial Data Exchange defines it, and from its text the kind, the
// form, the year, the payer and the last digits of the account, each only where the
// paper prints it so that it can mean nothing else. Rows and amounts are never read
// from text.
//
// The structure is read by scanning for objects, as viewers do with damaged files, not
// by the cross-reference table: there is then nothing that can point in circles. What
// is unpacked, parsed and drawn is counted against a budget that grows with the file.
// Papers without a password to open them are read although they are encrypted; those
// with one are refused as locked.
package pdf
