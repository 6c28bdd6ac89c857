// Package ofx reads Open Financial Exchange files as banks really write them: OFX 1.x
// (SGML with tags left open), OFX 2.x (XML), and OFC, which came before both.
//
// One scanner reads all generations, because banks put SGML under an XML header and
// the other way round. Every row is converted and handed on as its element closes, so
// that time is linear and memory is what the file takes once more. Texts are slices of
// the decoded file.
//
// What is read: statements of banks, cards, loans and investments, lists of securities
// and of accounts, tax forms, closing statements and images. Payments, transfers and mail
// that an institution confirms are left out with a warning: a statement lists the money.
//
// A transaction's Ref is its FITID as the file says it. Two rows of one FITID that differ
// stay two with the same Ref; whoever stores them decides about trust, over all files.
// Rows of one account that two statements of a file list alike, id included, come once. A
// correction (CORRECTFITID) replaces or deletes the row it names where the file has
// both; where it has not, a replacement has the earlier id as PendingRef, and a
// deletion comes in the state removed under the earlier id.
//
// What the institution says beyond Fairlead's nouns is in Extra under "ofx." and the
// element's name.
package ofx
