// Command serve runs the stand-in for Plaid, for a person who tries the connector by hand:
//
//	go run ./connector/plaid/plaidtest/serve
//	go run ./cmd/fairlead dev
//
// It prints the keys that it knows and the base address to set a provider with, and runs
// until it is stopped. What it is sent, and what it remembers, ends with it.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s := plaidtest.New("http://" + listener.Addr().String())
	fmt.Printf("base      %s\nclient_id %s\nsecret    %s\n", s.URL, plaidtest.ClientID, plaidtest.Secret)
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	go func() {
		<-stop
		_ = server.Close()
	}()
	_ = server.Serve(listener)
}
