// Package mt940 reads the statements of SWIFT: MT940 (customer statement), MT950
// (statement without texts), MT942 (interim report) and MT941 (balance report), with or
// without the blocks {1:}{2:}{4:} around them, as banks of many countries write them.
//
// A row is a :61: with the :86: (or :NS:) behind it. C and RD are money in, D and RC are
// money out: the reversal of a credit is booked as a row of its own, and the reversed row
// stays. EC and ED of an MT942 are expected and hence pending. The booking day is the
// entry date, its year that which brings it closest to the value date; without an entry
// date it is the value date. 30 February, which banks that count thirty days a month
// write, is the last day of that February.
//
// The reference of the bank behind // is a row's Ref where it is the only one of its
// account in the file and is no counter. The customer's reference never is.
//
// Texts: German fields (?20 or the same with <, ^ or ~, as in Poland), SEPA keywords in
// them (SVWZ+, EREF+ …), Dutch keywords (/TRTP/…/REMI/…), and everything else as it
// stands. Where a text is taken apart, Original is the whole of it.
//
// Several messages of an account are one. Current is the newest final closing balance
// (:62F:); an intermediate one (:62M:) is none. Opening balance and rows of each message
// must give its closing balance, and if not there is a warning; nothing is changed.
//
// What can't be certain: a message names no period, so none is claimed; where no
// character set can be seen it is found by its letters.
package mt940
