// Package camt reads the cash management messages of ISO 20022: camt.052 (report of a
// running day), camt.053 (statement) and camt.054 (notification of single entries), in
// all versions from 001.01 to 001.13. It goes by the structure and by local names, never
// by the name space: a status may be <Sts>BOOK</Sts> or <Sts><Cd>BOOK</Cd></Sts>, a party
// may stand in <Pty> or not.
//
// Booked entries are posted rows, PDNG and FUTR are pending, INFO is left out with a
// warning. CdtDbtInd says the direction of the money, also where RvslInd is true: the
// reversal of a debit is written as a credit. It then only says which of the parties is
// the other one. An entry without a booking day has its value day.
//
// # One entry, one row
//
// The same entry may come in a 052, a 053 and a 054, in one of them as a sum and in
// another with its single transactions, and no message says which others there are. So
// that money is there once, an entry with a reference of the bank (AcctSvcrRef) is one
// row in all three, and that reference is the row's Ref. What a batch is made of is then
// in Extra as "camt.TxDtls". An entry without a reference is divided into one row a
// transaction where their amounts add up to it; each such row names the entry in
// "camt.NtryRef" if it has an NtryRef. Whoever gets only one kind of message may answer
// the question AskBatches with BatchesDivided: then every batch that adds up is divided.
//
// What can't be certain: a bank that gives an entry a reference in one message and none
// in the other; entries without any that are divided in one message and not in the
// other; a reference that several entries of a file share, which is none (the row then
// has it in Extra as "camt.AcctSvcrRef"). Those rows can only be known again by day,
// amount and text.
//
// An NtryRef or TxId is a row's Ref where there is no AcctSvcrRef and it is no counter.
//
// # Balances
//
// Current is the newest closing balance (CLBD) of a statement, or the newest interim one
// (ITBD) of a report; Available is CLAV or ITAV of that day or a later one. Opening
// balances are never shown: they and the entries must give the closing one, and if not
// there is a warning. A credit line is OverdraftContracted.
//
// Period is FrToDt of a statement that is whole; reports and notifications claim to
// cover nothing.
package camt
