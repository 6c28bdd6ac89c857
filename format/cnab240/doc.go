// Package cnab240 reads account statements of Brazilian banks: the service "extrato de
// conta corrente para conciliação bancária" (04) of Febraban's CNAB of 240 columns.
//
// A file has a header (record type 0) and a trailer (9). Between them stands a lot for
// each account: a header (1) with the opening balance, details of segment E (3), and a
// trailer (5) with the closing balance, what is blocked of it, the limit, and totals.
//
// Read are the columns that Febraban gives, which the banks share; in what they leave
// blank or fill otherwise (where the check digit stands, how the real is called) all
// ways that are known are read. The same layout carries payments, boletos and more, and
// CNAB400 looks like it: such files are refused with the service they are of.
package cnab240
