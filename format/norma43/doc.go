// Package norma43 reads account statements of Spanish banks: Cuaderno 43 of the AEB
// ("Norma 43", "CSB 43"), files of lines of 80 columns.
//
// A statement is a record 11 (account, period, opening balance), a record 22 for each
// row with up to five records 23 of text and perhaps a record 24 (the amount in
// another currency), and a record 33 (totals, closing balance). A file holds any
// number of them, and ends with a record 88 that counts the records.
//
// Amounts have two decimals without a point, whatever the currency, and a key beside:
// 1 is debit, 2 is credit. Columns are characters, not bytes: banks write Latin-1 or
// code page 850, and what was saved anew is UTF-8.
package norma43
