package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/fairlead-dev/fairlead/server"
)

type recordCommand struct {
	inTenant
	Connection string `arg:"" help:"Id of the connection."`
	To         string `required:"" help:"File to write, which must not exist." placeholder:"FILE"`
}

func (c recordCommand) Run(w *env) error {
	tenant, err := c.name(w, c.storage.config())
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.To, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name a file that is not", c.To)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	var made server.Recording
	err = operate(w, c.storage, "record", server.Params{Tenant: tenant, Connection: c.Connection}, &made)
	if err == nil {
		_, err = file.WriteString(made.Lines)
	}
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		return errors.Join(err, os.Remove(c.To))
	}
	fmt.Fprintf(w.out, "Recorded %d exchanges to %s.\n", made.Exchanges, c.To)
	for _, what := range slices.Sorted(maps.Keys(made.Blanked)) {
		fmt.Fprintf(w.out, "  blanked  %d × %s\n", made.Blanked[what], what)
	}
	if made.Cut > 0 {
		fmt.Fprintf(w.out, "  left out or cut  %d bodies (papers, and what is over a megabyte)\n", made.Cut)
	}
	if made.Dropped > 0 {
		fmt.Fprintf(w.out, "  not written  %d exchanges: the recording is full\n", made.Dropped)
	}
	for _, p := range made.Problems {
		fmt.Fprintf(w.out, "  failed  %s\n", p)
	}
	fmt.Fprintln(w.out, "Names, amounts and texts of the person are in it as they are: it is for whoever works on the connector alone.")
	return nil
}
