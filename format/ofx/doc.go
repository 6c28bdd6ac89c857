// Package ofx reads Open Financial Exchange files: OFX 1.x (SGML with tags left
// open) and OFX 2.x (XML), as banks really write them.
//
// It owns the format: Parse turns bytes into a File, and Convert turns a File
// into accounts, transactions, securities and holdings. It does no I/O beyond
// the reader it is given, calls nobody and stores nothing.
//
// One scanner reads both generations, because banks put SGML under an XML header
// and the other way round. Rows (transactions, positions, securities) are read
// and let go as their element closes, so that time is linear and memory is what
// the result needs. Every limit is a constant of this package; what exceeds one,
// and whatever can't be understood, is an *Error that says where and why and
// never repeats what the file said.
package ofx
