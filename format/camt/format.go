package camt

import (
	"bytes"

	"github.com/fairlead-dev/fairlead/format"
)

// Format reads CAMT files.
var Format = format.Format{
	Name:    "camt",
	Title:   "CAMT",
	Endings: []string{".xml", ".camt", ".c52", ".c53", ".c54", ".052", ".053", ".054"},
	Detect:  detect,
	Read:    read,
}

// AskBatches is a question that no file needs an answer to: whether a batch is one row
// even if its transactions are listed.
const (
	AskBatches     = "batches"
	BatchesWhole   = "whole"
	BatchesDivided = "divided"
)

func detect(head []byte) bool {
	head = bytes.ReplaceAll(head, []byte{0}, nil)
	start := bytes.IndexByte(head, '<')
	if start < 0 || start > 512 {
		return false
	}
	for _, name := range []string{"BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"} {
		if i := bytes.Index(head, []byte(name)); i > 0 && (head[i-1] == '<' || head[i-1] == ':') {
			return true
		}
	}
	return false
}

func read(in format.Input, take func(format.Item) error) error {
	src, err := decode(in.Data)
	if err != nil {
		return err
	}
	f := &file{
		scan: newScanner(src), take: take, divide: in.Answers[AskBatches] == BatchesDivided,
		accounts: make(map[accountKey]*account), seen: make(map[string]bool),
	}
	if err := f.messages(); err != nil {
		return err
	}
	return f.finish()
}
