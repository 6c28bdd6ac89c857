// Command serve runs the stand-in for a SimpleFIN server, with a make-believe household,
// for a person who tries the connector by hand:
//
//	go run ./connector/simplefin/simplefintest/serve
//	go run ./cmd/fairlead dev
//
// It prints the address of the page that makes setup tokens, and runs until it is stopped.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

func main() {
	s := simplefintest.Start()
	defer s.Close()
	s.Household(time.Now())
	fmt.Println("make a setup token at", s.URL+"/create")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}
