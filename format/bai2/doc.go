// Package bai2 reads balance reports of banks in the United States and elsewhere: BAI2,
// the Cash Management Balance Reporting Specifications, Version 2, and what X9.121 (BTR3)
// shares with it.
//
// A file (records 01 and 99) holds groups of one bank and day (02, 98), these hold
// accounts (03 with balances and sums, 49), and these hold rows (16). A record goes on in
// records 88. Fields stand between commas, a record ends with a slash or with its line, and
// a row's text goes to the end, commas included.
//
// A type of three digits says what an amount is: to 099 a balance, 100 to 399 money in,
// 400 to 699 money out. Amounts have the decimals of their currency, without a point. A
// row is of the day of its group.
package bai2
