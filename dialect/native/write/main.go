// Command write writes the OpenAPI description of the native API to the file that is
// its argument.
package main

import (
	"log"
	"os"

	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/native"
)

func main() {
	text, err := native.New(dialect.Verbs{}).Description()
	if err == nil {
		err = os.WriteFile(os.Args[1], text, 0o600)
	}
	if err != nil {
		log.Fatal(err)
	}
}
